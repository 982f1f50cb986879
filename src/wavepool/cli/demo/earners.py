"""Who gets what, and why: the season's largest earners."""

from __future__ import annotations

from rich.console import Console

from wavepool.cli.demo.book import MICRO, Book, Row
from wavepool.cli.demo.cast import KINDS
from wavepool.cli.explaining import percent
from wavepool.cli.terminal import grid, yuan
from wavepool.cli.words import Words

_TOP = 8
_KINDS = ("commission", "pool", "agency", "award")


def read_earners(book: Book) -> list[Row]:
    """Sum the statement lines of each payee; refunds are taken from what they reverse."""
    rows = book.rows(
        "select payee_id, "
        "cast(sum(case when kind in ('commission', 'refund', 'adjustment') and not "
        f"{_IS_AGENCYS} then amount_minor else 0 end) as bigint) as commission_minor, "
        "cast(sum(case when kind = 'pool' then amount_minor else 0 end) as bigint) as pool_minor, "
        f"cast(sum(case when kind = 'agency' or {_IS_AGENCYS} then amount_minor else 0 end) "
        "as bigint) as agency_minor, "
        "cast(sum(case when kind = 'award' then amount_minor else 0 end) as bigint) as award_minor, "
        "cast(sum(amount_minor) as bigint) as total_minor, "
        "count(case when kind = 'commission' then 1 end) as orders "
        "from statement_lines where not is_held and kind <> 'debt' "
        f"group by payee_id order by total_minor desc, payee_id limit {_TOP}"
    )
    people = {row["payee_id"]: row for row in book.rows(_PEOPLE)}
    scenes = {row["payee_id"]: row for row in book.rows(_BEST_SCENE)}
    names = {scene.id: (scene.name_en, scene.name_zh) for scene in book.policy.scenes}
    for row in rows:
        person = people.get(row["payee_id"])
        best = scenes.get(row["payee_id"])
        row["kind"] = person["kind"] if person else "agency"
        row["creators"] = person["creators"] if person else 0
        row["scene"] = names[best["scene_id"]] if best else None
        row["scene_ppm"] = (
            best["value"] * MICRO // best["total"] if best and best["total"] else None
        )
    return rows


# A refund or a ruling of an agency's part says so in its key.
_IS_AGENCYS = "(substr(line_key, 1, 2) = 'RG' or line_key like '%:agency')"
_PEOPLE = (
    "select p.payee_id as payee_id, min(c.kind) as kind, count(distinct c.creator_id) as creators "
    "from creator_payees as p join creators as c on c.creator_id = p.creator_id group by p.payee_id"
)
_BEST_SCENE = (
    "with sums as (select s.payee_id as payee_id, s.scene_id as scene_id, "
    "cast(sum(s.value) as bigint) as value from payee_scenes as s where s.scene_id <> 'open' "
    "group by s.payee_id, s.scene_id), "
    "ranked as (select x.*, cast(sum(x.value) over (partition by x.payee_id) as bigint) as total, "
    "row_number() over (partition by x.payee_id order by x.value desc, x.scene_id) as place "
    "from sums as x) select payee_id, scene_id, value, total from ranked where place = 1"
)


def print_earners(earners: list[Row], currency: str, out: Console, word: Words) -> None:
    """Print the largest earners with what they earned it by."""
    table = grid(
        word("Largest earners of the season", "全季收入最高者"),
        [
            word("payee", "收款人"),
            word(">orders", ">订单"),
            word(">commission", ">佣金"),
            word(">pool", ">奖池"),
            word(">as agency", ">机构分成"),
            word(">awards", ">激励"),
            word(">all", ">合计"),
            word("mostly from", "主要来自"),
        ],
    )
    for row in earners:
        scene = row["scene"]
        share = percent(row["scene_ppm"]).split(".")[0] + " %" if row["scene_ppm"] else ""
        table.add_row(
            f"{word(*KINDS.get(row['kind'], (row['kind'], row['kind'])))} {row['payee_id']}",
            f"{row['orders']:,}",
            *(
                yuan(row[f"{kind}_minor"], currency) if row[f"{kind}_minor"] else "–"
                for kind in _KINDS
            ),
            yuan(row["total_minor"], currency),
            f"{word(*scene)} {share}" if scene else "–",
        )
    out.print(table)
