"""What people are told of their own: seats, contracts, introductions, identities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import (
    Account,
    Contract,
    ContractVersion,
    Introduction,
    Invitation,
    Role,
    Verification,
)
from wavepool.plumbing.notifications import notify, register_notice

_AREA_OF: Final = {"creator": "studio", "shop": "merchant", "agency": "agency"}


def _seat_words(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**data, "role": Role(data["role"]).label}


register_notice(
    "people.invited",
    title=_("%(team)s offers you a seat: %(role)s"),
    text=_("The link to answer is in the e-mail that we sent you; it works until %(until_at)s."),
    words=_seat_words,
)
register_notice(
    "people.contract_waits",
    title=_("%(name)s proposed terms of a contract"),
    text=_("They wait for your answer until %(answer_due_at)s; unanswered, they lapse."),
    tone="warning",
)
register_notice(
    "people.introduction_claimed",
    title=_("%(agency)s says that it brought you here"),
    text=_("Confirm it or object; it is said once and for good."),
    tone="warning",
)
register_notice(
    "people.verification_approved",
    title=_("The identity of %(name)s is verified"),
    text=_("It holds until %(until_at)s; then it is checked again."),
    tone="ok",
)
register_notice(
    "people.verification_refused",
    title=_("The identity of %(name)s was not accepted"),
    text=_("The reason: %(reason)s"),
    tone="error",
)


def tell_invited(invitation: Invitation, *, at: datetime) -> None:
    """Tell who has an account already; everybody has the letter."""
    account = Account.objects.filter(email=invitation.email, is_active=True).first()
    if account is None:
        return
    data = {
        "team": invitation.party.name,
        "role": str(invitation.role),
        "until_at": invitation.expires_at.isoformat(),
    }
    key = f"invitation:{invitation.pk}:{at.isoformat()}"
    notify("people.invited", [account.pk], key=key, data=data, at=at)


def tell_terms_wait(contract: Contract, version: ContractVersion, *, at: datetime) -> None:
    """Tell the owners of the side that has to answer."""
    side = version.awaits
    mine = getattr(contract, side)
    other = contract.creator.name if side == "agency" else contract.agency.name
    notify(
        "people.contract_waits",
        queries.list_account_ids(party=side, party_ids=[mine.pk], right="own"),
        key=f"{contract.reference}:{version.number}",
        data={"name": other, "answer_due_at": version.answer_due_at.isoformat()},
        route=f"people.{_AREA_OF[side]}.contract",
        names=[mine.handle if side == "creator" else mine.slug, contract.reference],
        at=at,
    )


def tell_introduction_claimed(introduction: Introduction, *, at: datetime) -> None:
    """Tell the owners of the creator."""
    creator = introduction.creator
    notify(
        "people.introduction_claimed",
        queries.list_account_ids(party="creator", party_ids=[creator.pk], right="own"),
        key=f"introduction:{introduction.pk}",
        data={"agency": introduction.agency.name},
        route="people.studio.contracts",
        names=[creator.handle],
        at=at,
    )


def tell_verification_decided(found: Verification, *, at: datetime) -> None:
    """Tell who asked and the owners of whom it is about."""
    party = next(name for name in _AREA_OF if getattr(found, f"{name}_id") is not None)
    owner = getattr(found, party)
    is_approved = found.state == Verification.State.APPROVED
    data = {"name": owner.name, "reason": found.reason}
    if found.expires_at is not None:
        data["until_at"] = found.expires_at.isoformat()
    owners = queries.list_account_ids(party=party, party_ids=[owner.pk], right="own")
    notify(
        "people.verification_approved" if is_approved else "people.verification_refused",
        [found.account_id, *owners],
        key=found.reference,
        data=data,
        route=f"people.{_AREA_OF[party]}.identity",
        names=[owner.handle if party == "creator" else owner.slug],
        at=at,
    )
