"""Why the ledger says no: one class for each case."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import PlatformError


class LedgerRefusal(PlatformError):
    """Nothing was posted; the books are as they were."""

    kind = "ledger.refused"


class BadTransfer(LedgerRefusal):
    """A transfer that no books could hold: no amount, one account twice, no key."""

    kind = "ledger.bad_transfer"
    status: ClassVar[int] = 422

    def __init__(self, key: str, *, rule: str) -> None:
        super().__init__(
            _("Transfer %(key)s cannot be posted: %(rule)s.") % {"key": key, "rule": rule}
        )
        self.key = key
        self.rule = rule


class AmountOutOfRange(LedgerRefusal):
    """An amount, a sum or a balance would leave the 64-bit range."""

    kind = "ledger.amount_out_of_range"
    status: ClassVar[int] = 422

    def __init__(self, what: str) -> None:
        super().__init__(
            _("%(what)s is larger than the books can hold; nothing was posted.") % {"what": what}
        )
        self.what = what


class AccountMissing(LedgerRefusal):
    """An account that nobody opened."""

    kind = "ledger.account_missing"
    status: ClassVar[int] = 422

    def __init__(self, code: str) -> None:
        super().__init__(
            _("There is no account %(code)s; open it before you post to it.") % {"code": code}
        )
        self.code = code


class BadAccount(LedgerRefusal):
    """An account that cannot be opened: a word out of place, or a purpose that nobody named."""

    kind = "ledger.bad_account"
    status: ClassVar[int] = 422

    def __init__(self, code: str, *, rule: str) -> None:
        super().__init__(
            _("Account %(code)s cannot be opened: %(rule)s.") % {"code": code, "rule": rule}
        )
        self.code = code
        self.rule = rule


class CurrencyMismatch(LedgerRefusal):
    """A transfer in one currency, an account in another. Nothing is exchanged here."""

    kind = "ledger.currency_mismatch"
    status: ClassVar[int] = 422

    def __init__(self, key: str, *, code: str, currency: str) -> None:
        text = _("Transfer %(key)s is in %(currency)s, but account %(code)s is not.")
        super().__init__(text % {"key": key, "code": code, "currency": currency})
        self.key = key
        self.code = code
        self.currency = currency


class InsufficientFunds(LedgerRefusal):
    """An account that may not go below zero would."""

    kind = "ledger.insufficient_funds"

    def __init__(self, code: str, *, available_minor: int, wanted_minor: int) -> None:
        super().__init__(_("Account %(code)s does not hold enough for this.") % {"code": code})
        self.code = code
        self.available_minor = available_minor
        self.wanted_minor = wanted_minor


class PeriodClosed(LedgerRefusal):
    """The period takes no more transfers; what comes late belongs to an open one."""

    kind = "ledger.period_closed"

    def __init__(self, period: str) -> None:
        text = _("The books of %(period)s are closed; post to an open period.")
        super().__init__(text % {"period": period})
        self.period = period


class BadPeriod(LedgerRefusal):
    """A period is a month, as in 2026-11."""

    kind = "ledger.bad_period"
    status: ClassVar[int] = 422

    def __init__(self, period: str) -> None:
        super().__init__(_("%(period)s is no month such as 2026-11.") % {"period": period[:40]})
        self.period = period


class KeyReused(LedgerRefusal):
    """The key already names another command."""

    kind = "ledger.key_reused"
    status: ClassVar[int] = 422

    def __init__(self, key: str) -> None:
        text = _("The key %(key)s was used before for something else; use a new key.")
        super().__init__(text % {"key": key})
        self.key = key


class TransferMissing(LedgerRefusal):
    """There is no such transfer."""

    kind = "ledger.transfer_missing"
    status: ClassVar[int] = 404

    def __init__(self, transfer_id: int) -> None:
        super().__init__(_("There is no transfer %(id)s.") % {"id": transfer_id})
        self.transfer_id = transfer_id


class NotPending(LedgerRefusal):
    """Its reservation was used or released before, or it never had one."""

    kind = "ledger.not_pending"

    def __init__(self, transfer_id: int) -> None:
        text = _("Transfer %(id)s holds no reservation any more.")
        super().__init__(text % {"id": transfer_id})
        self.transfer_id = transfer_id


class NotReversible(LedgerRefusal):
    """It never moved money, or was reversed before."""

    kind = "ledger.not_reversible"

    def __init__(self, transfer_id: int) -> None:
        text = _("Transfer %(id)s cannot be reversed: it moved nothing, or it was reversed before.")
        super().__init__(text % {"id": transfer_id})
        self.transfer_id = transfer_id
