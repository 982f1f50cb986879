"""Writes of commission plans: opened, changed, ended; rises at once, cuts after the rate lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Plan, PlanBook, PlanKind, PlanVersion
from wavepool.domains.catalog.models.plans import SCOPES
from wavepool.domains.catalog.operations import plan_rules
from wavepool.domains.catalog.operations.notices import tell_plan_ends, tell_rate_falls
from wavepool.domains.catalog.operations.plan_rules import PlanRefused, Span
from wavepool.domains.people import queries as people
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound


class ScopeMissing(PlanRefused):
    """A plan of this kind names something more, or less."""

    kind = "catalog.plan_scope"
    status: ClassVar[int] = 422

    def __init__(self, *, field: str, is_asked: bool) -> None:
        asked = _("A plan of this kind needs this.")
        super().__init__(
            str(asked if is_asked else _("A plan of this kind has no use for this.")), field=field
        )


class SpanBackwards(PlanRefused):
    """A plan that begins in the past, or ends before it begins."""

    kind = "catalog.plan_span"
    status: ClassVar[int] = 422


class ItemOfAnotherShop(NotFound):
    """The item is another shop's, or nobody's: both look the same."""

    kind = "catalog.item_of_another_shop"


class PlanEnded(PlanRefused):
    """A plan that pays no more cannot be changed."""

    kind = "catalog.plan_ended"

    def __init__(self, plan: Plan) -> None:
        super().__init__(str(_("This plan has ended; open a new one.")), other=plan)


class RateUnchanged(PlanRefused):
    """The plan pays this rate already."""

    kind = "catalog.rate_unchanged"

    def __init__(self, plan: Plan) -> None:
        super().__init__(str(_("The plan pays this rate already.")), other=plan, field="rate")


class EndsBeforeCut(PlanRefused):
    """The plan ends before a cut announced now could begin."""

    kind = "catalog.ends_before_cut"

    def __init__(self, plan: Plan) -> None:
        message = _("The plan ends before a lower rate announced today could begin.")
        super().__init__(str(message), other=plan, field="rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What a shop offers.

    Attributes:
        kind: one of `PlanKind`.
        item, category, creator: public id, slug, handle; "" where the kind has none.
        rate_ppm: parts per million of the fee base.
        starts_at: None for now; a plan that cuts somebody's rate begins later of itself.
        ends_at: first moment after it, None for until it is ended.
    """

    kind: str
    rate_ppm: int
    item: str = ""
    category: str = ""
    creator: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def open_plan(*, shop_id: int, facts: PlanFacts, actor: Actor, as_of: datetime) -> PlanVersion:
    """Open a plan; one that would outrank a better rate begins after the rate lock.

    Raises:
        NotFound: there is no such category or creator.
        ItemOfAnotherShop: the shop has no such item.
        RateOutOfRange, ScopeMissing, SpanBackwards: what is offered does not hold together.
        CategoryPlanConflicts, ExclusiveTaken, PlanOverlaps, TargetedRateTooLow: another plan
            of the shop stands in its way.
    """
    terms = queries.plan_terms(at=as_of)
    plan_rules.ensure_rate(facts.rate_ppm, cap_ppm=terms.rate_cap_ppm)
    with transaction.atomic():
        _hold_book(shop_id)
        plan = draft_plan(shop_id=shop_id, facts=facts, actor=actor, as_of=as_of)
        starts_at = facts.starts_at or as_of
        if starts_at < as_of:
            raise SpanBackwards(str(_("A plan cannot begin in the past.")), field="starts_at")
        if plan_rules.is_cut_in_disguise(plan, rate_ppm=facts.rate_ppm, at=starts_at):
            starts_at = max(starts_at, as_of + terms.rate_lock)
        if facts.ends_at is not None and facts.ends_at <= starts_at:
            raise SpanBackwards(str(_("A plan ends after it begins.")), field="ends_at")
        span = Span(starts_at=starts_at, ends_at=facts.ends_at)
        plan_rules.ensure_room(plan, span=span)
        plan_rules.ensure_targeted_pays_more(plan, rate_ppm=facts.rate_ppm, span=span)
        plan.save()
        version = _announce(plan, facts.rate_ppm, span=span, actor=actor, at=as_of)
        _record("plan_opened", version, actor=actor, at=as_of)
        return version


def change_rate(
    *, public_id: str, shop_id: int, rate_ppm: int, actor: Actor, as_of: datetime
) -> PlanVersion:
    """Set another rate: a rise holds at once, a cut after the rate lock.

    What was announced before and is not in force yet is withdrawn by it.

    Raises:
        EndsBeforeCut: the plan ends before the cut could begin.
        NotFound: there is no such plan of this shop.
        PlanEnded: it pays no more.
        RateOutOfRange, RateUnchanged: the rate itself is refused.
        TargetedRateTooLow: a plan for one creator would pay no more than a general one.
    """
    terms = queries.plan_terms(at=as_of)
    plan_rules.ensure_rate(rate_ppm, cap_ppm=terms.rate_cap_ppm)
    with transaction.atomic():
        _hold_book(shop_id)
        plan = queries.access_plan(public_id, shop_id=shop_id)
        standing = _standing(plan, at=as_of)
        first, last = standing[0], standing[-1]
        if rate_ppm == first.rate_ppm and len(standing) == 1:
            raise RateUnchanged(plan)
        ends_at, now = last.valid_to, max(as_of, first.valid_from)
        begins_at = now if rate_ppm >= first.rate_ppm else max(now, as_of + terms.rate_lock)
        if ends_at is not None and begins_at >= ends_at:
            raise EndsBeforeCut(plan)
        span = Span(starts_at=begins_at, ends_at=ends_at)
        plan_rules.ensure_targeted_pays_more(plan, rate_ppm=rate_ppm, span=span)
        _withdraw([each for each in standing if each.valid_from > as_of], at=as_of)
        if rate_ppm == first.rate_ppm and first.valid_from <= as_of:
            version = _close(first, ends_at)
        else:
            if first.valid_from == begins_at:
                _withdraw([first], at=as_of)
            elif first.valid_from <= as_of:
                _close(first, begins_at)
            version = _announce(plan, rate_ppm, span=span, actor=actor, at=as_of)
        if rate_ppm < first.rate_ppm and begins_at > as_of:
            tell_rate_falls(version, before_ppm=first.rate_ppm, at=as_of)
        _record("rate_changed", version, actor=actor, at=as_of)
        return version


def end_plan(*, public_id: str, shop_id: int, actor: Actor, as_of: datetime) -> PlanVersion:
    """End a plan after the rate lock, or when it would end anyway, whichever comes first.

    A plan that has not begun is withdrawn at once.

    Raises:
        NotFound: there is no such plan of this shop.
        PlanEnded: it pays no more.
    """
    with transaction.atomic():
        _hold_book(shop_id)
        plan = queries.access_plan(public_id, shop_id=shop_id)
        standing = _standing(plan, at=as_of)
        ends_at = as_of + queries.plan_terms(at=as_of).rate_lock
        if standing[0].valid_from > as_of:
            _withdraw(standing, at=as_of)
            version = standing[0]
        else:
            _withdraw([each for each in standing if each.valid_from >= ends_at], at=as_of)
            version = [each for each in standing if each.valid_from < ends_at][-1]
            if version.valid_to is None or version.valid_to > ends_at:
                _close(version, ends_at)
                tell_plan_ends(version, at=as_of)
        _record("plan_ended", version, actor=actor, at=as_of)
        return version


def draft_plan(*, shop_id: int, facts: PlanFacts, actor: Actor, as_of: datetime) -> Plan:
    """A plan as it would be opened, not saved, its names looked up.

    Raises:
        ItemOfAnotherShop: the shop has no such item.
        NotFound: there is no such category or creator.
        ScopeMissing: the kind names something else.
    """
    scope = SCOPES[facts.kind]
    for field in ("item", "category", "creator"):
        if bool(getattr(facts, field)) != (field in scope):
            raise ScopeMissing(field=field, is_asked=field in scope)
    return Plan(
        public_id=ids.new_id("pln"),
        shop_id=shop_id,
        kind=facts.kind,
        precedence=list(SCOPES).index(PlanKind(facts.kind)) + 1,
        link_id=ids.new_id("lnk") if "link" in scope else "",
        opened_at=as_of,
        opened_by=actor.name,
        **_named(facts, shop_id=shop_id),
    )


def _named(facts: PlanFacts, *, shop_id: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if facts.item:
        found["item"] = queries.items_of_shop(shop_id).filter(public_id=facts.item).first()
        if found["item"] is None:
            raise ItemOfAnotherShop(_("Your shop has no such item."), pointer="/item")
    if facts.category:
        found["category"] = queries.get_category(facts.category)
    if facts.creator:
        found["creator"] = people.find_creator(facts.creator)
        if found["creator"] is None:
            raise NotFound(_("There is no creator of that name."), pointer="/creator")
    return found


def _hold_book(shop_id: int) -> None:
    """Let one change of a shop's plans happen at a time."""
    PlanBook.objects.get_or_create(shop_id=shop_id)
    PlanBook.objects.select_for_update().get(shop_id=shop_id)


def _standing(plan: Plan, *, at: datetime) -> list[PlanVersion]:
    """Versions in force or announced, in time; there is one at least."""
    versions = PlanVersion.objects.filter(plan=plan, withdrawn_at=None).order_by("valid_from")
    standing = [each for each in versions if each.valid_to is None or each.valid_to > at]
    if not standing:
        raise PlanEnded(plan)
    return standing


def _withdraw(versions: list[PlanVersion], *, at: datetime) -> None:
    for version in versions:
        version.withdrawn_at = at
        version.save(update_fields=["withdrawn_at"])


def _close(version: PlanVersion, ends_at: datetime | None) -> PlanVersion:
    version.valid_to = ends_at
    version.save(update_fields=["valid_to"])
    return version


def _announce(plan: Plan, rate_ppm: int, *, span: Span, actor: Actor, at: datetime) -> PlanVersion:
    return PlanVersion.objects.create(
        plan=plan,
        rate_ppm=rate_ppm,
        valid_from=span.starts_at,
        valid_to=span.ends_at,
        announced_at=at,
        announced_by=actor.name,
    )


def _record(kind: str, version: PlanVersion, *, actor: Actor, at: datetime) -> None:
    data = {
        "kind": str(version.plan.kind),
        "rate_ppm": version.rate_ppm,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
    }
    audit.record(
        kind=f"catalog.{kind}", subject=version.plan.public_id, actor=actor, at=at, data=data
    )
