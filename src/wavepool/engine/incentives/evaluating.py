"""Evaluate a document of programmes over one closed period."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.incentives.budget_cards import Reject, open_budgets
from wavepool.engine.incentives.closing import (
    CARDS_SCHEMA,
    LIABILITIES_SCHEMA,
    Closing,
    close_programme,
)
from wavepool.engine.incentives.counter_book import open_counters
from wavepool.engine.incentives.introductions import find_contracts, judge_introductions
from wavepool.engine.incentives.lifetime import open_lifetime
from wavepool.engine.incentives.linting import ProgrammesRefused, lint_programmes
from wavepool.engine.incentives.programmes import Programmes
from wavepool.engine.incentives.result_tables import Types, stack, types_of
from wavepool.engine.incentives.roster import Period, open_agencies, open_roster
from wavepool.engine.incentives.windows import Facts, is_in_force

_LIFETIME_ORDER = (
    *("period", "once_key", "subject_id", "anchor_id", "awarded_day", "grade"),
    *("claim_minor", "award_minor", "programme_id"),
)
_REJECTS_SCHEMA = pa.schema({name: pa.string() for name in Reject._fields})


class PaidTwice(AssertionError):
    """A person would use one right twice: a fault of the engine, and nothing is paid."""

    def __init__(self, once_key: str, *, person_id: object) -> None:
        self.once_key = once_key
        self.person_id = person_id
        super().__init__(f"{once_key} would be paid twice to person {person_id}")


@dataclass(frozen=True, slots=True)
class AwardsResult:
    """What a period awards, and why not.

    Rows of subjects begin with programme_id, period, once_key, subject_kind (creator, agency),
    subject_id and anchor_id (of an agency's reward per anchor). They stand in the order of the
    document and its milestones, then of creator (or agency) ids.

    Attributes:
        awards: …subject, person_id, payee_id, currency, claim_minor, scaled_micro, award_minor,
            claim_traffic_units, traffic_units, conditions (JSON: need and have).
        near_misses: …subject, condition, have, need, missing, until_day (exclusive), is_open.
        refusals: …subject, reason, detail, claim_minor, until_day: every met claim that a guard
            or the budget stopped.
        liabilities: programme_id, period, currency, open_subjects, low_minor, on_pace_minor,
            high_minor (null: no ceiling), on_pace_traffic_units, high_traffic_units.
        budget_cards: programme_id, period, currency, budget_minor, committed_minor (earlier runs
            of this period), claims_minor, spent_minor, remaining_minor, the same in traffic
            units, is_scaled.
        lifetime_awards: opening rows and new ones, by period, key and subject.
        introduction_winners: see `judge_introductions`.
        rejects: table, programme_id, rule, value of budget rows that count for nothing.
    """

    awards: pa.Table
    near_misses: pa.Table
    refusals: pa.Table
    liabilities: pa.Table
    budget_cards: pa.Table
    lifetime_awards: pa.Table
    introduction_winners: pa.Table
    rejects: pa.Table


def evaluate(
    programmes: Programmes,
    *,
    creators: pa.Table,
    creator_payees_as_of: pa.Table,
    agencies: pa.Table,
    introductions: pa.Table,
    contracts_as_of: pa.Table | None,
    counters: pa.Table,
    budgets: pa.Table,
    lifetime_awards: pa.Table | None,
    held_creators: Iterable[object],
    period: Period,
    currency: str,
) -> AwardsResult:
    """Award what the programmes of one currency promise for one closed period.

    Args:
        creators: creator_id (unique), kind, person_id?, first_live_at? (ms UTC).
        creator_payees_as_of: creator_id (unique), payee_id, as of the period's end.
        agencies: agency_id (unique), payee_id.
        introductions: agency_id, creator_id, introduced_at (ms UTC).
        contracts_as_of: creator_id, agency_id, as of the period's end; None proves no contract.
        counters: see `open_counters`; all local days up to the period's end, money in `currency`.
        budgets: programme_id, period, currency, budget_minor, traffic_units.
        lifetime_awards: this table of the earlier result; None before the first period.
        held_creators: creators on hold; they are stopped before budgets are shared.
        period: the closed period. Nothing after its end is looked at.
        currency: programmes of other currencies are left for another call.

    Raises:
        ProgrammesRefused: the linter finds fault with the document.
        TableInvalid, CountersInvalid: an input cannot be read.
        ClaimTooLarge: claims leave the exact range.

    Guarantee: never spends more than a budget; more counters in a window never lower its claim;
    once in life per person and right; the same for every order of rows; again with its own
    `lifetime_awards` it awards nothing. Source: docs/algorithms/incentives.md.
    """
    findings = lint_programmes(programmes)
    if findings:
        raise ProgrammesRefused(programmes.id, findings=findings)
    facts, types = open_facts(
        creators=creators,
        creator_payees_as_of=creator_payees_as_of,
        agencies=agencies,
        introductions=introductions,
        contracts_as_of=contracts_as_of,
        counters=counters,
        lifetime_awards=lifetime_awards,
        held_creators=held_creators,
        period=period,
    )
    released = open_budgets(budgets, programmes=programmes, period=period, currency=currency)
    closings = [
        close_programme(programme, facts, types, budget=released.find_budget(programme.id))
        for programme in programmes.programmes
        if programme.currency == currency and is_in_force(programme, period)
    ]
    return gather(closings, facts, types, rejects=released.rejects)


def open_facts(
    *,
    creators: pa.Table,
    creator_payees_as_of: pa.Table,
    agencies: pa.Table,
    introductions: pa.Table,
    contracts_as_of: pa.Table | None,
    counters: pa.Table,
    lifetime_awards: pa.Table | None,
    held_creators: Iterable[object],
    period: Period,
) -> tuple[Facts, Types]:
    """Read the inputs of `evaluate` into columns; raises what it says of tables and counters."""
    roster = open_roster(creators, creator_payees_as_of, held_creators, period)
    houses = open_agencies(agencies)
    types = types_of(roster, houses)
    met = judge_introductions(introductions, roster=roster, agencies=houses, period=period)
    facts = Facts(
        roster=roster,
        agencies=houses,
        book=open_counters(
            counters,
            creator_ids=roster.creator_ids,
            last_day_exclusive=period.last_day_exclusive,
        ),
        introductions=met,
        has_contract=find_contracts(contracts_as_of, met, roster=roster, agencies=houses),
        lifetime=open_lifetime(
            lifetime_awards, schema=types.lifetime, roster=roster, agencies=houses
        ),
        period=period,
    )
    return facts, types


def gather(
    closings: list[Closing], facts: Facts, types: Types, *, rejects: tuple[Reject, ...]
) -> AwardsResult:
    """Put the rows of all programmes together, and check that no right is used twice.

    Raises:
        PaidTwice: a guard failed.
    """
    new = [rows for each in closings for rows in each.lifetime]
    lifetime_awards = stack([facts.lifetime.table, *new], types.lifetime).sort_by(
        [(column, "ascending") for column in _LIFETIME_ORDER]
    )
    _check_once(lifetime_awards, [key for each in closings for key in each.once_keys])
    return AwardsResult(
        awards=stack([rows for each in closings for rows in each.awards], types.awards),
        near_misses=stack(
            [rows for each in closings for rows in each.near_misses],
            types.near_misses,
        ),
        refusals=stack(
            [rows for each in closings for rows in each.refusals],
            types.refusals,
        ),
        liabilities=pa.Table.from_pylist(
            [each.liability for each in closings], schema=LIABILITIES_SCHEMA
        ),
        budget_cards=pa.Table.from_pylist([each.card for each in closings], schema=CARDS_SCHEMA),
        lifetime_awards=lifetime_awards,
        introduction_winners=facts.introductions.table,
        rejects=pa.Table.from_pylist([each._asdict() for each in rejects], schema=_REJECTS_SCHEMA),
    )


def _check_once(lifetime: pa.Table, once_keys: list[str]) -> None:
    """Refuse a result in which one person uses one right twice, in this run or over time."""
    gated = lifetime.filter(
        pc.is_in(lifetime["once_key"], value_set=pa.array(once_keys, pa.string()))
    )
    times = gated.group_by(["once_key", "person_id"]).aggregate([([], "count_all")])
    for row in times.filter(pc.greater(times["count_all"], 1)).to_pylist():
        raise PaidTwice(row["once_key"], person_id=row["person_id"])
