"""The central claim in numbers: sales-only commission beside the flexible rule.

Under sales alone the creator that an order belongs to keeps its whole commission but the fee:
direct leg and pool leg. Under the flexible rule the creator keeps the direct leg, and the pool
legs of all are shared by value. Lines outside the scenes with a pool are paid alike by both and
left out. The subsidy is new money: the fair comparison takes it off again, in proportion.
"""

from __future__ import annotations

from collections import defaultdict

from rich.console import Console

from wavepool.cli.demo.book import MICRO, Book, Row
from wavepool.cli.terminal import grid, yuan
from wavepool.cli.words import Words

_GROUPS = {
    "chaser": ("chase high commission", "追逐高佣金"),
    "maker": ("loved originals, low sales", "受喜爱的原创、销量低"),
}
_OTHER = "other"
_SUMMED = ("creators", "sales_micro", "direct_micro", "open_micro", "pool_micro", "subsidy_micro")
_OTHERS = ("everybody else", "其余创作者")


def read_claim(book: Book) -> Row:
    """Earnings of each group under both rules, before agencies' parts, in micro-units.

    Counted are the months whose pool was shared. A payee's pool share is laid on its
    creators by their evidence in the pool's scenes, as the agencies' parts are.
    """
    personas = {
        row["creator_id"]: row["persona"]
        for row in book.rows("select creator_id, persona from truth_creators")
    }
    rows: dict[str, Row] = {
        name: {"group": name, **dict.fromkeys(_SUMMED, 0)} for name in (*_GROUPS, _OTHER)
    }
    for persona in personas.values():
        rows[_group(persona)]["creators"] += 1
    for row in book.rows(_LEGS):
        group = rows[_group(personas[row["creator_id"]])]
        if row["is_pooled"]:
            group["sales_micro"] += (row["direct_minor"] + row["pool_minor"]) * MICRO
            group["direct_micro"] += row["direct_minor"] * MICRO
        else:
            group["open_micro"] += row["direct_minor"] * MICRO
    for row in _creator_shares(book):
        group = rows[_group(personas[row["creator_id"]])]
        group["pool_micro"] += row["share_micro"]
        group["subsidy_micro"] += row["subsidy_micro"]
    for group in rows.values():
        full = group["direct_micro"] + group["pool_micro"]
        group["flexible_micro"] = full - group["subsidy_micro"]
        group["with_subsidy_micro"] = full
    freed = book.one(
        "select cast(coalesce(sum(freed_minor), 0) as bigint) as freed_minor "
        "from pool_accounts where value_total > 0"
    )
    return {"groups": list(rows.values()), **freed}


def _group(persona: str) -> str:
    return persona if persona in _GROUPS else _OTHER


_SHARED = "(select in_period from pool_accounts where value_total > 0)"
_LEGS = (
    "with legs as ("
    "select s.creator_id as creator_id, s.pool_id is not null as is_pooled, "
    "s.direct_minor as direct_minor, s.pool_minor as pool_minor "
    f"from settling as s where s.in_period in {_SHARED} "
    "union all "
    "select w.creator_id as creator_id, w.pool_id is not null as is_pooled, "
    "case when r.leg = 'pool' then 0 else -r.amount_minor end as direct_minor, "
    "case when r.leg = 'pool' then -r.amount_minor else 0 end as pool_minor "
    "from reversals as r join settling as w on w.line_id = r.line_id "
    f"where r.leg in ('kept', 'agency', 'pool') and r.in_period in {_SHARED}"
    ") select creator_id, is_pooled, cast(sum(direct_minor) as bigint) as direct_minor, "
    "cast(sum(pool_minor) as bigint) as pool_minor from legs group by creator_id, is_pooled"
)


def _creator_shares(book: Book) -> list[Row]:
    """Lay each payee's entitlement on its creators, and the subsidy's part of it."""
    scenes = ", ".join(f"'{scene.id}'" for scene in book.policy.scenes if scene.pool)
    points = book.rows(
        "select in_period, payee_id, creator_id, "
        "cast(sum(quality_micro + experience_micro + commerce_micro) as bigint) as points "
        f"from piece_values where scene_id in ({scenes}) group by in_period, payee_id, creator_id"
    )
    entitled = book.rows(
        "select p.in_period as in_period, p.payee_id as payee_id, "
        "p.entitlement_micro as entitlement_micro, a.subsidy_minor as subsidy_minor, "
        "a.distributable_micro as distributable_micro from pool_shares as p "
        "join pool_accounts as a on a.in_period = p.in_period and a.pool_id = p.pool_id"
    )
    totals: dict[tuple[str, object], int] = defaultdict(int)
    for row in points:
        totals[row["in_period"], row["payee_id"]] += row["points"]
    by_payee = defaultdict(list)
    for row in entitled:
        by_payee[row["in_period"], row["payee_id"]].append(row)
    shares = []
    for row in points:
        key = (row["in_period"], row["payee_id"])
        for part in by_payee[key]:
            share = part["entitlement_micro"] * row["points"] // max(1, totals[key])
            subsidy = share * part["subsidy_minor"] * MICRO // max(1, part["distributable_micro"])
            shares.append(
                {"creator_id": row["creator_id"], "share_micro": share}
                | {"subsidy_micro": min(share, subsidy)}
            )
    return shares


def print_claim(claim: Row, currency: str, out: Console, word: Words) -> None:
    """Print both rules side by side, in total and per creator, with their ratio."""
    table = grid(
        "",
        [
            word("creators who", "创作者"),
            word(">people", ">人数"),
            word(">sales only", ">仅按销售"),
            word(">flexible rule", ">弹性分成"),
            word(">ratio", ">倍数"),
            word(">with subsidy", ">含补贴"),
            word(">ratio", ">倍数"),
        ],
    )
    groups = [(word(*_GROUPS.get(row["group"], _OTHERS)), row) for row in claim["groups"]]
    for name, row in groups:
        is_named = row["group"] in _GROUPS
        table.add_row(name, *_cells(row, currency, people=1), style="bold" if is_named else None)
    total = {name: sum(row[name] for _, row in groups) for name in groups[0][1] if name != "group"}
    table.add_row(word("together", "合计"), *_cells(total, currency, people=1), style="dim")
    for name, row in groups:
        if row["group"] in _GROUPS and row["creators"]:
            each = word(f"each: {name}", f"人均：{name}")
            table.add_row(each, *_cells(row, currency, people=row["creators"]))
    out.print(table)
    freed = yuan(claim["freed_minor"], currency)
    same = ", ".join(
        f"{name} {yuan(row['open_micro'] // MICRO, currency)}"
        for name, row in groups
        if row["group"] in _GROUPS
    )
    out.print(
        word(
            "The same orders of the scenes with a pool, refunds taken off, before agencies' parts, "
            f"in the months whose pool was shared; the pool also took in {freed} freed by rulings. "
            f"Outside these scenes both rules pay alike: {same}.",
            "同一批有奖池场景的订单，已扣退款，机构分成之前，限奖池已分配的月份；"
            f"奖池另收入裁定释放的 {freed}。其他场景两种规则收入相同：{same}。",
        ),
        style="dim",
    )


def _cells(row: Row, currency: str, *, people: int) -> list[str]:
    sales, fair, full = (
        row[name] // people for name in ("sales_micro", "flexible_micro", "with_subsidy_micro")
    )
    return [
        f"{row['creators'] // people:,}",
        yuan(sales // MICRO, currency),
        yuan(fair // MICRO, currency),
        ratio(fair, sales),
        yuan(full // MICRO, currency),
        ratio(full, sales),
    ]


def ratio(part: int, whole: int) -> str:
    """Write a ratio with two decimals, floored.

    >>> ratio(237, 100)
    '2.37 ×'
    """
    if whole <= 0:
        return "–"
    hundredths = part * 100 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d} ×"
