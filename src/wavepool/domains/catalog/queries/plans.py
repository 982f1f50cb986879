"""Reads of commission plans, and why one of them wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Item, Plan, PlanKind, PlanVersion
from wavepool.domains.catalog.queries.categories import ids_above
from wavepool.domains.catalog.queries.precedence import in_force, winning_plan
from wavepool.plumbing.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan that could pay for an item.

    Attributes:
        version: its rate and its time.
        is_winner: whether it pays.
        why: why it wins, or why it does not.
    """

    version: PlanVersion
    is_winner: bool
    why: str | Promise


def plans_of_shop(shop_id: int) -> QuerySet[Plan]:
    """Every plan of a shop with its versions at hand, whatever their time."""
    versions = PlanVersion.objects.filter(withdrawn_at=None).order_by("valid_from")
    return (
        Plan.objects.filter(shop_id=shop_id)
        .select_related("item", "category", "creator", "shop")
        .prefetch_related(Prefetch("versions", queryset=versions, to_attr="standing"))
    )


def access_plan(public_id: str, *, shop_id: int) -> Plan:
    """A plan of this shop.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    plan = plans_of_shop(shop_id).filter(public_id=public_id).first()
    if plan is None:
        raise NotFound(_("There is no such plan."))
    return plan


def plans_standing(plans: QuerySet[Plan], *, at: datetime) -> QuerySet[Plan]:
    """Plans that pay now or were announced."""
    open_ended = Q(valid_to=None) | Q(valid_to__gt=at)
    standing = PlanVersion.objects.filter(open_ended, withdrawn_at=None)
    return plans.filter(pk__in=standing.values("plan"))


def list_history(plan: Plan) -> list[PlanVersion]:
    """Every version of a plan, withdrawn ones too, oldest first."""
    return list(PlanVersion.objects.filter(plan=plan).order_by("announced_at", "pk"))


def version_at(plan: Plan, *, at: datetime) -> PlanVersion | None:
    """The version of a plan that binds at a moment."""
    return PlanVersion.objects.filter(in_force(at), plan=plan).first()


def next_version(version: PlanVersion, *, at: datetime) -> PlanVersion | None:
    """What the same plan was announced to pay after a version."""
    later = PlanVersion.objects.filter(plan=version.plan_id, withdrawn_at=None, valid_from__gt=at)
    return later.order_by("valid_from").first()


def explain_plans(
    item: Item, *, creator_id: int | None, link_id: str = "", at: datetime
) -> tuple[Candidate, ...]:
    """Every plan that names this item in some way, the winner first, each with its reason.

    Three queries, however many plans there are.
    """
    winner = winning_plan(item, creator_id=creator_id, link_id=link_id, at=at)
    versions = PlanVersion.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=at),
        Q(plan__item=None) | Q(plan__item=item),
        Q(plan__category=None) | Q(plan__category__in=ids_above(item.category_id)),
        withdrawn_at=None,
        plan__shop=item.shop_id,
    ).select_related("plan__creator", "plan__category", "plan__item")
    ordered = sorted(versions, key=lambda each: _place(each, winner))
    return tuple(
        Candidate(
            version=each,
            is_winner=each == winner,
            why=_why(each, winner, creator_id=creator_id, link_id=link_id, at=at),
        )
        for each in ordered
    )


def _place(
    version: PlanVersion, winner: PlanVersion | None
) -> tuple[bool, int, int, str, datetime]:
    plan = version.plan
    return (
        version != winner,
        plan.precedence,
        -version.rate_ppm,
        plan.public_id,
        version.valid_from,
    )


def _why(
    version: PlanVersion,
    winner: PlanVersion | None,
    *,
    creator_id: int | None,
    link_id: str,
    at: datetime,
) -> str | Promise:
    plan = version.plan
    if version == winner:
        return _("It comes first in the order of plans.")
    if version.valid_from > at:
        return _("It is not in force yet.")
    if plan.creator_id not in {None, creator_id}:
        return _("It is for another creator.")
    if plan.link_id not in {"", link_id}:
        return _("It pays only through its own link.")
    assert winner is not None, "a plan that applies has a winner above it"
    return _why_behind(version, winner)


def _why_behind(version: PlanVersion, winner: PlanVersion) -> str | Promise:
    if version.plan.precedence > winner.plan.precedence:
        return _("%(kind)s comes before it.") % {"kind": PlanKind(winner.plan.kind).label}
    if version.rate_ppm < winner.rate_ppm:
        return _("Another plan of its kind pays more.")
    return _("Another plan of its kind pays the same and has the lower id.")
