"""Objections: raised by a payee's people in the objection week, answered by somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.pools import queries
from wavepool.domains.pools.models import Objection, Period, Share
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

#: How long the platform takes for an answer.
ANSWER_TIME: Final = timedelta(days=5)


class ObjectionWindowOver(PlatformError):
    """The month takes no objections now."""

    kind = "pools.objection_window_over"

    def __init__(self) -> None:
        super().__init__(_("Objections are taken in the seven days after the draft is published."))


class NoShare(PlatformError):
    """Whoever is paid for the creator has no share to object to."""

    kind = "pools.no_share"

    def __init__(self) -> None:
        super().__init__(_("There is no share of yours in this pool."))


class ObjectionStands(PlatformError):
    """One objection to a share waits already."""

    kind = "pools.objection_stands"

    def __init__(self) -> None:
        super().__init__(_("An objection to this share waits for its answer already."))


class TextNeeded(PlatformError):
    """An objection says what is wrong."""

    kind = "pools.text_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Say what is wrong with the share."), pointer="/text")


class AnswerNeeded(PlatformError):
    """An answer gives its reasons."""

    kind = "pools.answer_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Give the reasons of your answer."), pointer="/answer")


class OtherPersonNeeded(PlatformError):
    """Who objected does not answer."""

    kind = "pools.other_person_needed"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("You raised this objection; somebody else has to answer it."))


class ObjectionAnswered(PlatformError):
    """Somebody answered it before."""

    kind = "pools.objection_answered"

    def __init__(self) -> None:
        super().__init__(_("This objection was answered before."))


def raise_objection(
    *, creator_id: int, period: str, pool_id: str, text: str, actor: Actor, as_of: datetime
) -> Objection:
    """Object to the published share of whoever is paid for a creator.

    Raises:
        NotFound: the actor is not of the creator's people, or there is no such month.
        NotAllowed: the actor's role there may not see money.
        TextNeeded: it does not say what is wrong.
        ObjectionWindowOver: the month takes no objections now.
        NoShare: there is no share.
        ObjectionStands: one waits already.
    """
    people.access_party(party="creator", party_id=creator_id, actor=actor, to="finance", at=as_of)
    if not text.strip():
        raise TextNeeded
    payee = people.find_payee(party="creator", party_id=creator_id, at=as_of)
    with transaction.atomic():
        row = Period.objects.select_for_update().filter(name=period).first()
        if row is None:
            raise NotFound(_("There is no such month."))
        if not row.takes_objections(as_of):
            raise ObjectionWindowOver
        mine = Share.objects.filter(
            draft_id=row.published_id, pool_id=pool_id, payee_id=payee.pk if payee else 0
        )
        if payee is None or not mine.exists():
            raise NoShare
        objection = _insert(
            Objection(
                period=row,
                pool_id=pool_id,
                payee_id=payee.pk,
                creator_id=creator_id,
                text=text.strip()[:2000],
                raised_by_id=actor.account_id,  # type: ignore[misc]  # a key has its account's
                raised_at=as_of,
                answer_due_at=as_of + ANSWER_TIME,
            )
        )
        audit.record(
            kind="pools.objection_raised",
            subject=f"objection/{objection.public_id}",
            actor=actor,
            at=as_of,
            data={"period": period, "pool": pool_id, "payee": payee.pk},
        )
    return objection


def answer_objection(
    *, public_id: str, outcome: str, answer: str, actor: Actor, as_of: datetime
) -> Objection:
    """Uphold or reject an objection, with reasons.

    Args:
        outcome: "upheld" or "rejected".

    Raises:
        NotFound: there is none, or the actor is no staff.
        NotAllowed: the actor's roles lack the right.
        AnswerNeeded: there are no reasons.
        OtherPersonNeeded: the actor raised it, or is no person.
        ObjectionAnswered: it was answered before.
    """
    found = queries.access_objection(public_id, actor=actor, to="finance")
    assert outcome in {Objection.Outcome.UPHELD, Objection.Outcome.REJECTED}
    if not answer.strip():
        raise AnswerNeeded
    if actor.account_id is None or actor.account_id == found.raised_by_id:
        raise OtherPersonNeeded
    with transaction.atomic():
        # Closing holds the month's row; an answer comes before it or finds the month closed.
        Period.objects.select_for_update().get(pk=found.period_id)
        if not Objection.objects.filter(pk=found.pk, outcome=Objection.Outcome.OPEN).update(
            outcome=outcome,
            answer=answer.strip()[:2000],
            answered_by=actor.account_id,
            answered_at=as_of,
        ):
            raise ObjectionAnswered
        found.refresh_from_db()
        audit.record(
            kind=f"pools.objection_{outcome}",
            subject=f"objection/{public_id}",
            actor=actor,
            at=as_of,
            data={"period": found.period.name},
        )
    return found


def _insert(objection: Objection) -> Objection:
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError as error:
        raise ObjectionStands from error
    return objection
