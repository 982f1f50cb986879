"""Reads of objections."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.pools.models import Objection, Period
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound


def list_objections(period: Period) -> QuerySet[Objection]:
    """Every objection to a month's shares."""
    rows = Objection.objects.filter(period=period)
    return rows.select_related("creator", "raised_by", "answered_by")


def count_open(period: Period) -> int:
    """How many objections wait for an answer."""
    return Objection.objects.filter(period=period, outcome=Objection.Outcome.OPEN).count()


def objections_of_payee(payee_id: int, *, period: Period) -> list[Objection]:
    """A payee's objections to a month, the latest first."""
    rows = Objection.objects.filter(period=period, payee_id=payee_id)
    return list(rows.order_by("-raised_at", "-pk"))


def find_objection(public_id: str) -> Objection | None:
    """An objection by its public id."""
    rows = Objection.objects.select_related("period", "creator", "raised_by", "answered_by")
    return rows.filter(public_id=public_id).first()


def access_objection(public_id: str, *, actor: Actor, to: str) -> Objection:
    """An objection, for staff with a right.

    Raises:
        NotFound: the actor is no staff, or there is none.
        NotAllowed: the actor's roles lack the right.
    """
    people.access_staff(actor=actor, to=to)
    found = find_objection(public_id)
    if found is None:
        raise NotFound(_("There is no such objection."))
    return found
