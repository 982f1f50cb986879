"""A small season for tests of attribution and commission: one month, a few touches.

The cast: creators 1, 2, 3 … each with account c·10, a live piece c·100 + 1 with a session of that
number, a post c·100 + 2, and payee c·1000. Creator 9 is the own host of shop 1. Shop 1 sells items
7 (bags) and 8 (shoes), shop 2 item 9 (bags). Channel 1 is a scene in the big pool, channel 2 has no
pool. Buyer 1 pays at `PAID_AT`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from wavepool.engine import attribution, commission
from wavepool.engine.columns import CONTRACTS
from wavepool.engine.columns.contract import Kind
from wavepool.engine.relations import Relations, open_relations

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
STARTS_AT = 1_664_582_400_000  # 2022-10-01 UTC
ENDS_AT = STARTS_AT + 31 * DAY_MS
BEFORE_AT = STARTS_AT - 30 * DAY_MS
PAID_AT = STARTS_AT + 19 * DAY_MS + 12 * HOUR_MS
MONTH = 2022 * 12 + 10
TABLES = (
    "touches",
    "touch_items",
    "order_lines",
    "items",
    "pieces",
    "sessions",
    "accounts",
    "creators",
    "creator_payees",
    "payees",
    "agencies",
    "contracts",
    "plans",
    "viewers",
)
HOST = 9
_TYPES = {
    Kind.ID: pa.int64(),
    Kind.INT: pa.int64(),
    Kind.TIME: pa.int64(),
    Kind.TEXT: pa.string(),
    Kind.FLAG: pa.bool_(),
}

Row = dict[str, Any]


@dataclass
class Rules:
    """The policy's numbers that a case may change."""

    rule: str = "qualified_last"
    window_days: int = 15
    dwell_min_ms: int = 5_000
    click_dwell_ms: int = 5_000
    half_life_hours: int = 72
    last_share_ppm: int = 1_000_000
    rate_lock_days: int = 30
    after_live_days: int = 7
    fee_ppm: int = 100_000
    direct_ppm: int = 200_000
    saturation_ms: int = 60_000


@dataclass
class Result:
    """What a run made, as rows."""

    credits: dict[int, Row]
    shares: list[Row]
    touches: list[Row]

    def line(self, line_id: int = 1) -> Row:
        return self.credits[line_id]

    def direct(self, line_id: int = 1, *, by: str = "creator_id") -> dict[int, int]:
        """Each party's part of a line's direct leg."""
        parts: dict[int, int] = {}
        for row in self.shares:
            if row["line_id"] == line_id:
                parts[row[by]] = parts.get(row[by], 0) + row["direct_minor"]
        return parts


@dataclass
class Season:
    """Input rows, added one by one; everything left out is as plain as it can be."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})

    def add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def creator(self, creator: int, *, payee: int | None = None, shop: int | None = None) -> None:
        self.add("creators", creator_id=creator, kind="talent", shop_id=shop)
        self.account(creator * 10, creator)
        if payee is not None:
            self.add("payees", payee_id=payee, kind="person")
            self.paid_to(creator, payee)

    def paid_to(
        self, creator: int, payee: int, *, since: int = 0, until: int | None = None
    ) -> None:
        self.add(
            "creator_payees", creator_id=creator, payee_id=payee, valid_from=since, valid_to=until
        )

    def account(self, account: int, creator: int) -> None:
        """An account of a creator, with a live piece, its session and a post."""
        self.add("accounts", account_id=account, creator_id=creator)
        for number, form in ((1, "live"), (2, "post")):
            self.add(
                "pieces",
                piece_id=account * 10 + number,
                account_id=account,
                channel_id=1,
                format=form,
            )
        self.add(
            "sessions",
            session_id=account * 10 + 1,
            piece_id=account * 10 + 1,
            started_at=PAID_AT - 5 * HOUR_MS,
            ended_at=PAID_AT - HOUR_MS,
        )

    def touch(
        self,
        touch_id: int,
        creator: int = 1,
        *,
        hours: int = 3,
        at: int | None = None,
        dwell: int = 6_000,
        live: bool = False,
        account: int | None = None,
        item: int | None = 7,
        items: tuple[int, ...] = (),
        **more: Any,
    ) -> None:
        """A look at a creator's post (or live room), so many hours before `PAID_AT`."""
        piece = (account or creator * 10) * 10 + (1 if live else 2)
        row: Row = {
            "touch_id": touch_id,
            "viewer_id": 1,
            "account_id": account or creator * 10,
            "piece_id": piece,
            "channel_id": 1,
            "session_id": piece if live else None,
            "item_id": item,
            "touched_at": PAID_AT - hours * HOUR_MS if at is None else at,
            "dwell_ms": dwell,
        }
        self.add("touches", **(row | more))
        for other in items:
            self.add("touch_items", touch_id=touch_id, item_id=other)

    def line(self, line_id: int = 1, *, item: int = 7, paid: int = 10_000, **more: Any) -> None:
        shop = {row["item_id"]: row["shop_id"] for row in self.rows["items"]}[item]
        row: Row = {
            "line_id": line_id,
            "order_id": line_id,
            "buyer_id": 1,
            "shop_id": shop,
            "item_id": item,
            "quantity": 1,
            "currency": "CNY",
            "paid_minor": paid,
            "paid_at": PAID_AT,
            "received_at": PAID_AT + 3 * DAY_MS,
        }
        self.add("order_lines", **(row | more))

    def plan(self, plan_id: int, kind: str, rate_ppm: int, **more: Any) -> None:
        row: Row = {
            "plan_id": plan_id,
            "kind": kind,
            "shop_id": 1,
            "rate_ppm": rate_ppm,
            "valid_from": 0,
        }
        self.add("plans", **(row | more))


def small_season(*, plan_ppm: int | None = 100_000) -> Season:
    """The cast, and one plan of shop 1 over all its items."""
    season = Season()
    for item, shop, category in ((7, 1, "bags"), (8, 1, "shoes"), (9, 2, "bags")):
        season.add("items", item_id=item, shop_id=shop, category=category)
    for creator in (1, 2, 3):
        season.creator(creator, payee=creator * 1000)
    season.creator(HOST, payee=9000, shop=1)
    if plan_ppm is not None:
        season.plan(1, "shop", plan_ppm)
    return season


@contextmanager
def engine(folder: Path, *, threads: int = 1) -> Iterator[Relations]:
    rel = open_relations("duckdb", scratch=folder, threads=threads, memory_mb=500)
    try:
        yield rel
    finally:
        rel.close()


def put_season(rel: Relations, season: Season, *, shuffled: int | None = None) -> None:
    """Register the input tables; `shuffled` is a seed that reorders their rows."""
    for name in TABLES:
        contract = CONTRACTS[name]
        rows = list(season.rows[name])
        if shuffled is not None:
            random.Random(shuffled).shuffle(rows)
        columns = {}
        for column in contract.columns:
            empty = False if column.kind is Kind.FLAG else column.default
            values = [empty if row.get(column.name) is None else row[column.name] for row in rows]
            columns[column.name] = pa.array(values, _TYPES[column.kind])
        rel.put(name, pa.table(columns))


def put_calendar(rel: Relations, rules: Rules) -> None:
    """Register two months, two scenes (0 in the big pool, 1 without) and the decay."""
    rel.put(
        "scene_map",
        table(
            channel_id=[1, 1, 2, 2], format=["live", "post", "live", "post"], scene_no=[0, 0, 1, 1]
        ),
    )
    rel.put(
        "scenes_in_force",
        table(
            scene_no=[0, 1],
            scene_id=["headlines", "open"],
            pool_id=["big", ""],
            weight_ppm=[1_000_000, 1_000_000],
            direct_ppm=[rules.direct_ppm, 0],
        ),
    )
    rel.put(
        "reach_periods",
        table(
            period_no=[MONTH - 1, MONTH],
            starts_at=[BEFORE_AT, STARTS_AT],
            ends_at=[STARTS_AT, ENDS_AT],
        ),
    )
    rel.put(
        "saturation",
        table(
            period_no=[MONTH - 1, MONTH - 1, MONTH, MONTH],
            scene_no=[0, 1, 0, 1],
            saturation_ms=[rules.saturation_ms] * 4,
        ),
    )
    rel.put(
        "decay",
        attribution.decay_table(
            window_hours=rules.window_days * 24, half_life_hours=rules.half_life_hours
        ),
    )


def credit(rel: Relations, rules: Rules, *, before_cuts: Callable[[], None] = lambda: None) -> None:
    """Run the steps of one period as the season does; `before_cuts` may meddle on the way."""
    rel.view(
        "period_lines",
        f"select * from order_lines as l where l.paid_at >= {STARTS_AT} and l.paid_at < {ENDS_AT}",
    )
    rel.table("period_buyers", "select distinct l.buyer_id as buyer_id from period_lines as l")
    attribution.find_piece_spans(rel, starts_at=BEFORE_AT, ends_at=ENDS_AT, ai_penalty_ppm=300_000)
    rel.view("touches_part", "select * from touches")
    attribution.reach_lines(
        rel,
        reach_at=BEFORE_AT,
        window_ms=rules.window_days * DAY_MS,
        starts_at=STARTS_AT,
        ends_at=ENDS_AT,
        dwell_min_ms=rules.dwell_min_ms,
        click_dwell_ms=rules.click_dwell_ms,
        suffix="0",
    )
    rel.view("reached", "select * from reached_0")
    attribution.pick_winners(rel, period_no=MONTH)
    attribution.weigh_touches(
        rel, rule=rules.rule, last_share_ppm=rules.last_share_ppm, name="rule_weights"
    )
    before_cuts()
    commission.credit_lines(
        rel,
        fee_ppm=rules.fee_ppm,
        rate_lock_days=rules.rate_lock_days,
        after_live_days=rules.after_live_days,
    )
    rel.view("credits", "select * from credits_new")


def run(folder: Path, season: Season, rules: Rules | None = None) -> Result:
    """Put a season through the steps and read what came of it."""
    with engine(folder) as rel:
        chosen = rules or Rules()
        put_season(rel, season)
        put_calendar(rel, chosen)
        credit(rel, chosen)
        return read(rel)


def read(rel: Relations) -> Result:
    """The results as rows, and the promises that hold for each of them."""
    rows = rel.fetch("select * from credits order by line_id").to_pylist()
    shares = rel.fetch("select * from shares order by line_id, creator_id").to_pylist()
    touches = rel.fetch("select * from line_touches order by line_id, touch_id").to_pylist()
    return Result({row["line_id"]: row for row in rows}, shares, touches)


def table(**columns: list[Any]) -> pa.Table:
    return pa.table(
        {
            name: pa.array(values, pa.string() if isinstance(values[0], str) else pa.int64())
            for name, values in columns.items()
        }
    )
