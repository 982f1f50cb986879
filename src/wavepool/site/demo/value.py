"""Value and money of the season, as the platform reckons them: a fund, drafts, two closed months."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from wavepool.domains.credits import operations as credits
from wavepool.domains.pools import operations as pools
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.site.demo import books, facts, payments
from wavepool.site.demo.stage import OPENED_AT, Stage, do_asked

#: Months of the season that are closed; what comes after is still open.
CLOSED: Final = ("2026-09", "2026-10")
CURRENCY: Final = books.CURRENCY
POOL: Final = "big"
COMMITTED_MINOR: Final = {2026: 40_000_00, 2027: 60_000_00, 2028: 80_000_00}
#: The two last drafts of the open month, a day apart: yesterday's value is their difference.
DAY_BEFORE_AT: Final = datetime(2026, 11, 28, 17, 0, tzinfo=UTC)
DRAFTED_AT: Final = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)


def commit_fund(stage: Stage) -> None:
    """A fund of three years: two persons commit, months get their part, one change waits."""
    fund = pools.open_fund(
        name_zh="三年内容创作基金",
        name_en="Three-year content fund",
        currency=CURRENCY,
        first_year=min(COMMITTED_MINOR),
        last_year=max(COMMITTED_MINOR),
        actor=MACHINE,
        as_of=OPENED_AT,
    )
    for year, amount_minor in COMMITTED_MINOR.items():
        change = pools.ask_change(
            fund_id=fund.public_id,
            year=year,
            pool_id=POOL,
            scene_id="",
            committed_minor=amount_minor,
            reason="as announced",
            actor=stage.staff,
            as_of=OPENED_AT,
        )
        at = OPENED_AT + timedelta(hours=1)
        pools.approve_change(
            public_id=change.public_id,
            seen_digest=change.digest,
            actor=replace(stage.second, mfa_at=at),
            as_of=at,
        )
    for row in stage.season.rows("subsidies"):
        pools.release(
            fund_id=fund.public_id,
            pool_id=row["pool_id"],
            scene_id="",
            period=row["period"],
            amount_minor=row["subsidy_minor"],
            actor=stage.staff,
            as_of=OPENED_AT + timedelta(days=1),
        )
    pools.ask_change(
        fund_id=fund.public_id,
        year=max(COMMITTED_MINOR),
        pool_id=POOL,
        scene_id="",
        committed_minor=COMMITTED_MINOR[max(COMMITTED_MINOR)] * 5 // 4,
        reason="more newcomers than expected",
        actor=stage.staff,
        as_of=DAY_BEFORE_AT,
    )


def close_months(stage: Stage) -> None:
    """Each closed month: draft, a week for objections, final run, books; after the first, payouts."""
    for month in CLOSED:
        end = end_of(month)
        _draft(end + timedelta(days=1))
        pools.publish_period(period=month, actor=MACHINE, as_of=end + timedelta(days=3, hours=2))
        closed_at = end + timedelta(days=11)
        pools.ask_final_run(period=month, actor=MACHINE, as_of=closed_at)
        do_asked(closed_at)
        pools.close_period(period=month, actor=MACHINE, as_of=closed_at + timedelta(hours=1))
        books.close_books(stage, month, at=closed_at + timedelta(hours=2))
        books.collect(at=closed_at + timedelta(days=5))
        if month == CLOSED[0]:
            payments.open_accounts(stage)
            payments.pay(stage, at=closed_at + timedelta(days=9))


def draft_twice(stage: Stage) -> None:
    """The open month as of yesterday morning and as of this one, with a day of touches between."""
    _draft(DAY_BEFORE_AT)
    facts.bring_touches(stage, first=DAY_BEFORE_AT)
    _draft(DRAFTED_AT)


def review_standings(_stage: Stage) -> None:
    """Levels and tiers as the last run has the facts."""
    jobs.enqueue("programmes.review_standings", key="demo:standings", actor=MACHINE, at=DRAFTED_AT)
    do_asked(DRAFTED_AT)


def count_boards(_stage: Stage) -> None:
    """The boards of the last weeks."""
    jobs.enqueue("insights.build_board", key="demo:boards", actor=MACHINE, at=DRAFTED_AT)
    do_asked(DRAFTED_AT)


def end_of(month: str) -> datetime:
    """The first moment after a month, in the operator's zone of the demonstration.

    >>> end_of("2026-10").isoformat()
    '2026-10-31T16:00:00+00:00'
    """
    year, number = map(int, month.split("-"))
    following = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return following - timedelta(hours=8)


def _draft(at: datetime) -> None:
    credits.request_run(kind="draft", as_of=at, actor=MACHINE)
    do_asked(at)
