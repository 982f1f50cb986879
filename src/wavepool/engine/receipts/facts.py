"""What a builder must know of a line: one dataclass for each kind of receipt.

Field names are those of the steps. What a step computes is not a fact and does not
stand here; amounts are minor units, `_micro` 10⁻⁶ of one, `_at` epoch milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

Id = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRef:
    """The policy document that decided the line."""

    id: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One party (creator) of an order line's direct leg, and its weight by the rule."""

    party: Id
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WinnerFacts:
    """The touch that won: `line_touches` row, and the policy's window and dwell.

    `weight_ms` is the dwell that counts; `is_clicked` None means not recorded.
    """

    touch_id: Id | None
    piece_id: Id | None
    winner_party: Id
    class_no: int
    touched_at: int
    paid_at: int
    window_days: int
    weight_ms: int
    is_clicked: bool | None
    dwell_min_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """One order line's cuts: `order_lines`, `credits` and `shares` rows.

    `weights` are all parties of the direct leg, sorted by id as the split was;
    `party` is the one whose share this is. `split_ppm` is 0 without an agency;
    `pool_id` None means a scene without a pool.
    """

    line_id: Id
    paid_minor: int
    platform_coupon_minor: int
    shipping_minor: int
    tax_minor: int
    plan_id: Id | None
    rate_ppm: int
    scene_id: Id | None
    pool_id: Id | None
    direct_ppm: int
    fee_ppm: int
    rule: str
    weights: tuple[Weight, ...]
    party: Id
    agency_id: Id | None
    split_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts:
    """The refunds of one order line: their sum before this period and up to its end."""

    refunded_before_minor: int
    is_cancelled_before: bool
    refunded_minor: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneEvidence:
    """A payee's sums in one scene (`payee_scenes`)."""

    scene_id: Id
    viewers_micro: int
    quality_micro: int
    experience_micro: int
    commerce_micro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySplit:
    """An agency and its part of the award."""

    agency_id: Id
    split_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """A payee's share of one pool: `payee_scenes`, `pool_accounts`, `pool_shares`.

    `scenes` and `scene_weights_ppm` go together, one weight a scene.
    `base_rates_from` names the period of the base rates and loads, or `bootstrap`.
    """

    base_rates_from: str
    scenes: tuple[SceneEvidence, ...]
    quality_tenths: int
    experience_tenths: int
    commerce_tenths: int
    scene_weights_ppm: tuple[int, ...]
    pool_id: Id
    legs_minor: int
    subsidy_minor: int
    reversals_minor: int
    freed_minor: int
    residue_in_micro: int
    deficit_in_minor: int
    value_total: int
    agencies: tuple[AgencySplit, ...]
    carry_in_micro: int
    minimum_payout_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPart:
    """One award or pool share out of which an agency takes its part."""

    ref_id: Id
    payee_id: Id
    award_micro: int
    split_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyAwardsFacts:
    """What an agency takes out of its creators' awards in one period."""

    awards: tuple[AwardPart, ...]
    carry_in_micro: int
    minimum_payout_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPayment:
    """From claim to payment: the programme's budget card, the agencies, the carry.

    `committed_minor` is what earlier runs of the period spent. An award that is paid whole, outside the carry, has carry and minimum 0.
    """

    claims_total_minor: int
    budget_minor: int
    committed_minor: int = 0
    agencies: tuple[AgencySplit, ...] = ()
    carry_in_micro: int = 0
    minimum_payout_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionReached:
    """One condition: the counter, what it asks for, what the subject has.

    The names are those of the `conditions` JSON of an award, so each of its
    objects is `ConditionReached(**row)`.
    """

    counter: str
    need: int
    have: int
    weeks: int | None = None
    days_per_week: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LumpSumFacts:
    """A milestone's reward."""

    programme_id: Id
    milestone_id: Id | None
    conditions: tuple[ConditionReached, ...]
    reward_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BracketRow:
    """From `above` units on: `base_minor`, and `rate_micro` for each further unit."""

    above: int
    base_minor: int
    rate_micro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TieredFacts:
    """A marginal schedule and the counter's units."""

    programme_id: Id
    counter: str
    units: int
    cap_units: int | None
    brackets: tuple[BracketRow, ...]
    claimed_before_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PerAnchorFacts:
    """The anchors that met every condition, and the reward for each."""

    programme_id: Id
    anchors: tuple[Id, ...]
    reward_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """One grade: how many anchors have it, and its brackets."""

    grade_id: Id
    anchors: int
    brackets: tuple[BracketRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFacts:
    """An agency's frame, grades from lowest to highest."""

    programme_id: Id
    grades: tuple[GradeRow, ...]
    claimed_before_minor: int = 0


ClaimFacts = LumpSumFacts | TieredFacts | PerAnchorFacts | FrameFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAmount:
    """A statement line whose money a hold keeps in escrow."""

    line_key: str
    held_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFacts:
    """A hold: its cause and the lines that it covers."""

    hold_id: Id
    cause: str
    lines: tuple[HeldAmount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingFacts:
    """The ruling of a hold; `paid_before_minor` is what of the money was already paid."""

    kept_ppm: int
    decided_at: int
    paid_before_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtFacts:
    """Sum of the statement's other lines that are not held, and the debt brought in."""

    lines_minor: int
    debt_in_minor: int
