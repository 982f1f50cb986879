"""The second consent: agreeing to, declining or withdrawing proposed terms."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import (
    Contract,
    ContractHold,
    ContractVersion,
    Creator,
)
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class AlreadyAnswered(PlatformError):
    """The proposal was answered, withdrawn, or its days are over."""

    kind: ClassVar[str] = "people.contract_answered"


class NotYourAnswer(PlatformError):
    """The side that proposed cannot consent for the other."""

    kind: ClassVar[str] = "people.contract_other_side"
    status: ClassVar[int] = 403


class TakenElsewhere(PlatformError):
    """Another contract in force has these income types; it must end first."""

    kind: ClassVar[str] = "people.contract_taken"


def agree_to_version(
    *, contract_id: int, number: int, side: str, actor: Actor, as_of: datetime
) -> ContractVersion:
    """Give the missing consent; the version applies from now on.

    Of two agencies' contracts that exclude each other and are agreed to at once, one
    comes into force and the other is refused.

    Raises:
        AlreadyAnswered: it was answered, withdrawn, or its days are over.
        NotYourAnswer: this side proposed it.
        TakenElsewhere: another contract in force has one of its income types.
    """
    try:
        with transaction.atomic():
            contract, version = _open_version(
                contract_id, number=number, side=side, actor=actor, as_of=as_of
            )
            if version.awaits != side:
                raise NotYourAnswer(_("The other side has to answer this proposal."))
            # Writers of one creator take turns, so expired contracts free their types first.
            Creator.objects.select_for_update().get(pk=contract.creator_id)
            _take(contract, version, as_of=as_of)
            _supersede(contract, as_of=as_of)
            consents = {f"{side}_agreed_at": as_of, f"{side}_agreed_by_id": actor.account_id}
            span = {"valid_from": as_of, "valid_to": version.ends_at}
            _move(version, to=ContractVersion.State.IN_FORCE, **consents, **span)
            Contract.objects.filter(pk=contract.pk).update(
                state=Contract.State.IN_FORCE,
                started_at=contract.started_at or as_of,
                ends_at=version.ends_at,
            )
            note(
                kind="contract_agreed",
                subject=contract.reference,
                actor=actor,
                at=as_of,
                number=number,
                side=side,
            )
            version.refresh_from_db()
            return version
    except IntegrityError as error:
        message = _("Another contract of this creator has these income types; it must end first.")
        raise TakenElsewhere(message) from error


def decline_version(
    *, contract_id: int, number: int, side: str, reason: str, actor: Actor, as_of: datetime
) -> None:
    """Refuse proposed terms; terms in force stay as they are.

    Raises:
        AlreadyAnswered, NotYourAnswer: as in `agree_to_version`.
    """
    with transaction.atomic():
        contract, version = _open_version(
            contract_id, number=number, side=side, actor=actor, as_of=as_of
        )
        if version.awaits != side:
            raise NotYourAnswer(_("The other side has to answer this proposal."))
        _move(version, to=ContractVersion.State.DECLINED, answer_reason=reason)
        _close_first(contract, state=Contract.State.DECLINED, why=reason)
        note(
            kind="contract_declined",
            subject=contract.reference,
            actor=actor,
            at=as_of,
            number=number,
            reason=reason,
        )


def withdraw_version(
    *, contract_id: int, number: int, side: str, actor: Actor, as_of: datetime
) -> None:
    """Take one's own proposal back before it was answered.

    Raises:
        AlreadyAnswered: it was answered already.
        NotYourAnswer: the other side proposed it.
    """
    with transaction.atomic():
        contract, version = _open_version(
            contract_id, number=number, side=side, actor=actor, as_of=as_of
        )
        if version.proposed_by != side:
            raise NotYourAnswer(_("Only the side that proposed it can withdraw it."))
        _move(version, to=ContractVersion.State.WITHDRAWN)
        _close_first(contract, state=Contract.State.WITHDRAWN, why="")
        note(
            kind="contract_withdrawn",
            subject=contract.reference,
            actor=actor,
            at=as_of,
            number=number,
        )


_OPEN: Final = (Contract.State.PROPOSED, Contract.State.IN_FORCE)


def _open_version(
    contract_id: int, *, number: int, side: str, actor: Actor, as_of: datetime
) -> tuple[Contract, ContractVersion]:
    contract = queries.access_contract(
        contract_id, side=side, actor=actor, to="own", at=as_of, for_update=True
    )
    version = contract.versions.filter(number=number).first()
    if version is None:
        raise NotFound(_("There is no such proposal."))
    is_open = version.state == ContractVersion.State.PROPOSED and contract.state in _OPEN
    if not is_open or as_of >= version.answer_due_at:
        raise AlreadyAnswered(_("This proposal was answered, withdrawn, or has lapsed."))
    if version.ends_at is not None and version.ends_at <= as_of:
        raise AlreadyAnswered(_("The term of this proposal is over."))
    return contract, version


def _take(contract: Contract, version: ContractVersion, *, as_of: datetime) -> None:
    """Take the income types of a version; the unique constraint refuses a taken one."""
    mine = ContractHold.objects.filter(creator_id=contract.creator_id)
    mine.filter(contract__ends_at__lte=as_of).delete()
    mine.filter(contract=contract).delete()
    exclusive = ContractVersion.objects.filter(
        contract__creator_id=contract.creator_id, state="in_force", is_exclusive=True
    )
    others = exclusive.filter(Q(valid_to=None) | Q(valid_to__gt=as_of)).exclude(contract=contract)
    if others.exists() or (version.is_exclusive and mine.exists()):
        message = _("Another contract of this creator has these income types; it must end first.")
        raise TakenElsewhere(message)
    ContractHold.objects.bulk_create(
        ContractHold(contract=contract, creator_id=contract.creator_id, income_type=each)
        for each in version.held_types
    )


def _supersede(contract: Contract, *, as_of: datetime) -> None:
    contract.versions.filter(state=ContractVersion.State.IN_FORCE).update(
        state=ContractVersion.State.SUPERSEDED, valid_to=as_of
    )


def _move(version: ContractVersion, *, to: str, **values: object) -> None:
    """Move a proposed version on; of two answers at once, one finds it answered."""
    rows = ContractVersion.objects.filter(pk=version.pk, state=ContractVersion.State.PROPOSED)
    if not rows.update(state=to, **values):
        raise AlreadyAnswered(_("This proposal was answered, withdrawn, or has lapsed."))


def _close_first(contract: Contract, *, state: str, why: str) -> None:
    """A contract whose first version was not agreed to never comes into force."""
    Contract.objects.filter(pk=contract.pk, state=Contract.State.PROPOSED).update(
        state=state, ended_why=why
    )
