"""Worked tables of docs/algorithms/attribution.md and commission.md, run by the engine's own SQL."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from engine.attribution.small_season import (
    HOUR_MS,
    PAID_AT,
    Result,
    Rules,
    Season,
    credit,
    engine,
    put_calendar,
    put_season,
    run,
    small_season,
)
from wavepool.engine.attribution import hold_court
from wavepool.engine.commission import Cuts, cut_line, plan_kind_table
from wavepool.engine.money import reversal_due

# A touch that always counts, so that a line of the tables has evidence at all.
ANCHOR = 99


def touch(
    *, creator: int, hours_before: int, dwell_ms: int, is_live: bool, item: int | None
) -> dict[str, object]:
    """One touch before a line of item 7, as the evidence of that line shows it."""
    season = small_season()
    season.touch(1, creator, hours=hours_before, dwell=dwell_ms, live=is_live, item=item, shop_id=1)
    season.touch(ANCHOR, 2, hours=14 * 24)
    season.line()
    [row] = [row for row in _settled(season).touches if row["touch_id"] == 1]
    return {
        "class": row["class_no"],
        "qualified": row["is_qualified"] == 1,
        "decayed_ms": row["lambda"],
    }


def story() -> Season:
    """The four touches of the page and one line; its direct leg is 2 000."""
    season = small_season()
    season.touch(1, 1, hours=72, dwell=8_000)
    season.touch(2, 2, hours=48, dwell=10_000, live=True)
    season.touch(3, 3, hours=24, dwell=0)
    season.touch(4, 1, hours=0, dwell=20_000, item=8)
    season.line(paid=100_000)
    return season


def divide(rule: str, last_share_ppm: int) -> dict[str, int]:
    """What each creator of the story gets of the direct leg under a rule."""
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as rel:
        put_season(rel, story())
        put_calendar(rel, Rules())
        credit(rel, Rules())
        court = hold_court(rel, rules=[rule], last_share_ppm=last_share_ppm).to_pylist()
    given = {row["creator_id"]: row[f"{rule}_minor"] for row in court}
    return {f"creator {creator}": given.get(creator, 0) for creator in (1, 2, 3)}


def window(before_payment_ms: int, window_days: int) -> bool:
    """Whether a touch that long before payment can win."""
    season = small_season()
    season.touch(1, 1, at=PAID_AT - before_payment_ms)
    season.line()
    return bool(_settled(season, window_days=window_days).line()["touch_id"] == 1)


def cut(
    *,
    paid: int,
    coupon: int,
    shipping: int,
    tax: int,
    rate_ppm: int,
    direct_ppm: int,
    fee_ppm: int,
    has_pool: bool,
) -> Cuts:
    """The cuts of one line, in their order."""
    return cut_line(
        paid_minor=paid,
        platform_coupon_minor=coupon,
        shipping_minor=shipping,
        tax_minor=tax,
        rate_ppm=rate_ppm,
        direct_ppm=direct_ppm,
        fee_ppm=fee_ppm,
        has_pool=has_pool,
    )


def agency(direct_minor: int, split_ppm: int) -> dict[str, int]:
    """The agency's part of a direct leg of at most 10^6, and what the creator keeps."""
    season = small_season(plan_ppm=1_000_000)
    season.add("agencies", agency_id=4, payee_id=4000)
    season.add(
        "contracts",
        contract_id=1,
        creator_id=1,
        agency_id=4,
        income_type="direct",
        split_ppm=split_ppm,
        valid_from=0,
    )
    season.touch(1, 1)
    season.line(paid=direct_minor)
    [row] = _settled(season, direct_ppm=1_000_000, fee_ppm=0).shares
    return {"agency_minor": row["agency_minor"], "kept_minor": row["kept_minor"]}


def plan_kind(kind: str) -> dict[str, object]:
    """Where a kind of plan stands."""
    [row] = [row for row in plan_kind_table().to_pylist() if row["kind"] == kind]
    return {"precedence": row["precedence"], "needs its own link": row["needs_link"] == 1}


def rate_lock(
    rate_at_touch: int, rate_at_payment: int, touched_hours_before: int, lock_days: int
) -> dict[str, object]:
    """The rate that binds after a plan changed one hour before payment."""
    season = small_season(plan_ppm=None)
    moment = PAID_AT - HOUR_MS
    season.plan(1, "shop", rate_at_touch, valid_to=moment)
    season.plan(1, "shop", rate_at_payment, valid_from=moment)
    season.touch(1, 1, hours=touched_hours_before)
    season.line()
    line = _settled(season, rate_lock_days=lock_days).line()
    return {"rate_ppm": line["rate_ppm"], "locked": line["is_rate_locked"] == 1}


@cache
def _legs() -> dict[str, int]:
    cuts = cut(
        paid=10_000,
        coupon=0,
        shipping=1_000,
        tax=0,
        rate_ppm=200_000,
        direct_ppm=200_000,
        fee_ppm=100_000,
        has_pool=True,
    )
    return {"direct": cuts.direct_minor, "fee": cuts.fee_minor, "pool": cuts.pool_minor}


def refund(refunded_before: int, refunded: int) -> dict[str, int]:
    """What each leg of the first worked line (10 000 paid) gives back."""
    return {
        leg: reversal_due(
            amount_minor,
            refunded_before_minor=refunded_before,
            refunded_minor=refunded,
            paid_minor=10_000,
        )
        for leg, amount_minor in _legs().items()
    }


def _settled(season: Season, **rules: int) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), season, Rules(**rules))
