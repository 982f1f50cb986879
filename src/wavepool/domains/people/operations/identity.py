"""Identity: showing a document, deciding on it, and who is paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import (
    Account,
    Agency,
    Creator,
    Payee,
    Person,
    Shop,
    Verification,
)
from wavepool.domains.people.operations.notices import tell_verification_decided
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotAllowed, NotFound, PlatformError

#: Identities are checked again every half year.
RECHECK_DAYS: Final = 182


class InReview(PlatformError):
    """An earlier request is still in review."""

    kind: ClassVar[str] = "people.verification_in_review"


class Decided(PlatformError):
    """The request was decided or withdrawn already."""

    kind: ClassVar[str] = "people.verification_decided"


class OwnRequest(PlatformError):
    """Nobody decides on an identity that they asked to verify."""

    kind: ClassVar[str] = "people.verification_own"
    status: ClassVar[int] = 403


class AnotherPerson(PlatformError):
    """The account or the creator is known as another person already."""

    kind: ClassVar[str] = "people.another_person"


def ask_verification(
    *,
    party: str,
    party_id: int,
    legal_name: str,
    country: str,
    document: str,
    number: queries.SealedNumber,
    files: Sequence[str] = (),
    actor: Actor,
    as_of: datetime,
) -> Verification:
    """Show an identity for a creator, shop or agency.

    A business licence stands for a company, every other document for a person.

    Args:
        number: the document's number, sealed; see `queries.seal_number`.
        files: public ids of files that passed the upload gate.

    Raises:
        InReview: an earlier request of this party waits for a decision.
    """
    is_company = document == Verification.Document.LICENCE
    try:
        with transaction.atomic():
            queries.access_party(party=party, party_id=party_id, actor=actor, to="own", at=as_of)
            verification = Verification.objects.create(
                **{f"{party}_id": party_id},
                kind=Verification.Kind.COMPANY if is_company else Verification.Kind.PERSON,
                account_id=_known(actor),
                legal_name=legal_name,
                country=country,
                document=document,
                document_hash=number.hash,
                document_last=number.last,
                files=list(files),
                submitted_at=as_of,
            )
            _note("verification_asked", verification, actor=actor, as_of=as_of)
            return verification
    except IntegrityError as error:
        raise InReview(_("Your earlier request is in review; wait or withdraw it.")) from error


def withdraw_verification(
    *, party: str, party_id: int, verification_id: int, actor: Actor, as_of: datetime
) -> None:
    """Take a request back that was not decided yet.

    Raises:
        Decided: it was decided already.
    """
    with transaction.atomic():
        queries.access_party(party=party, party_id=party_id, actor=actor, to="own", at=as_of)
        rows = Verification.objects.filter(pk=verification_id, **{f"{party}_id": party_id})
        found = rows.first()
        if found is None:
            raise NotFound(_("There is no such request."))
        if not rows.filter(state="submitted").update(state="withdrawn", decided_at=as_of):
            raise Decided(_("This request was decided already."))
        _note("verification_withdrawn", found, actor=actor, as_of=as_of)


def approve_verification(
    *, verification_id: int, reason: str, actor: Actor, as_of: datetime
) -> Verification:
    """Confirm an identity: its person, its payee, and the next check in half a year.

    A document that is known links to the person that it belongs to, whichever account
    shows it.

    Raises:
        Decided: it was decided or withdrawn already.
        OwnRequest: the actor asked for it.
        AnotherPerson: the account or creator is known as another person.
    """
    with transaction.atomic():
        found = _to_decide(verification_id, actor=actor)
        person = None
        if found.kind == Verification.Kind.PERSON:
            person = _person_of(found, as_of=as_of)
            _link_person(found, person)
        _replace_earlier(found)
        _decide(
            found,
            state="approved",
            reason=reason,
            actor=actor,
            as_of=as_of,
            person=person,
            expires_at=as_of + timedelta(days=RECHECK_DAYS),
        )
        _verify_payee(found, person=person, as_of=as_of)
        found.refresh_from_db()
        tell_verification_decided(found, at=as_of)
        _note("verification_approved", found, actor=actor, as_of=as_of, reason=reason)
        return found


def refuse_verification(
    *, verification_id: int, reason: str, actor: Actor, as_of: datetime
) -> Verification:
    """Refuse an identity, with the reason that its owner reads.

    Raises:
        Decided, OwnRequest: as in `approve_verification`.
    """
    with transaction.atomic():
        found = _to_decide(verification_id, actor=actor)
        _decide(found, state="refused", reason=reason, actor=actor, as_of=as_of)
        found.refresh_from_db()
        tell_verification_decided(found, at=as_of)
        _note("verification_refused", found, actor=actor, as_of=as_of, reason=reason)
        return found


def expire_verifications(*, actor: Actor, as_of: datetime) -> int:
    """Mark identities whose half year is over; returns how many."""
    due = Verification.objects.filter(state="approved", expires_at__lte=as_of)
    expired = 0
    for found in due.order_by("pk")[:500]:
        with transaction.atomic():
            if due.filter(pk=found.pk).update(state="expired"):
                _note("verification_expired", found, actor=actor, as_of=as_of)
                expired += 1
    return expired


def _known(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotAllowed(_("Sign in with an account of your own."))
    return actor.account_id


def _to_decide(verification_id: int, *, actor: Actor) -> Verification:
    queries.access_staff(actor=actor, to="operate")
    found = Verification.objects.select_for_update().filter(pk=verification_id).first()
    if found is None:
        raise NotFound(_("There is no such request."))
    if found.state != Verification.State.SUBMITTED:
        raise Decided(_("This request was decided or withdrawn already."))
    if found.account_id == actor.account_id:
        raise OwnRequest(_("Somebody else has to decide on your own identity."))
    return found


def _decide(
    found: Verification,
    *,
    state: str,
    reason: str,
    actor: Actor,
    as_of: datetime,
    person: Person | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Move it on; of two decisions at once, one finds it decided."""
    rows = Verification.objects.filter(pk=found.pk, state=Verification.State.SUBMITTED)
    if not rows.update(
        state=state,
        reason=reason,
        decided_at=as_of,
        decided_by_id=actor.account_id,
        person=person,
        expires_at=expires_at,
    ):
        raise Decided(_("This request was decided or withdrawn already."))


def _replace_earlier(found: Verification) -> None:
    mine = {name: getattr(found, name) for name in ("creator_id", "shop_id", "agency_id")}
    earlier = Verification.objects.filter(state__in=("approved", "expired"), **mine)
    earlier.exclude(pk=found.pk).update(state="superseded")


def _person_of(found: Verification, *, as_of: datetime) -> Person:
    """The one person of a document; a race of two is decided by its unique hash."""
    person, _is_new = Person.objects.get_or_create(
        document_hash=found.document_hash,
        defaults={
            "legal_name": found.legal_name,
            "document_last": found.document_last,
            "verified_at": as_of,
        },
    )
    return person


def _link_person(found: Verification, person: Person) -> None:
    """Say who the account and the creator are; neither changes its person later."""
    targets: list[tuple[Any, int]] = [(Account, found.account_id)]
    if found.creator_id is not None:
        targets.append((Creator, found.creator_id))
    for model, key in targets:
        linked = model.objects.filter(pk=key, person=None).update(person=person)
        if not linked and not model.objects.filter(pk=key, person=person).exists():
            raise AnotherPerson(
                _("This account or creator is verified as another person; refuse with a reason.")
            )


def _verify_payee(found: Verification, *, person: Person | None, as_of: datetime) -> None:
    """Make or confirm the payee of the identity: agency and shop are their own."""
    blank = {"created_at": as_of, "verified_at": as_of, "name": found.legal_name}
    if found.agency_id is not None:
        agency = Agency.objects.get(pk=found.agency_id)
        payee, _new = Payee.objects.get_or_create(
            agency=agency, defaults={**blank, "kind": "agency", "holder_id": found.account_id}
        )
    elif found.shop_id is not None:
        shop = Shop.objects.get(pk=found.shop_id)
        payee, _new = Payee.objects.get_or_create(
            shop=shop, defaults={**blank, "kind": "shop", "holder_id": found.account_id}
        )
    elif person is not None:
        payee, _new = Payee.objects.get_or_create(
            person=person, defaults={**blank, "kind": "person"}
        )
    else:
        payee, _new = Payee.objects.get_or_create(
            licence_hash=found.document_hash,
            defaults={**blank, "kind": "company", "holder_id": found.account_id},
        )
    Payee.objects.filter(pk=payee.pk, verified_at=None).update(verified_at=as_of)


def _note(
    kind: str, found: Verification, *, actor: Actor, as_of: datetime, reason: str = ""
) -> None:
    data = {"document": found.document, "last": found.document_last}
    if reason:
        data["reason"] = reason
    note(kind=kind, subject=found.reference, actor=actor, at=as_of, **data)
