"""Claiming an account of an older platform: by code, by identity, or in dispute."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import ChannelAccount, Claim, Creator, OldAccount
from wavepool.domains.people.operations.standing import set_level
from wavepool.domains.people.operations.trail import note_creator
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.errors import NotFound, PlatformError

#: Wrong codes after which an account can be claimed by identity or evidence only.
WRONG_CODES_MAX: Final = 10


class CodeWrong(PlatformError):
    """No account of this name has this code; which of the two is wrong stays untold."""

    kind: ClassVar[str] = "people.claim_code_wrong"
    status: ClassVar[int] = 422


class AlreadyClaimed(PlatformError):
    """Another creator has the account; a dispute can be opened."""

    kind: ClassVar[str] = "people.already_claimed"


class ClaimDecided(PlatformError):
    """The dispute was decided already."""

    kind: ClassVar[str] = "people.claim_decided"


def claim_by_code(
    *, creator_id: int, platform: str, external_id: str, code: str, actor: Actor, as_of: datetime
) -> Claim:
    """Claim an account with the code that the older platform gave its owner.

    Raises:
        CodeWrong: no such account, another code, or too many wrong codes.
        AlreadyClaimed: another creator has it.
    """
    queries.access_party(party="creator", party_id=creator_id, actor=actor, to="own", at=as_of)
    rows = OldAccount.objects.filter(platform=platform, external_id=external_id)
    account = rows.first()
    sealed = queries.seal_code(code)
    # One guess is spent before it is compared, so guesses at once cannot exceed the limit.
    may_try = rows.filter(wrong_codes__lt=WRONG_CODES_MAX).update(wrong_codes=F("wrong_codes") + 1)
    is_right = account is not None and constant_time_compare(account.code_hash, sealed)
    if account is None or not may_try or not is_right:
        raise CodeWrong(_("No account of this name has this code."), pointer="/code")
    rows.update(wrong_codes=F("wrong_codes") - 1)
    return _win(account, creator_id, means=Claim.Means.CODE, actor=actor, as_of=as_of)


def claim_by_identity(
    *, creator_id: int, old_account_id: int, actor: Actor, as_of: datetime
) -> Claim:
    """Claim an account whose owner's document is the creator's verified one.

    Raises:
        NotFound: no such account belongs to the creator's verified person.
        AlreadyClaimed: another creator has it.
    """
    queries.access_party(party="creator", party_id=creator_id, actor=actor, to="own", at=as_of)
    account = queries.list_matching_accounts(creator_id).filter(pk=old_account_id).first()
    if account is None:
        raise NotFound(_("There is no such account."))
    return _win(account, creator_id, means=Claim.Means.IDENTITY, actor=actor, as_of=as_of)


def dispute_claim(
    *,
    creator_id: int,
    platform: str,
    external_id: str,
    evidence: str,
    actor: Actor,
    as_of: datetime,
) -> Claim:
    """Say that a claimed account is one's own, with evidence; staff decide.

    Raises:
        NotFound: no account of that name was claimed by another creator.
        AlreadyClaimed: this creator has a claim of it.
    """
    try:
        with transaction.atomic():
            queries.access_party(
                party="creator", party_id=creator_id, actor=actor, to="own", at=as_of
            )
            won = Claim.objects.filter(
                account__platform=platform, account__external_id=external_id, state="won"
            )
            taken = won.exclude(creator_id=creator_id).first()
            if taken is None:
                raise NotFound(_("No account of this name was claimed by somebody else."))
            claim = Claim.objects.create(
                account_id=taken.account_id,
                creator_id=creator_id,
                means=Claim.Means.EVIDENCE,
                state=Claim.State.DISPUTING,
                evidence=evidence,
                claimed_at=as_of,
            )
            _note("claim_disputed", claim, actor=actor, as_of=as_of)
            return claim
    except IntegrityError as error:
        raise AlreadyClaimed(_("You have a claim of this account.")) from error


def decide_claim(
    *, claim_id: int, outcome: str, reason: str, actor: Actor, as_of: datetime
) -> Claim:
    """Staff decide a dispute; the account has one winner before and after.

    Args:
        outcome: "won" gives the account to the disputing creator, "lost" leaves it.

    Raises:
        ClaimDecided: it was decided already.
    """
    assert outcome in {"won", "lost"}, outcome
    queries.access_staff(actor=actor, to="operate")
    with transaction.atomic():
        claim = Claim.objects.filter(pk=claim_id).first()
        if claim is None:
            raise NotFound(_("There is no such claim."))
        account = OldAccount.objects.select_for_update().get(pk=claim.account_id)
        if outcome == "won":
            Claim.objects.filter(account=account, state="won").update(
                state="lost", decided_at=as_of, decision=reason
            )
        rows = Claim.objects.filter(pk=claim_id, state=Claim.State.DISPUTING)
        if not rows.update(state=outcome, decided_at=as_of, decision=reason):
            raise ClaimDecided(_("This dispute was decided already."))
        if outcome == "won":
            ChannelAccount.objects.filter(claimed_from=account).update(
                creator_id=claim.creator_id, since_at=as_of, ended_at=None
            )
            _raise_level(account, claim.creator_id, as_of=as_of)
        _note(f"claim_{outcome}", claim, actor=actor, as_of=as_of, reason=reason)
        claim.refresh_from_db()
        return claim


def _win(
    account: OldAccount, creator_id: int, *, means: str, actor: Actor, as_of: datetime
) -> Claim:
    """Give an unclaimed account to a creator: its history, its channel, its level."""
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                account=account,
                creator_id=creator_id,
                means=means,
                state=Claim.State.WON,
                claimed_at=as_of,
                decided_at=as_of,
            )
            _bring_channel(account, creator_id, as_of=as_of)
            _raise_level(account, creator_id, as_of=as_of)
            _note("claim_won", claim, actor=actor, as_of=as_of)
            return claim
    except IntegrityError as error:
        message = _("This account was claimed already. If it is yours, open a dispute.")
        raise AlreadyClaimed(message) from error


def _bring_channel(account: OldAccount, creator_id: int, *, as_of: datetime) -> None:
    """Take over the channel account that is there, else make it; history follows."""
    there = ChannelAccount.objects.filter(
        channel=account.platform,
        external_id=account.external_id,
        creator_id=creator_id,
        ended_at=None,
    )
    if there.update(claimed_from=account):
        return
    ChannelAccount.objects.create(
        creator_id=creator_id,
        channel=account.platform,
        external_id=account.external_id,
        name=account.name,
        claimed_from=account,
        since_at=as_of,
    )


def _raise_level(account: OldAccount, creator_id: int, *, as_of: datetime) -> None:
    """Give the level that the old one maps to, unless the creator's own is higher."""
    creator = Creator.objects.select_for_update().get(pk=creator_id)
    if account.mapped_level > creator.level:
        set_level(
            creator_id=creator_id,
            level=account.mapped_level,
            reason=f"{account.platform}: {account.old_level}",
            actor=MACHINE,
            as_of=as_of,
        )


def _note(kind: str, claim: Claim, *, actor: Actor, as_of: datetime, reason: str = "") -> None:
    note_creator(
        kind=kind,
        creator_id=claim.creator_id,
        actor=actor,
        at=as_of,
        old_account=claim.account_id,
        means=claim.means,
        **({"reason": reason} if reason else {}),
    )
