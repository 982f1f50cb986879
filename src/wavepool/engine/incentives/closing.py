"""Close one programme: claims meet the budget, and become awards, refusals and a card."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from wavepool.engine.incentives.agency_claims import claim_per_anchor
from wavepool.engine.incentives.budget_cards import Budget, scale_back
from wavepool.engine.incentives.claims import Claims, Forecast, Outcome, Refused, owed_forecast
from wavepool.engine.incentives.creator_claims import claim_lump_sums, claim_tiers
from wavepool.engine.incentives.frame_claims import claim_frames
from wavepool.engine.incentives.programmes import (
    MICRO,
    Frame,
    LumpSum,
    PerAnchor,
    Programme,
    Tiered,
)
from wavepool.engine.incentives.result_tables import (
    Paid,
    Types,
    award_rows,
    counted_rows,
    lifetime_rows,
    near_miss_rows,
    refusal_rows,
)
from wavepool.engine.incentives.windows import Facts

CARDS_SCHEMA = pa.schema(
    {
        "programme_id": pa.string(),
        "period": pa.string(),
        "currency": pa.string(),
        "budget_minor": pa.int64(),
        "committed_minor": pa.int64(),
        "claims_minor": pa.int64(),
        "spent_minor": pa.int64(),
        "remaining_minor": pa.int64(),
        "traffic_budget_units": pa.int64(),
        "traffic_committed_units": pa.int64(),
        "traffic_claims_units": pa.int64(),
        "traffic_spent_units": pa.int64(),
        "traffic_remaining_units": pa.int64(),
        "is_scaled": pa.bool_(),
    }
)
LIABILITIES_SCHEMA = pa.schema(
    {
        "programme_id": pa.string(),
        "period": pa.string(),
        "currency": pa.string(),
        "open_subjects": pa.int64(),
        "low_minor": pa.int64(),
        "on_pace_minor": pa.int64(),
        "high_minor": pa.int64(),
        "on_pace_traffic_units": pa.int64(),
        "high_traffic_units": pa.int64(),
    }
)


class BudgetOverspent(AssertionError):
    """A programme would pay more than remains: a fault of the engine, and nothing is paid."""

    def __init__(self, programme_id: str, *, spent: int, remaining: int) -> None:
        self.programme_id = programme_id
        self.spent = spent
        self.remaining = remaining
        super().__init__(f"{programme_id} would spend {spent} of {remaining}")


@dataclass(slots=True)
class Closing:
    """The rows of one programme; `once_keys` are the rights that a person uses once."""

    awards: list[pa.Table] = field(default_factory=list)
    lifetime: list[pa.Table] = field(default_factory=list)
    refusals: list[pa.Table] = field(default_factory=list)
    near_misses: list[pa.Table] = field(default_factory=list)
    card: dict[str, object] = field(default_factory=dict)
    liability: dict[str, object] = field(default_factory=dict)
    once_keys: list[str] = field(default_factory=list)


def close_programme(programme: Programme, facts: Facts, types: Types, *, budget: Budget) -> Closing:
    """Pay a programme's claims from what remains of its budget in this period.

    Raises:
        BudgetOverspent: the share of a claim was computed wrongly.
        ClaimTooLarge: the claims leave the exact range.
    """
    outcome = _claim(programme, facts)
    spent_before = facts.lifetime.sum_spent(programme.id, period=facts.period.name)
    remaining = Budget(
        max(budget.minor - spent_before[0], 0), max(budget.traffic_units - spent_before[1], 0)
    )
    paid = _share(outcome.claims, remaining)
    closing = Closing()
    if isinstance(programme.schedule, LumpSum | PerAnchor):
        closing.once_keys = [each.once_key for each in outcome.claims]
    short: list[Refused] = []
    for each in paid:
        kept, refused = _split_unpaid(each, remaining)
        short += refused
        rows = award_rows(programme, kept, facts, types)
        closing.awards.append(rows)
        closing.lifetime.append(lifetime_rows(rows, facts, types))
    closing.lifetime += [counted_rows(programme, each, facts, types) for each in outcome.counted]
    closing.refusals = [
        refusal_rows(programme, each.claims, facts, types, reason=each.reason)
        for each in (*outcome.refused, *short)
    ]
    closing.near_misses = [
        near_miss_rows(programme, each, facts, types) for each in outcome.near_misses
    ]
    closing.card = _card(programme, facts, outcome, closing, budget=budget, before=spent_before)
    forecast = outcome.forecast.plus(owed_forecast(short, facts.period))
    closing.liability = _liability(programme, facts, forecast)
    return closing


def _claim(programme: Programme, facts: Facts) -> Outcome:
    match programme.schedule:
        case LumpSum() as schedule:
            return claim_lump_sums(programme, schedule, facts)
        case Tiered() as schedule:
            return claim_tiers(programme, schedule, facts)
        case PerAnchor() as schedule:
            return claim_per_anchor(programme, schedule, facts)
        case Frame() as schedule:
            return claim_frames(programme, schedule, facts)


def _share(claims: list[Claims], remaining: Budget) -> list[Paid]:
    """Scale all milestones of a programme together, each leg by its own share."""
    if not claims:
        return []
    sizes = np.cumsum([len(each) for each in claims])[:-1]
    minor = np.concatenate([each.claim_minor for each in claims])
    traffic = np.concatenate([each.traffic_units for each in claims])
    scaled = scale_back(minor, remaining=remaining.minor)
    units = scale_back(traffic, remaining=remaining.traffic_units) // MICRO
    parts = zip(claims, np.split(scaled, sizes), np.split(units, sizes), strict=True)
    return [Paid(each, micro, micro // MICRO, flow) for each, micro, flow in parts]


def _split_unpaid(paid: Paid, remaining: Budget) -> tuple[Paid, list[Refused]]:
    """Take out claims that come to nothing, so that they do not use up a right.

    The cash leg decides where there is one; vouchers that do not fit are lost.
    """
    claims = paid.claims
    has_cash = claims.claim_minor > 0
    unpaid = np.where(has_cash, paid.award_minor == 0, paid.traffic_units == 0)
    kept = Paid(
        claims.keep(~unpaid),
        paid.scaled_micro[~unpaid],
        paid.award_minor[~unpaid],
        paid.traffic_units[~unpaid],
    )
    is_spent = np.where(has_cash, remaining.minor == 0, remaining.traffic_units == 0)
    refused = [
        Refused("no_budget", claims.keep(unpaid & is_spent)),
        Refused("budget_too_small", claims.keep(unpaid & ~is_spent)),
    ]
    return kept, [each for each in refused if len(each.claims)]


def _card(
    programme: Programme,
    facts: Facts,
    outcome: Outcome,
    closing: Closing,
    *,
    budget: Budget,
    before: tuple[int, int],
) -> dict[str, object]:
    spent = _total(closing.awards, "award_minor")
    traffic = _total(closing.awards, "traffic_units")
    claims = sum(int(each.claim_minor.sum()) for each in outcome.claims)
    traffic_claims = sum(int(each.traffic_units.sum()) for each in outcome.claims)
    remaining, flow = budget.minor - before[0] - spent, budget.traffic_units - before[1] - traffic
    if spent and remaining < 0:
        raise BudgetOverspent(programme.id, spent=spent, remaining=remaining + spent)
    if traffic and flow < 0:
        raise BudgetOverspent(programme.id, spent=traffic, remaining=flow + traffic)
    return {
        "programme_id": programme.id,
        "period": facts.period.name,
        "currency": programme.currency,
        "budget_minor": budget.minor,
        "committed_minor": before[0],
        "claims_minor": claims,
        "spent_minor": spent,
        "remaining_minor": remaining,
        "traffic_budget_units": budget.traffic_units,
        "traffic_committed_units": before[1],
        "traffic_claims_units": traffic_claims,
        "traffic_spent_units": traffic,
        "traffic_remaining_units": flow,
        "is_scaled": claims > spent or traffic_claims > traffic,
    }


def _liability(programme: Programme, facts: Facts, forecast: Forecast) -> dict[str, object]:
    return {
        "programme_id": programme.id,
        "period": facts.period.name,
        "currency": programme.currency,
        "open_subjects": forecast.open_subjects,
        "low_minor": forecast.low_minor,
        "on_pace_minor": forecast.on_pace_minor,
        "high_minor": forecast.high_minor,
        "on_pace_traffic_units": forecast.on_pace_traffic,
        "high_traffic_units": forecast.high_traffic,
    }


def _total(tables: list[pa.Table], column: str) -> int:
    return sum(int(np.asarray(each[column].to_numpy()).sum()) for each in tables)
