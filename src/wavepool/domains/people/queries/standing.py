"""Reads of levels, tiers, restrictions and verifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import (
    Creator,
    CreatorPayee,
    Restriction,
    Standing,
    Tier,
    Verification,
)
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State


def list_standings(creator_id: int, *, kind: str = "level") -> QuerySet[Standing]:
    """A creator's levels or tiers, the newest first."""
    return Standing.objects.filter(creator_id=creator_id, kind=kind)


def level_as_of(creator_id: int, *, at: datetime) -> int:
    """A creator's level at a moment, 0 before the first."""
    rows = Standing.objects.filter(creator_id=creator_id, kind="level", valid_from__lte=at)
    found = rows.filter(Q(valid_to=None) | Q(valid_to__gt=at)).first()
    return int(found.value) if found else 0


def list_restrictions(creator_id: int) -> QuerySet[Restriction]:
    """A creator's restrictions, past ones too."""
    return Restriction.objects.filter(creator_id=creator_id)


def restrictions_in_force(creator_id: int, *, at: datetime) -> tuple[Restriction, ...]:
    """What a creator may not do at a moment."""
    rows = Restriction.objects.filter(creator_id=creator_id, starts_at__lte=at)
    rows = rows.filter(Q(until_at=None) | Q(until_at__gt=at))
    return tuple(rows.filter(Q(lifted_at=None) | Q(lifted_at__gt=at)))


def is_restricted(creator_id: int, *, scope: str, at: datetime) -> bool:
    """Whether a creator may not do this at a moment."""
    in_force = restrictions_in_force(creator_id, at=at)
    return any(each.scope in {scope, "everything"} for each in in_force)


def badge_of_restriction(row: Restriction) -> State:
    """A restriction as people see it: what, why, until when."""
    return State(
        name=row.scope,
        label=row.get_scope_display(),
        tone="error",
        why=row.reason,
        until=row.until_at,
    )


def list_verifications(*, party: str, party_id: int) -> QuerySet[Verification]:
    """Identities that a creator, shop or agency showed, the newest first."""
    rows = Verification.objects.filter(**{f"{party}_id": party_id})
    return rows.select_related("account").order_by("-submitted_at")


def list_every_verification() -> QuerySet[Verification]:
    """Every request, for the queue of staff."""
    return Verification.objects.select_related("account", "creator", "shop", "agency")


def get_verification(reference: str) -> Verification:
    """One request, for staff.

    Raises:
        NotFound: there is none.
    """
    found = list_every_verification().filter(reference=reference).select_related("person").first()
    if found is None:
        raise NotFound(_("There is no such request."))
    return found


def list_same_document(found: Verification) -> QuerySet[Verification]:
    """Other requests with the same document, whoever made them."""
    rows = Verification.objects.filter(document_hash=found.document_hash).exclude(pk=found.pk)
    return rows.select_related("account", "creator", "shop", "agency").order_by("-submitted_at")


def badge_of_verification(row: Verification, *, at: datetime) -> State:
    """A verification as people see it; one past its half year is expired."""
    state = row.state
    if state == "approved" and row.expires_at is not None and row.expires_at <= at:
        state = Verification.State.EXPIRED.value
    tones = {"submitted": "info", "approved": "ok", "refused": "error", "expired": "warning"}
    return State(
        name=state,
        label=Verification.State(state).label,
        tone=tones.get(state, "neutral"),  # type: ignore[arg-type]
        why=row.reason,
        until=row.expires_at if state == "approved" else None,
    )


def count_in_review() -> int:
    """Requests that wait for staff."""
    return Verification.objects.filter(state="submitted").count()


def document_choices() -> list[tuple[str, str]]:
    """Documents that show an identity, to choose from."""
    return [(each.value, str(each.label)) for each in Verification.Document]


def scope_choices() -> list[tuple[str, str]]:
    """What can be restricted, to choose from."""
    return [(each.value, str(each.label)) for each in Restriction.Scope]


def payee_tiers(ats: Sequence[datetime]) -> list[dict[int, str]]:
    """The tier of each creators' payee at each of some moments: three queries.

    A payee of several creators has the highest of their tiers. Who is paid for nobody any more has
    the tier of whom it was paid for last: what it earned with them may still come. Before a
    creator's first standing counts the tier that it has now.
    """
    now = dict(Creator.objects.values_list("pk", "tier"))
    spans: dict[int, list[tuple[datetime, datetime | None, str]]] = {}
    rows = Standing.objects.filter(kind=Standing.Kind.TIER)
    for creator_id, since, to, tier in rows.values_list(
        "creator_id", "valid_from", "valid_to", "value"
    ):
        spans.setdefault(creator_id, []).append((since, to, tier))
    paid: dict[int, list[tuple[datetime, datetime | None, int]]] = {}
    links = CreatorPayee.objects.order_by("valid_from", "pk")
    for payee_id, since, to, creator_id in links.values_list(
        "payee_id", "valid_from", "valid_to", "creator_id"
    ):
        paid.setdefault(payee_id, []).append((since, to, creator_id))
    rank = {tier: place for place, tier in enumerate(Tier.values)}
    found = []
    for at in ats:
        tiers: dict[int, str] = {}
        for payee_id, mine in paid.items():
            begun = [link for link in mine if link[0] <= at]
            held = [link for link in begun if link[1] is None or link[1] > at] or begun[-1:]
            if held:
                each = (_tier_at(spans.get(who, ()), at, now[who]) for _since, _to, who in held)
                tiers[payee_id] = min(each, key=rank.__getitem__)
        found.append(tiers)
    return found


def _tier_at(
    spans: Sequence[tuple[datetime, datetime | None, str]], at: datetime, otherwise: str
) -> str:
    found = (tier for first, last, tier in spans if first <= at and (last is None or last > at))
    return next(found, otherwise)
