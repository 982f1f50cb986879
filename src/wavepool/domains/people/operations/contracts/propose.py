"""Proposing a contract, or a change of one: the first of two consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import Contract, ContractVersion, Side
from wavepool.domains.people.operations.notices import tell_terms_wait
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

#: How long the other side may take to answer a proposal.
ANSWER_DAYS: Final = 7
UNBINDING_DAYS: Final = 15
UNBINDING_DAYS_MAX: Final = 60


class TermsNotValid(PlatformError):
    """A term of the proposal is out of its range; `pointer` names it."""

    kind: ClassVar[str] = "people.contract_terms"
    status: ClassVar[int] = 422


class OpenContract(PlatformError):
    """The two have a contract or a proposal that is still open."""

    kind: ClassVar[str] = "people.contract_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """What creator and agency agree on.

    Attributes:
        direct_ppm, pool_ppm, award_ppm: the agency's share by income type.
        is_exclusive: no other agency may have a share in any income type.
        data_scope: data of the creator that the agency may read; see `queries.DATA_SCOPES`.
        may: what the agency may do in the studio: "view", "operate", "live".
        ends_at: end of the term, None for none.
        unbinding_days: days after which an unanswered request to end the contract ends it.
    """

    direct_ppm: int
    pool_ppm: int
    award_ppm: int
    is_exclusive: bool = True
    data_scope: Sequence[str] = ()
    may: Sequence[str] = ()
    ends_at: datetime | None = None
    unbinding_days: int = UNBINDING_DAYS


def propose_contract(
    *, agency_id: int, creator_id: int, terms: ContractTerms, actor: Actor, as_of: datetime
) -> Contract:
    """Propose a contract to a creator; the agency consents by proposing.

    Raises:
        TermsNotValid: a term is out of its range.
        OpenContract: the two have an open proposal or contract.
    """
    _check(terms, as_of=as_of)
    try:
        with transaction.atomic():
            queries.access_party(
                party="agency", party_id=agency_id, actor=actor, to="own", at=as_of
            )
            contract = Contract.objects.create(
                agency_id=agency_id, creator_id=creator_id, proposed_at=as_of
            )
            first = _add_version(
                contract, terms, side=Side.AGENCY, number=1, actor=actor, as_of=as_of
            )
            tell_terms_wait(contract, first, at=as_of)
            _note("contract_proposed", contract, terms, actor=actor, as_of=as_of)
            return contract
    except IntegrityError as error:
        message = _("There is an open proposal or contract with this creator.")
        raise OpenContract(message) from error


def propose_change(
    *, contract_id: int, side: str, terms: ContractTerms, actor: Actor, as_of: datetime
) -> ContractVersion:
    """Propose new terms of a contract in force; the old ones apply until both agreed.

    Args:
        side: "creator" or "agency", whose owner the actor is.

    Raises:
        TermsNotValid: a term is out of its range.
        OpenContract: another change waits for consent, or the contract is not in force.
    """
    _check(terms, as_of=as_of)
    try:
        with transaction.atomic():
            contract = queries.access_contract(
                contract_id, side=side, actor=actor, to="own", at=as_of, for_update=True
            )
            if contract.state != Contract.State.IN_FORCE:
                raise OpenContract(_("Only a contract in force can be changed."))
            newest = contract.versions.order_by("-number").first()
            assert newest is not None
            version = _add_version(
                contract, terms, side=side, number=newest.number + 1, actor=actor, as_of=as_of
            )
            tell_terms_wait(contract, version, at=as_of)
            _note("contract_change_proposed", contract, terms, actor=actor, as_of=as_of)
            return version
    except IntegrityError as error:
        message = _("Another change of this contract waits for consent.")
        raise OpenContract(message) from error


def _check(terms: ContractTerms, *, as_of: datetime) -> None:
    for name in ("direct_ppm", "pool_ppm", "award_ppm"):
        if not 0 <= getattr(terms, name) <= 1_000_000:
            raise _wrong(_("A share lies between 0% and 100%."), name)
    if terms.ends_at is not None and terms.ends_at <= as_of:
        raise _wrong(_("The term must end in the future."), "ends_at")
    if not 1 <= terms.unbinding_days <= UNBINDING_DAYS_MAX:
        raise _wrong(_("The answer to an unbinding takes 1 to 60 days."), "unbinding_days")
    if not set(terms.data_scope) <= set(queries.DATA_SCOPES):
        raise _wrong(_("This kind of data does not exist."), "data_scope")
    if not set(terms.may) <= queries.GRANTABLE:
        raise _wrong(_("This right cannot be granted to an agency."), "may")
    shares = (terms.direct_ppm, terms.pool_ppm, terms.award_ppm)
    if not terms.is_exclusive and not any(shares):
        raise _wrong(_("A contract without exclusivity needs at least one share."), "direct_ppm")


def _wrong(message: Promise, field: str) -> TermsNotValid:
    return TermsNotValid(message, pointer=f"/{field}")


def _add_version(
    contract: Contract,
    terms: ContractTerms,
    *,
    side: str,
    number: int,
    actor: Actor,
    as_of: datetime,
) -> ContractVersion:
    return ContractVersion.objects.create(
        contract=contract,
        number=number,
        direct_ppm=terms.direct_ppm,
        pool_ppm=terms.pool_ppm,
        award_ppm=terms.award_ppm,
        is_exclusive=terms.is_exclusive,
        data_scope=sorted(terms.data_scope),
        may=sorted({"view", *terms.may} if terms.may else ()),
        ends_at=terms.ends_at,
        unbinding_days=terms.unbinding_days,
        proposed_by=side,
        proposed_at=as_of,
        answer_due_at=as_of + timedelta(days=ANSWER_DAYS),
        **{f"{side}_agreed_at": as_of, f"{side}_agreed_by_id": actor.account_id},
    )


def _note(
    kind: str, contract: Contract, terms: ContractTerms, *, actor: Actor, as_of: datetime
) -> None:
    shown: dict[str, Any] = {
        "direct_ppm": terms.direct_ppm,
        "pool_ppm": terms.pool_ppm,
        "award_ppm": terms.award_ppm,
        "is_exclusive": terms.is_exclusive,
        "data_scope": sorted(terms.data_scope),
        "may": sorted(terms.may),
        "ends_at": terms.ends_at.isoformat() if terms.ends_at else None,
    }
    note(kind=kind, subject=contract.reference, actor=actor, at=as_of, **shown)
