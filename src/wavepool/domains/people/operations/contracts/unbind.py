"""Ending a contract: by agreement, by silence, by a decision, or with its term."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import Contract, ContractHold, ContractVersion, Unbinding
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

_OTHER: Final = {"creator": "agency", "agency": "creator"}
_BATCH: Final = 500


class UnbindingClosed(PlatformError):
    """There is no request to answer, or it is not this side's to answer."""

    kind: ClassVar[str] = "people.unbinding_closed"


def ask_to_unbind(
    *, contract_id: int, side: str, reason: str, actor: Actor, as_of: datetime
) -> Unbinding:
    """Ask to end a contract in force; without an answer it ends by itself.

    Raises:
        UnbindingClosed: the contract is not in force, or a request is open already.
    """
    try:
        with transaction.atomic():
            contract = queries.access_contract(
                contract_id, side=side, actor=actor, to="own", at=as_of, for_update=True
            )
            version = contract.versions.filter(state=ContractVersion.State.IN_FORCE).first()
            if contract.state != Contract.State.IN_FORCE or version is None:
                raise UnbindingClosed(_("Only a contract in force can be ended."))
            unbinding = Unbinding.objects.create(
                contract=contract,
                asked_by=side,
                reason=reason,
                asked_at=as_of,
                answer_due_at=as_of + timedelta(days=version.unbinding_days),
            )
            _set_state(contract, Contract.State.NOTICE)
            _note("unbinding_asked", contract, actor=actor, as_of=as_of, reason=reason)
            return unbinding
    except IntegrityError as error:
        raise UnbindingClosed(_("A request to end this contract is open already.")) from error


def agree_to_unbinding(*, contract_id: int, side: str, actor: Actor, as_of: datetime) -> None:
    """Agree to the other side's request: the contract ends now.

    Raises:
        UnbindingClosed: there is no open request of the other side.
    """
    with transaction.atomic():
        contract, unbinding = _open(
            contract_id, side=side, asked_by=_OTHER[side], actor=actor, at=as_of
        )
        _answer(unbinding, state=Unbinding.State.AGREED, at=as_of)
        _end(contract, at=as_of, why="agreed")
        _note("unbinding_agreed", contract, actor=actor, as_of=as_of)


def object_to_unbinding(
    *, contract_id: int, side: str, reason: str, actor: Actor, as_of: datetime
) -> None:
    """Object to the other side's request; staff decide, the contract applies until then.

    Raises:
        UnbindingClosed: there is no open request of the other side.
    """
    with transaction.atomic():
        contract, unbinding = _open(
            contract_id, side=side, asked_by=_OTHER[side], actor=actor, at=as_of
        )
        _answer(unbinding, state=Unbinding.State.OBJECTED, at=as_of, answer=reason)
        _note("unbinding_objected", contract, actor=actor, as_of=as_of, reason=reason)


def withdraw_unbinding(*, contract_id: int, side: str, actor: Actor, as_of: datetime) -> None:
    """Take one's own request back; the contract stays in force.

    Raises:
        UnbindingClosed: there is no open request of this side.
    """
    with transaction.atomic():
        contract, unbinding = _open(contract_id, side=side, asked_by=side, actor=actor, at=as_of)
        _answer(unbinding, state=Unbinding.State.WITHDRAWN, at=as_of)
        _set_state(contract, Contract.State.IN_FORCE)
        _note("unbinding_withdrawn", contract, actor=actor, as_of=as_of)


def rule_on_unbinding(
    *, unbinding_id: int, outcome: str, reason: str, actor: Actor, as_of: datetime
) -> None:
    """Staff decide an objected request.

    Args:
        outcome: "end" ends the contract now, "keep" keeps it in force.

    Raises:
        UnbindingClosed: there is no objection to decide.
    """
    assert outcome in {"end", "keep"}, outcome
    queries.access_staff(actor=actor, to="operate")
    with transaction.atomic():
        found = Unbinding.objects.filter(pk=unbinding_id).values_list("contract_id", flat=True)
        contract_id = found.first()
        if contract_id is None:
            raise NotFound(_("There is no such request."))
        contract = Contract.objects.select_for_update().get(pk=contract_id)
        state = Unbinding.State.RULED_END if outcome == "end" else Unbinding.State.RULED_KEEP
        rows = Unbinding.objects.filter(pk=unbinding_id, state=Unbinding.State.OBJECTED)
        if not rows.update(state=state, answered_at=as_of, answer=reason):
            raise UnbindingClosed(_("There is no objection to decide."))
        if outcome == "end":
            _end(contract, at=as_of, why=reason)
        else:
            _set_state(contract, Contract.State.IN_FORCE)
        _note("unbinding_ruled", contract, actor=actor, as_of=as_of, reason=f"{outcome}: {reason}")


def settle_unanswered_unbindings(*, actor: Actor, as_of: datetime) -> int:
    """End every contract whose request to end was not answered in its days.

    It ends at the moment the days were over, not when this runs; running again
    changes nothing. Returns how many ended.
    """
    due = Unbinding.objects.filter(state=Unbinding.State.OPEN, answer_due_at__lte=as_of)
    settled = 0
    for key, contract_id in due.order_by("pk").values_list("pk", "contract_id")[:_BATCH]:
        with transaction.atomic():
            contract = Contract.objects.select_for_update().get(pk=contract_id)
            rows = Unbinding.objects.filter(pk=key, state=Unbinding.State.OPEN)
            if not rows.update(state=Unbinding.State.DONE, answered_at=F("answer_due_at")):
                continue
            at = Unbinding.objects.values_list("answer_due_at", flat=True).get(pk=key)
            _end(contract, at=at, why="unanswered")
            _note("unbinding_done", contract, actor=actor, as_of=as_of)
            settled += 1
    return settled


def settle_lapsed_contracts(*, actor: Actor, as_of: datetime) -> int:
    """Close proposals that nobody answered and contracts whose term is over.

    Returns how many changed; running again changes nothing.
    """
    late = ContractVersion.objects.filter(state="proposed", answer_due_at__lte=as_of)
    changed = 0
    for key in late.order_by("pk").values_list("pk", flat=True)[:_BATCH]:
        with transaction.atomic():
            if late.filter(pk=key).update(state=ContractVersion.State.LAPSED):
                Contract.objects.filter(versions=key, state=Contract.State.PROPOSED).update(
                    state=Contract.State.LAPSED
                )
                changed += 1
    over = Contract.objects.filter(state__in=("in_force", "notice"), ends_at__lte=as_of)
    for key in over.order_by("pk").values_list("pk", flat=True)[:_BATCH]:
        with transaction.atomic():
            contract = Contract.objects.select_for_update().filter(pk=key).first()
            if contract is None or not contract.is_in_force or contract.ends_at is None:
                continue
            _end(contract, at=contract.ends_at, why="term_over")
            _note("contract_expired", contract, actor=actor, as_of=as_of)
            changed += 1
    return changed


def _open(
    contract_id: int, *, side: str, asked_by: str, actor: Actor, at: datetime
) -> tuple[Contract, Unbinding]:
    """The contract and its open request of one side, as this side may answer it."""
    contract = queries.access_contract(
        contract_id, side=side, actor=actor, to="own", at=at, for_update=True
    )
    rows = contract.unbindings.filter(
        state=Unbinding.State.OPEN, asked_by=asked_by, answer_due_at__gt=at
    )
    unbinding = rows.first()
    if unbinding is None:
        raise UnbindingClosed(_("There is no request that you could answer."))
    return contract, unbinding


def _answer(unbinding: Unbinding, *, state: str, at: datetime, answer: str = "") -> None:
    rows = Unbinding.objects.filter(pk=unbinding.pk, state=Unbinding.State.OPEN)
    if not rows.update(state=state, answered_at=at, answer=answer):
        raise UnbindingClosed(_("This request was answered already."))


def _set_state(contract: Contract, state: str) -> None:
    Contract.objects.filter(pk=contract.pk).update(state=state)


def _end(contract: Contract, *, at: datetime, why: str) -> None:
    """End a contract and its version, free its income types, close what was open.

    `why` is a key of `Contract.WHY`, or the words of a decision.
    """
    at = min(at, contract.ends_at) if contract.ends_at else at
    contract.versions.filter(state=ContractVersion.State.IN_FORCE).update(
        state=ContractVersion.State.ENDED, valid_to=at
    )
    contract.versions.filter(state=ContractVersion.State.PROPOSED).update(
        state=ContractVersion.State.LAPSED
    )
    contract.unbindings.filter(state__in=("open", "objected")).update(
        state=Unbinding.State.DONE, answered_at=at
    )
    Contract.objects.filter(pk=contract.pk).update(
        state=Contract.State.ENDED, ends_at=at, ended_why=why
    )
    ContractHold.objects.filter(contract=contract).delete()


def _note(
    kind: str, contract: Contract, *, actor: Actor, as_of: datetime, reason: str = ""
) -> None:
    data = {"reason": reason} if reason else {}
    note(kind=kind, subject=contract.reference, actor=actor, at=as_of, **data)
