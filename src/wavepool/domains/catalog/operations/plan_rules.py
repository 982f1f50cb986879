"""What two plans of one shop may not be at the same time, one error per case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Plan, PlanKind, PlanVersion
from wavepool.plumbing.errors import PlatformError

TARGETED: Final = frozenset(
    {PlanKind.EXCLUSIVE, PlanKind.TASK, PlanKind.TARGETED_ITEM, PlanKind.TARGETED_CATEGORY}
)
GENERAL: Final = frozenset({PlanKind.ITEM, PlanKind.CATEGORY, PlanKind.SHOP})


class PlanRefused(PlatformError):
    """A plan that may not stand beside another; `other` is the one in its way."""

    kind = "catalog.plan_refused"

    def __init__(self, message: str, *, other: Plan | None = None, field: str = "kind") -> None:
        super().__init__(message, pointer=f"/{field}")
        self.other = other


class RateOutOfRange(PlanRefused):
    """A rate of nothing, or above the cap of the policy."""

    kind = "catalog.rate_out_of_range"
    status: ClassVar[int] = 422

    def __init__(self, *, rate_ppm: int, cap_ppm: int) -> None:
        message = _("A rate is above zero and at most %(cap)s.")
        super().__init__(message % {"cap": shown_rate(cap_ppm)}, field="rate")
        self.rate_ppm = rate_ppm
        self.cap_ppm = cap_ppm


class ExclusiveTaken(PlanRefused):
    """The item has an exclusive plan for that time already."""

    kind = "catalog.exclusive_taken"

    def __init__(self, other: Plan) -> None:
        message = _("This item has an exclusive plan with %(creator)s at that time.")
        super().__init__(message % {"creator": other.creator}, other=other, field="item")


class PlanOverlaps(PlanRefused):
    """A plan of the same kind for the same goods and creator holds at that time."""

    kind = "catalog.plan_overlaps"

    def __init__(self, other: Plan) -> None:
        message = _("A plan of this kind holds for the same at that time; change its rate instead.")
        super().__init__(str(message), other=other)


class CategoryPlanConflicts(PlanRefused):
    """A plan for a category above or below this one holds at that time."""

    kind = "catalog.category_plan_conflicts"

    def __init__(self, other: Plan) -> None:
        message = _("A plan for %(category)s, above or below this category, holds at that time.")
        super().__init__(message % {"category": other.category}, other=other, field="category")


class TargetedRateTooLow(PlanRefused):
    """A plan for one creator must pay more than what everybody gets."""

    kind = "catalog.targeted_rate_too_low"

    def __init__(self, other: Plan, *, targeted_ppm: int, general_ppm: int) -> None:
        message = _(
            "A plan for one creator pays more than the general plans for the same goods: "
            "%(targeted)s against %(general)s."
        )
        shown = {"targeted": shown_rate(targeted_ppm), "general": shown_rate(general_ppm)}
        super().__init__(message % shown, other=other, field="rate")
        self.targeted_ppm = targeted_ppm
        self.general_ppm = general_ppm


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open time, without end where `ends_at` is None."""

    starts_at: datetime
    ends_at: datetime | None

    def meets(self) -> Q:
        """Versions that hold at some moment of it."""
        later = Q(valid_to=None) | Q(valid_to__gt=self.starts_at)
        return later if self.ends_at is None else later & Q(valid_from__lt=self.ends_at)


def ensure_rate(rate_ppm: int, *, cap_ppm: int) -> None:
    """Refuse a rate outside the policy.

    Raises:
        RateOutOfRange: nothing, or above the cap.
    """
    if not 0 < rate_ppm <= cap_ppm:
        raise RateOutOfRange(rate_ppm=rate_ppm, cap_ppm=cap_ppm)


def ensure_room(plan: Plan, *, span: Span) -> None:
    """Refuse a plan whose place is taken at some moment of its span.

    Raises:
        CategoryPlanConflicts, ExclusiveTaken, PlanOverlaps: by another plan of its kind.
    """
    others = [each.plan for each in _others(plan, span=span, kinds={plan.kind})]
    if plan.kind == PlanKind.CAMPAIGN:
        return  # each has its own link, so none is in another's way
    for other in others:
        if plan.kind == PlanKind.EXCLUSIVE and other.item_id == plan.item_id:
            raise ExclusiveTaken(other)
        if other.creator_id != plan.creator_id or not share_goods(plan, other):
            continue
        if other.category_id != plan.category_id:
            raise CategoryPlanConflicts(other)
        raise PlanOverlaps(other)


def ensure_targeted_pays_more(plan: Plan, *, rate_ppm: int, span: Span) -> None:
    """Refuse a rate that would leave one creator with no more than everybody.

    Raises:
        TargetedRateTooLow: a targeted plan does not exceed a general one for the same goods.
    """
    if plan.kind in TARGETED:
        for version in _others(plan, span=span, kinds=GENERAL):
            if version.rate_ppm >= rate_ppm and share_goods(plan, version.plan):
                raise TargetedRateTooLow(
                    version.plan, targeted_ppm=rate_ppm, general_ppm=version.rate_ppm
                )
    elif plan.kind in GENERAL:
        for version in _others(plan, span=span, kinds=TARGETED):
            if version.rate_ppm <= rate_ppm and share_goods(plan, version.plan):
                raise TargetedRateTooLow(
                    version.plan, targeted_ppm=version.rate_ppm, general_ppm=rate_ppm
                )


def is_cut_in_disguise(plan: Plan, *, rate_ppm: int, at: datetime) -> bool:
    """Whether a new plan would outrank one that pays somebody more now.

    A campaign is reached by a link that nobody has yet, so it takes from nobody.
    """
    if plan.kind == PlanKind.CAMPAIGN:
        return False
    outranked = PlanVersion.objects.filter(
        queries.in_force(at),
        Q(plan__creator=None) | Q(plan__creator=plan.creator_id),
        plan__shop=plan.shop_id,
        plan__link_id="",
        plan__precedence__gt=plan.precedence,
        rate_ppm__gt=rate_ppm,
    )
    return any(
        share_goods(plan, version.plan)
        for version in outranked.select_related("plan__item", "plan__category")
    )


def share_goods(one: Plan, other: Plan) -> bool:
    """Whether some item can belong to both plans of a shop."""
    if one.item is not None and other.item is not None:
        return one.item_id == other.item_id
    places = [_category_of(each) for each in (one, other)]
    if None in places:
        return True
    above = [queries.ids_above(place) for place in places if place is not None]
    if one.item is not None:
        return places[1] in above[0]
    if other.item is not None:
        return places[0] in above[1]
    return places[0] in above[1] or places[1] in above[0]


def shown_rate(rate_ppm: int) -> str:
    """A rate in per cent, exact.

    >>> shown_rate(125_000), shown_rate(80_000), shown_rate(1)
    ('12.5%', '8%', '0.0001%')
    """
    whole, rest = divmod(rate_ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def _category_of(plan: Plan) -> int | None:
    return plan.item.category_id if plan.item is not None else plan.category_id


def _others(plan: Plan, *, span: Span, kinds: frozenset[PlanKind] | set[str]) -> list[PlanVersion]:
    """Versions of the shop's other plans of some kinds that meet a span, by id."""
    versions = PlanVersion.objects.filter(
        span.meets(), withdrawn_at=None, plan__shop=plan.shop_id, plan__kind__in=kinds
    ).exclude(plan=plan.pk)
    related = versions.select_related("plan__item", "plan__category", "plan__creator")
    return list(related.order_by("plan_id", "valid_from"))
