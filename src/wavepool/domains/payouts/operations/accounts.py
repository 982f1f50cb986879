"""Setting where a payee is paid: a fresh second factor, and three days until it is paid to."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts import queries
from wavepool.domains.payouts.models import PayoutAccount
from wavepool.domains.payouts.operations import notices
from wavepool.domains.payouts.operations.rails import get_rail
from wavepool.domains.people import queries as people
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_NUMBER: Final = re.compile(r"[0-9A-Za-z@._+]{5,60}")
# A spreadsheet would run what begins with one of these; a line of a file ends at the others.
_BAD_STARTS: Final = ("=", "+", "-", "@")
_BAD_PARTS: Final = re.compile(r'[\x00-\x1f\x7f,"]')


class AccountError(PlatformError):
    """The base of what can be wrong with a payout account."""

    status: ClassVar[int] = 422


class BadHolder(AccountError):
    """A name that no bank has, or that a file would misread."""

    kind = "payouts.bad_holder"

    def __init__(self) -> None:
        super().__init__(
            _("Write the holder's name as the bank has it, without signs."), pointer="/name"
        )


class BadNumber(AccountError):
    """A number that is none."""

    kind = "payouts.bad_number"

    def __init__(self) -> None:
        super().__init__(
            _("Write the account's number: 5 to 60 letters and digits."), pointer="/number"
        )


class RailTakesNot(AccountError):
    """The rail does not carry the currency."""

    kind = "payouts.rail_takes_not"

    def __init__(self, currency: str) -> None:
        super().__init__(_("This way of payment does not carry %s.") % currency, pointer="/rail")
        self.currency = currency


class NobodyIsPaid(AccountError):
    """No payee stands behind the party."""

    kind = "payouts.nobody_is_paid"

    def __init__(self) -> None:
        super().__init__(_("Nobody is named to be paid yet. Verify your identity first."))


class AccountRaced(PlatformError):
    """Somebody else changed it at the same moment."""

    kind = "payouts.account_raced"

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed the account just now. Look at it again."))


def set_account(
    *,
    party: str,
    party_id: int,
    currency: str,
    rail: str,
    name: str,
    number: str,
    actor: Actor,
    as_of: datetime,
) -> PayoutAccount:
    """Say where whoever is paid for a party is paid in a currency; it is paid to in three days.

    Raises:
        NotFound, NotAllowed: the actor may not decide about the party's money.
        SecondFactorNeeded: no second factor was shown a short while ago.
        NobodyIsPaid, NoRail, RailTakesNot, BadHolder, BadNumber: it cannot be set so.
        AccountRaced: somebody else set it at the same moment.
    """
    people.access_party(party=party, party_id=party_id, actor=actor, to="own", at=as_of)
    if not actor.is_machine and not approvals.has_fresh_factor(actor, as_of=as_of):
        raise approvals.SecondFactorNeeded(
            _("Show your second factor first; it protects where your money goes.")
        )
    payee = people.find_payee(party=party, party_id=party_id, at=as_of)
    if payee is None:
        raise NobodyIsPaid
    if currency not in get_rail(rail).currencies:
        raise RailTakesNot(currency)
    holder, plain = _holder(name), _number(number)
    with transaction.atomic():
        before = _replace(payee.pk, currency, as_of)
        account = _insert(
            PayoutAccount(
                payee_id=payee.pk,
                currency=currency,
                version=before + 1,
                rail=rail,
                name=holder,
                number_sealed=queries.seal(plain.encode()).decode(),
                number_last=plain[-4:],
                number_hash=queries.hash_number(plain),
                set_by=actor.account_id,
                set_name=actor.name[:160],
                set_at=as_of,
                usable_at=as_of + queries.ACCOUNT_WAITS,
            )
        )
        notices.tell_account(account, at=as_of)
        audit.record(
            kind="payouts.account_set",
            subject=f"payee/{payee.pk}",
            actor=actor,
            at=as_of,
            data={"currency": currency, "rail": rail, "version": account.version},
        )
    return account


def _holder(name: str) -> str:
    text = " ".join(name.split())
    if not 1 <= len(text) <= 120 or text.startswith(_BAD_STARTS) or _BAD_PARTS.search(text):
        raise BadHolder
    return text


def _number(number: str) -> str:
    plain = queries.plain_number(number)
    if not _NUMBER.fullmatch(plain) or plain.startswith(_BAD_STARTS):
        raise BadNumber
    return plain


def _replace(payee_id: int, currency: str, as_of: datetime) -> int:
    """Retire the version in use; give its number, 0 for none."""
    rows = PayoutAccount.objects.filter(payee_id=payee_id, currency=currency)
    last = rows.order_by("-version").values_list("version", flat=True).first()
    rows.filter(replaced_at=None).update(replaced_at=as_of)
    return last or 0


def _insert(account: PayoutAccount) -> PayoutAccount:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise AccountRaced from error
    return account
