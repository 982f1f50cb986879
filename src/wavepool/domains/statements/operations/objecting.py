"""Objections: raised by a payee's people on a line, answered with reasons by somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.risk import queries as risk
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line, Objection
from wavepool.domains.statements.operations import noticing
from wavepool.domains.statements.operations.corrections import ask_correction
from wavepool.plumbing import audit, uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

WORDS_MAX: Final = 2_000
#: As much of an answer as a correction keeps as its reason.
REASON_MAX: Final = 1_000
#: What may be sent along as evidence.
EVIDENCE_KINDS: Final = frozenset({"image", "document", "table"})


class ObjectionError(PlatformError):
    """The base of refusals of objections."""

    kind = "statements.objection_refused"


class ObjectionTooLate(ObjectionError):
    """The statement's lines take no objections now."""

    kind = "statements.objection_too_late"


class ObjectionStands(ObjectionError):
    """One objection to the line waits already."""

    kind = "statements.objection_stands"

    def __init__(self) -> None:
        super().__init__(_("An objection to this line waits for its answer already."))


class ReasonNeeded(ObjectionError):
    """An objection says what is wrong, an answer gives its reasons."""

    kind = "statements.reason_needed"
    status: ClassVar[int] = 422


class AmountNeeded(ObjectionError):
    """What is upheld in a closed month names the amount that is to be corrected."""

    kind = "statements.amount_needed"
    status: ClassVar[int] = 422


class ObjectorIsNoPerson(ObjectionError):
    """A machine does not object; people of the payee do."""

    kind = "statements.person_needed"
    status: ClassVar[int] = 403


class AnotherPersonNeeded(ObjectionError):
    """Who raised it, confirmed the hold on the line, or is the payee or of its people does not answer."""

    kind = "statements.another_person_needed"
    status: ClassVar[int] = 403


class ObjectionAnswered(ObjectionError):
    """Somebody answered it before."""

    kind = "statements.objection_answered"

    def __init__(self) -> None:
        super().__init__(_("This objection was answered before."))


def raise_objection(
    *,
    party: str,
    party_id: int,
    period: str,
    key: str,
    text: str,
    actor: Actor,
    as_of: datetime,
    evidence: UploadedFile[Any] | None = None,
) -> Objection:
    """Object to a line of a statement.

    Args:
        party, party_id: "creator", "agency" or "shop", whose payee's line it is.
        period, key: the month and the line.
        text: what is wrong.
        evidence: a file that shows it; goes through the gate of uploads.

    Raises:
        NotFound: the actor has no right there, or the line is missing or somebody else's.
        NotAllowed: the actor's role there may not see money.
        ObjectorIsNoPerson: the actor is a machine.
        ReasonNeeded: it does not say what is wrong.
        ObjectionTooLate: the statement's lines take no objections now.
        ObjectionStands: one waits already.
        UploadRefused: the file is not taken.
    """
    line = queries.access_line(
        party=party, party_id=party_id, period=period, key=key, actor=actor, at=as_of
    )
    if actor.account_id is None:
        raise ObjectorIsNoPerson(_("A person of the payee has to object."))
    words = _words(text, pointer="/text", message=_("Say what is wrong with the line."))
    window = queries.window_of(line.statement, at=as_of)
    if not window.is_open:
        raise ObjectionTooLate(window.why)
    with transaction.atomic():
        objection = _insert(
            _objection(
                line,
                text=words,
                raised_by_id=actor.account_id,
                raised_at=as_of,
                **{f"{party}_id": party_id},
            )
        )
        if evidence is not None:
            _attach(objection, evidence, actor=actor, as_of=as_of)
        noticing.tell_raised(objection, at=as_of)
        audit.record(
            kind="statements.objection_raised",
            subject=objection.public_id,
            actor=actor,
            at=as_of,
            data={"period": period, "line": line.key, "payee": line.statement.payee_id},
        )
    return objection


def answer_objection(
    *,
    public_id: str,
    outcome: str,
    answer: str,
    actor: Actor,
    as_of: datetime,
    correction_minor: int | None = None,
) -> Objection:
    """Uphold or reject an objection, with reasons.

    Args:
        outcome: "upheld" or "rejected".
        correction_minor: what is to be corrected, + to the payee; for what was upheld in a
            closed month. Of an open month nothing: its next run counts anew.

    Raises:
        NotFound: there is none, or the actor is no staff.
        NotAllowed: the actor's roles lack the right.
        ReasonNeeded: there are no reasons.
        AmountNeeded: a closed month's objection is upheld and no amount is named, or one is
            named where nothing is to be corrected.
        AnotherPersonNeeded: the actor raised it, confirmed the hold on the line, is the payee or
            has a seat with it, or is no person.
        ObjectionAnswered: it was answered before.
        CorrectionError: the correction cannot be asked for; nothing is answered then.
    """
    found = queries.access_objection(public_id, actor=actor, to="finance")
    assert outcome in {Objection.Outcome.UPHELD, Objection.Outcome.REJECTED}
    words = _words(answer, pointer="/answer", message=_("Give the reasons of your answer."))
    if not found.is_open:
        raise ObjectionAnswered
    _ensure_amount(found, outcome, correction_minor)
    with transaction.atomic():
        confirmed_by = _ensure_another(found, actor, as_of=as_of)
        changed = Objection.objects.filter(pk=found.pk, outcome=Objection.Outcome.OPEN).update(
            outcome=outcome,
            answer=words,
            answered_by=actor.account_id,
            answered_at=as_of,
            confirmed_by=confirmed_by,
            correction_minor=correction_minor,
        )
        if not changed:
            raise ObjectionAnswered
        found.refresh_from_db()
        if correction_minor is not None:
            found.correction = _correct(found, actor=actor, as_of=as_of)
            found.save(update_fields=["correction"])
        noticing.tell_answered(found, at=as_of)
        audit.record(
            kind=f"statements.objection_{outcome}",
            subject=public_id,
            actor=actor,
            at=as_of,
            data={"period": found.period, "line": found.line_key},
        )
    return found


def _correct(objection: Objection, *, actor: Actor, as_of: datetime) -> str:
    """Ask for the correction of what was upheld; a second person agrees to it."""
    assert objection.correction_minor is not None, "the caller has asked"
    correction = ask_correction(
        payee_id=objection.payee_id,
        currency=objection.currency,
        amount_minor=objection.correction_minor,
        reason=objection.answer[:REASON_MAX],
        cause="objection",
        ref=objection.public_id,
        actor=actor,
        as_of=as_of,
        about=(objection.period, objection.line_key),
    )
    return correction.public_id


def _ensure_amount(objection: Objection, outcome: str, correction_minor: int | None) -> None:
    is_upheld = outcome == Objection.Outcome.UPHELD
    if correction_minor is not None and (not is_upheld or correction_minor == 0):
        raise AmountNeeded(
            _("An amount above or below zero belongs to what is upheld."), pointer="/amount"
        )
    is_settled = queries.find_final_take(objection.period) is not None
    if is_upheld and is_settled and correction_minor is None:
        raise AmountNeeded(
            _("The month is closed: say by how much the payee is to be corrected."),
            pointer="/amount",
        )


def _ensure_another(objection: Objection, actor: Actor, *, as_of: datetime) -> int | None:
    """Refuse whoever had a hand in it; give who confirmed the hold on the line."""
    makers = {objection.raised_by_id, None}
    confirmed_by = _confirmer(objection)
    party, party_id = objection.side
    seats = {each.account_id for each in people.list_members(party=party, party_id=party_id)}
    paid = people.accounts_of_payee(objection.payee_id, at=as_of)
    if actor.account_id in makers | seats | paid or actor.account_id == confirmed_by:
        raise AnotherPersonNeeded(
            _("You had a hand in this line. Somebody else of the team has to answer.")
        )
    return confirmed_by


def _confirmer(objection: Objection) -> int | None:
    """Who confirmed the hold on the line's order, or on the hold that the line ends."""
    rows = risk.list_holds().filter(confirmed_by__isnull=False)
    if objection.line_kind == Line.Kind.ADJUSTMENT:
        hold_id = objection.line_key.removeprefix("J:").rpartition(":")[0]
        rows = rows.filter(hold_id=hold_id)
    elif objection.order_line_id is not None:
        rows = rows.filter(line_id=objection.order_line_id)
    else:
        return None
    found: int | None = (
        rows.order_by("-confirmed_at").values_list("confirmed_by", flat=True).first()
    )
    return found


def _words(text: str, *, pointer: str, message: Any) -> str:
    words = text.strip()
    if not words:
        raise ReasonNeeded(message, pointer=pointer)
    return words[:WORDS_MAX]


def _objection(line: Line, *, raised_at: datetime, **given: Any) -> Objection:
    """An objection that keeps what the line says now."""
    return Objection(
        payee_id=line.statement.payee_id,
        period=line.statement.period,
        line_key=line.key,
        line_kind=line.kind,
        order_line_id=line.order_line_id,
        currency=line.currency,
        amount_minor=line.amount_minor,
        digest=line.digest,
        is_final=line.statement.take.is_final,
        raised_at=raised_at,
        answer_due_at=queries.answer_due_at(raised_at),
        **given,
    )


def _attach(
    objection: Objection, evidence: UploadedFile[Any], *, actor: Actor, as_of: datetime
) -> None:
    """Let the evidence in; its people and staff may read it."""
    kept = uploads.accept(
        evidence, kinds=EVIDENCE_KINDS, actor=actor, at=as_of, party=objection.side
    )
    objection.file = kept.public_id
    objection.save(update_fields=["file"])


def _insert(objection: Objection) -> Objection:
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError as error:
        raise ObjectionStands from error
    return objection
