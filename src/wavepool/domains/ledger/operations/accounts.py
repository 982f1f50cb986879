"""Opening accounts; they stay for ever."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from wavepool.domains.ledger.models import MAY_GO_NEGATIVE, LedgerAccount, Purpose
from wavepool.domains.ledger.operations.refusals import BadAccount
from wavepool.engine.money import MoneyError, exponent_of
from wavepool.plumbing.actor import Actor

_KIND: Final = re.compile(r"[a-z][a-z_]{0,23}")
_ID: Final = re.compile(r"[A-Za-z0-9_.@-]{0,80}")
_CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountName:
    """Which account: whose, for what, in which currency.

    Attributes:
        owner_kind: "payee", "shop", "pool", "platform", "bank" …
        owner_id: the owner's id there; "" for the house itself.
        purpose: "wallet", "escrow", "receivable" …; see `Purpose`.
        currency: ISO 4217.
    """

    owner_kind: str
    owner_id: str
    purpose: str
    currency: str

    @property
    def code(self) -> str:
        """How transfers name it.

        >>> AccountName(owner_kind="payee", owner_id="12", purpose="wallet", currency="CNY").code
        'payee:12:wallet:CNY'
        """
        parts = (self.owner_kind, self.owner_id, self.purpose, self.currency)
        return ":".join(part for part in parts if part)


def open_account(*, name: AccountName, actor: Actor, as_of: datetime) -> str:
    """Open an account, or leave it as it is where it stands; give its code.

    Only receivables and mirrors of the outside world may ever go below zero.

    Raises:
        BadAccount: a word out of place, a purpose that nobody named, no such currency.
    """
    return open_accounts(names=[name], actor=actor, as_of=as_of)[0]


def open_accounts(
    *, names: Iterable[AccountName], actor: Actor, as_of: datetime
) -> tuple[str, ...]:
    """Open many accounts; those that stand already stay as they are.

    Raises:
        As `open_account`; then none is opened.
    """
    assert actor.is_known, "somebody opens an account"
    rows = [_row(_checked(name), as_of) for name in names]
    # In one order everywhere, so that two who open the same accounts never wait in a ring.
    ordered = sorted(rows, key=lambda row: row.code)
    LedgerAccount.objects.bulk_create(ordered, batch_size=_CHUNK, ignore_conflicts=True)
    return tuple(row.code for row in rows)


def _row(name: AccountName, as_of: datetime) -> LedgerAccount:
    return LedgerAccount(
        code=name.code,
        owner_kind=name.owner_kind,
        owner_id=name.owner_id,
        purpose=name.purpose,
        currency=name.currency,
        may_go_negative=name.purpose in MAY_GO_NEGATIVE,
        opened_at=as_of,
    )


def _checked(name: AccountName) -> AccountName:
    if not _KIND.fullmatch(name.owner_kind) or not _ID.fullmatch(name.owner_id):
        raise BadAccount(name.code[:160], rule=_("its owner is not written as a kind and an id"))
    if name.purpose not in Purpose.values:
        raise BadAccount(name.code[:160], rule=_("its purpose is not one of the books' own"))
    try:
        exponent_of(name.currency)
    except MoneyError as error:
        raise BadAccount(name.code[:160], rule=_("its currency is not known")) from error
    return name
