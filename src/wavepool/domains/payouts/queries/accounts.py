"""Where payees are paid, and their numbers under seal."""

from __future__ import annotations

import base64
import hmac
import unicodedata
from datetime import datetime
from typing import ClassVar

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wavepool.domains.payouts.models import PayoutAccount
from wavepool.domains.payouts.queries.eligible import Reason
from wavepool.plumbing.errors import PlatformError


class SealBroken(PlatformError):
    """What was sealed cannot be opened: the site's seal key is another one."""

    kind = "payouts.seal_broken"
    status: ClassVar[int] = 500

    def __init__(self) -> None:
        super().__init__(_("What was sealed cannot be opened with the site's seal key."))


def find_account(*, payee_id: int, currency: str) -> PayoutAccount | None:
    """The version of a payee's account that is in use."""
    return PayoutAccount.objects.filter(
        payee_id=payee_id, currency=currency, replaced_at=None
    ).first()


def list_account_versions(payee_id: int) -> QuerySet[PayoutAccount]:
    """Every version of a payee's accounts, the newest first."""
    return PayoutAccount.objects.filter(payee_id=payee_id).order_by("-set_at", "-pk")


def account_reason(account: PayoutAccount | None, *, at: datetime) -> Reason | None:
    """Why an account is not paid to now, if so."""
    if account is None:
        return Reason(code="no_account", text=_("No payout account is set."))
    if at < account.usable_at:
        text = _("The payout account was changed; nothing is paid to it for three days.")
        return Reason(code="account_changed", text=text, until=account.usable_at)
    return None


def plain_number(number: str) -> str:
    """A number as a rail takes it: full-width forms, spaces and dashes do not matter."""
    text = unicodedata.normalize("NFKC", number).strip()
    return "".join(each for each in text if not each.isspace() and each != "-")


def seal(data: bytes) -> bytes:
    """Put bytes under the site's seal key; a copy of the store tells nothing of them."""
    return _box().encrypt(data)


def unseal(sealed: bytes) -> bytes:
    """What was sealed.

    Raises:
        SealBroken: it was sealed under another key.
    """
    try:
        return _box().decrypt(sealed)
    except InvalidToken as error:
        raise SealBroken from error


def hash_number(number: str) -> str:
    """A keyed hash of a number, to know it again."""
    key = settings.SEAL_KEY.encode()
    return hmac.digest(key, b"wavepool.payouts.number:" + number.encode(), "sha256").hex()


def number_of(account: PayoutAccount) -> str:
    """The whole number; for rails alone."""
    return unseal(account.number_sealed.encode()).decode()


def _box() -> Fernet:
    key = hmac.digest(settings.SEAL_KEY.encode(), b"wavepool.payouts.box", "sha256")
    return Fernet(base64.urlsafe_b64encode(key))
