"""What can be paid to whom: eligibility, and whether there is a way to pay it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wavepool.domains.ledger import queries as ledger
from wavepool.domains.payouts.models import Payout, PayoutAccount
from wavepool.domains.payouts.queries.accounts import account_reason, find_account
from wavepool.domains.payouts.queries.eligible import Eligibility, Reason, eligibility
from wavepool.domains.payouts.queries.parts import Part, parts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a payee can be paid in a currency now.

    Attributes:
        eligible: what it may be paid.
        account: where; None where nobody said.
        open_payout: what is on its way already.
        due_minor: what a batch would take; 0 while a reason stands.
        parts: which statements that pays, the oldest first.
        reasons: everything that stands against it, with an end where there is one.
    """

    eligible: Eligibility
    account: PayoutAccount | None
    open_payout: Payout | None
    due_minor: int
    parts: tuple[Part, ...]
    reasons: tuple[Reason, ...]


def what_is_due(*, payee_id: int, currency: str, at: datetime) -> Due:
    """What a payee can be paid in a currency at a moment, and what stands against it."""
    eligible = eligibility(payee_id=payee_id, currency=currency, at=at)
    account = find_account(payee_id=payee_id, currency=currency)
    against = account_reason(account, at=at)
    open_payout = find_open_payout(payee_id=payee_id, currency=currency)
    is_blocked = against is not None or open_payout is not None
    wanted_minor = 0 if is_blocked else eligible.eligible_minor
    parts = parts_of(payee_id=payee_id, currency=currency, amount_minor=wanted_minor)
    return Due(
        eligible=eligible,
        account=account,
        open_payout=open_payout,
        # Nothing is paid that no issued statement explains.
        due_minor=sum(each.amount_minor for each in parts),
        parts=parts,
        reasons=(*eligible.reasons, *([against] if against else [])),
    )


def find_open_payout(*, payee_id: int, currency: str) -> Payout | None:
    """The payout of a payee that may still reach it; there is one at most."""
    rows = Payout.objects.filter(payee_id=payee_id, currency=currency, state__in=Payout.OPEN)
    return rows.select_related("batch").first()


def payees_with_money(*, currency: str) -> list[int]:
    """Payees whose wallet holds anything in a currency, in order."""
    rows = ledger.list_accounts().filter(
        owner_kind="payee", purpose="wallet", currency=currency, balance_minor__gt=0
    )
    return sorted(int(each) for each in rows.values_list("owner_id", flat=True))


def currencies_of(payee_id: int) -> list[str]:
    """Currencies in which a payee holds money or set an account."""
    held = {each.currency for each in ledger.list_wallets(payee_id)}
    named = PayoutAccount.objects.filter(payee_id=payee_id, replaced_at=None)
    return sorted(held | set(named.values_list("currency", flat=True)))
