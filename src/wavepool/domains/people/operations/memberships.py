"""Seats: inviting, answering, changing roles, leaving."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import (
    Account,
    Agency,
    Creator,
    Invitation,
    Membership,
    Role,
    Shop,
    StaffTeam,
)
from wavepool.domains.people.operations.notices import tell_invited
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotAllowed, NotFound, PlatformError

INVITATION_DAYS: Final = 7
_TABLES: Final = {"creator": Creator, "shop": Shop, "agency": Agency, "team": StaffTeam}


class AlreadyInvited(PlatformError):
    """The address has an open invitation to this team, or a seat."""

    kind: ClassVar[str] = "people.already_invited"


class InvitationClosed(PlatformError):
    """The invitation was answered, withdrawn, or is too old."""

    kind: ClassVar[str] = "people.invitation_closed"
    status: ClassVar[int] = 410


class NotForYou(PlatformError):
    """The invitation went to another address than the one that signed in."""

    kind: ClassVar[str] = "people.invitation_of_another"
    status: ClassVar[int] = 403


class LastOwner(PlatformError):
    """The only owner of a team cannot leave it or lose the role."""

    kind: ClassVar[str] = "people.last_owner"


def invite_member(
    *,
    party: str,
    party_id: int,
    email: str,
    role: str,
    token: str,
    actor: Actor,
    as_of: datetime,
) -> Invitation:
    """Offer a seat by e-mail. The token goes into the letter and is stored as a hash.

    Args:
        party: "creator", "shop", "agency" or "team".
        token: a secret of 256 bits.

    Raises:
        AlreadyInvited: the address has an open invitation, or a seat already.
    """
    address = email.strip().lower()
    try:
        with transaction.atomic():
            queries.access_party(party=party, party_id=party_id, actor=actor, to="own", at=as_of)
            _lock_party(party, party_id)
            _drop_lapsed(party=party, party_id=party_id, email=address, as_of=as_of)
            mine = {f"{party}_id": party_id}
            if Membership.objects.filter(account__email=address, **mine).exists():
                raise AlreadyInvited(_("This person has a seat in the team already."))
            invitation = Invitation.objects.create(
                **mine,
                email=address,
                role=Role(role),
                token_hash=queries.hash_token(token),
                invited_by_id=actor.account_id,
                sent_at=as_of,
                expires_at=as_of + timedelta(days=INVITATION_DAYS),
            )
            tell_invited(invitation, at=as_of)
            note(
                kind="member_invited",
                subject=f"{party}:{party_id}",
                actor=actor,
                at=as_of,
                email=address,
                role=role,
            )
            return invitation
    except IntegrityError as error:
        message = _("This address has an open invitation; resend or withdraw it.")
        raise AlreadyInvited(message) from error


def resend_invitation(
    *, party: str, party_id: int, invitation_id: int, token: str, actor: Actor, as_of: datetime
) -> Invitation:
    """Give an open invitation a new token and seven more days; the old token ends.

    Raises:
        InvitationClosed: it was answered or withdrawn.
    """
    with transaction.atomic():
        invitation = _open_invitation(party, party_id, invitation_id, actor=actor, as_of=as_of)
        invitation.token_hash = queries.hash_token(token)
        invitation.sent_at = as_of
        invitation.expires_at = as_of + timedelta(days=INVITATION_DAYS)
        invitation.save(update_fields=["token_hash", "sent_at", "expires_at"])
        tell_invited(invitation, at=as_of)
        note(
            kind="invitation_resent",
            subject=f"{party}:{party_id}",
            actor=actor,
            at=as_of,
            email=invitation.email,
        )
        return invitation


def withdraw_invitation(
    *, party: str, party_id: int, invitation_id: int, actor: Actor, as_of: datetime
) -> None:
    """Take an open invitation back; its link stops working.

    Raises:
        InvitationClosed: it was answered or withdrawn.
    """
    with transaction.atomic():
        invitation = _open_invitation(party, party_id, invitation_id, actor=actor, as_of=as_of)
        _answer(invitation, state=Invitation.State.WITHDRAWN, as_of=as_of)
        note(
            kind="invitation_withdrawn",
            subject=f"{party}:{party_id}",
            actor=actor,
            at=as_of,
            email=invitation.email,
        )


def accept_invitation(*, token: str, actor: Actor, as_of: datetime) -> Membership:
    """Take the offered seat.

    Raises:
        NotFound: no invitation has this token.
        InvitationClosed: it was answered, withdrawn, or is past its seven days.
        NotForYou: the signed-in account has another address.
        AlreadyInvited: the account has a seat there already.
    """
    try:
        with transaction.atomic():
            invitation, account = _invitation_of(token, actor=actor, as_of=as_of)
            _answer(invitation, state=Invitation.State.ACCEPTED, as_of=as_of)
            membership = Membership.objects.create(
                account=account,
                creator_id=invitation.creator_id,
                shop_id=invitation.shop_id,
                agency_id=invitation.agency_id,
                team_id=invitation.team_id,
                role=invitation.role,
            )
            _note_seat("membership_granted", membership, actor=actor, as_of=as_of)
            return membership
    except IntegrityError as error:
        raise AlreadyInvited(_("You have a seat in this team already.")) from error


def decline_invitation(*, token: str, actor: Actor, as_of: datetime) -> None:
    """Refuse the offered seat.

    Raises:
        NotFound, InvitationClosed, NotForYou: as in `accept_invitation`.
    """
    with transaction.atomic():
        invitation, _account = _invitation_of(token, actor=actor, as_of=as_of)
        _answer(invitation, state=Invitation.State.DECLINED, as_of=as_of)
        note(
            kind="invitation_declined",
            subject=f"invitation:{invitation.pk}",
            actor=actor,
            at=as_of,
        )


def change_role(
    *,
    party: str,
    party_id: int,
    membership_id: int,
    role: str,
    actor: Actor,
    as_of: datetime,
) -> Membership:
    """Give a member another role; it holds from the next request.

    Raises:
        LastOwner: the team would have no owner.
    """
    with transaction.atomic():
        queries.access_party(party=party, party_id=party_id, actor=actor, to="own", at=as_of)
        membership = _seat(party, party_id, membership_id)
        if membership.role == Role.OWNER and role != Role.OWNER:
            _keep_an_owner(party, party_id, besides=membership)
        before, membership.role = membership.role, Role(role)
        membership.save(update_fields=["role"])
        _note_seat("role_changed", membership, actor=actor, as_of=as_of, before=before)
        return membership


def end_membership(
    *, party: str, party_id: int, membership_id: int, actor: Actor, as_of: datetime
) -> None:
    """Take a seat away, or leave one's own; the next request of the account is refused.

    Raises:
        LastOwner: the team would have no owner.
        NotAllowed: neither an owner nor the member.
    """
    with transaction.atomic():
        queries.access_party(party=party, party_id=party_id, actor=actor, to="view", at=as_of)
        membership = _seat(party, party_id, membership_id)
        if membership.account_id != actor.account_id:
            queries.access_party(party=party, party_id=party_id, actor=actor, to="own", at=as_of)
        if membership.role == Role.OWNER:
            _keep_an_owner(party, party_id, besides=membership)
        _note_seat("membership_ended", membership, actor=actor, as_of=as_of)
        membership.delete()


def _lock_party(party: str, party_id: int) -> None:
    """Writers of one team take turns, so two owners cannot leave at once."""
    found = _TABLES[party].objects.select_for_update().filter(pk=party_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound(_("There is no such page."))


def _seat(party: str, party_id: int, membership_id: int) -> Membership:
    _lock_party(party, party_id)
    rows = Membership.objects.filter(pk=membership_id, **{f"{party}_id": party_id})
    membership = rows.select_related("account").first()
    if membership is None:
        raise NotFound(_("There is no such member."))
    return membership


def _keep_an_owner(party: str, party_id: int, *, besides: Membership) -> None:
    owners = Membership.objects.filter(role=Role.OWNER, **{f"{party}_id": party_id})
    if not owners.exclude(pk=besides.pk).exists():
        raise LastOwner(_("A team needs an owner. Make somebody else an owner first."))


def _open_invitation(
    party: str, party_id: int, invitation_id: int, *, actor: Actor, as_of: datetime
) -> Invitation:
    queries.access_party(party=party, party_id=party_id, actor=actor, to="own", at=as_of)
    rows = Invitation.objects.select_for_update().filter(**{f"{party}_id": party_id})
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound(_("There is no such invitation."))
    if invitation.state != Invitation.State.OPEN:
        raise InvitationClosed(_("This invitation was answered or withdrawn."))
    return invitation


def _invitation_of(token: str, *, actor: Actor, as_of: datetime) -> tuple[Invitation, Account]:
    hashed = queries.hash_token(token)
    invitation = Invitation.objects.select_for_update().filter(token_hash=hashed).first()
    if invitation is None:
        raise NotFound(_("There is no such invitation."))
    account = queries.find_account(actor.account_id)
    if account is None:
        raise NotAllowed(_("Sign in to answer the invitation."))
    if account.email.lower() != invitation.email:
        raise NotForYou(_("This invitation went to another address; sign in with that one."))
    if invitation.state != Invitation.State.OPEN or as_of >= invitation.expires_at:
        raise InvitationClosed(_("This invitation has ended; ask the team for a new one."))
    return invitation, account


def _answer(invitation: Invitation, *, state: str, as_of: datetime) -> None:
    """Move an open invitation on; of two answers at once, one finds it closed."""
    rows = Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.OPEN)
    if not rows.update(state=state, answered_at=as_of):
        raise InvitationClosed(_("This invitation was answered or withdrawn."))


def _drop_lapsed(*, party: str, party_id: int, email: str, as_of: datetime) -> None:
    Invitation.objects.filter(
        email=email,
        state=Invitation.State.OPEN,
        expires_at__lte=as_of,
        **{f"{party}_id": party_id},
    ).update(state=Invitation.State.WITHDRAWN, answered_at=as_of)


def _note_seat(
    kind: str, membership: Membership, *, actor: Actor, as_of: datetime, before: str = ""
) -> None:
    pairs = ((name, getattr(membership, f"{name}_id")) for name in _TABLES)
    subject = next(f"{name}:{key}" for name, key in pairs if key is not None)
    data = {"account": membership.account_id, "role": str(membership.role)}
    if before:
        data["before"] = str(before)
    note(kind=kind, subject=subject, actor=actor, at=as_of, **data)
