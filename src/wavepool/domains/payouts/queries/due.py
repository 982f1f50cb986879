"""What can be paid to whom: eligibility, and whether there is a way to pay it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts.models import Payout, PayoutAccount
from wavepool.domains.payouts.queries.accounts import account_reason
from wavepool.domains.payouts.queries.eligible import Eligibility, Reason, eligibilities
from wavepool.domains.payouts.queries.parts import Part, spread, unpaid_statements
from wavepool.domains.statements import queries as statements
from wavepool.plumbing.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a payee can be paid in a currency now.

    Attributes:
        eligible: what it may be paid.
        account: where; None where nobody said.
        open_payout: what is on its way already.
        due_minor: what a batch would take; 0 while there is no way to pay it.
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
    """What a payee can be paid in a currency at a moment, and what stands against it.

    Raises:
        NotFound: there is no such payee.
    """
    found = dues(payee_ids=(payee_id,), currency=currency, at=at)
    if payee_id not in found:
        raise NotFound(_("There is no such payee."))
    return found[payee_id]


def dues(*, payee_ids: Collection[int], currency: str, at: datetime) -> dict[int, Due]:
    """The same for many payees by their ids, in as many queries as for one."""
    allowed = eligibilities(payee_ids=payee_ids, currency=currency, at=at)
    accounts = _accounts(payee_ids, currency)
    on_their_way = _open_payouts(payee_ids, currency)
    unpaid = unpaid_statements(payee_ids, currency=currency)
    found = {}
    for payee_id, eligible in allowed.items():
        account, open_payout = accounts.get(payee_id), on_their_way.get(payee_id)
        against = account_reason(account, at=at)
        is_blocked = against is not None or open_payout is not None
        wanted_minor = 0 if is_blocked else eligible.eligible_minor
        parts = spread(wanted_minor, unpaid.get(payee_id, ()))
        found[payee_id] = Due(
            eligible=eligible,
            account=account,
            open_payout=open_payout,
            # Nothing is paid that no issued statement explains.
            due_minor=sum(each.amount_minor for each in parts),
            parts=parts,
            reasons=(*eligible.reasons, *([against] if against else [])),
        )
    return found


def payees_with_money(*, currency: str) -> list[int]:
    """Payees whose wallet holds anything in a currency, in order."""
    return statements.payees_with_money(currency=currency)


def currencies_of(payee_id: int) -> list[str]:
    """Currencies in which a payee holds money or set an account."""
    held = set(statements.currencies_of_payee(payee_id))
    named = PayoutAccount.objects.filter(payee_id=payee_id, replaced_at=None)
    return sorted(held | set(named.values_list("currency", flat=True)))


def _accounts(payee_ids: Collection[int], currency: str) -> dict[int, PayoutAccount]:
    rows = PayoutAccount.objects.filter(payee_id__in=payee_ids, currency=currency, replaced_at=None)
    return {each.payee_id: each for each in rows}


def _open_payouts(payee_ids: Collection[int], currency: str) -> dict[int, Payout]:
    rows = Payout.objects.filter(payee_id__in=payee_ids, currency=currency, state__in=Payout.OPEN)
    return {each.payee_id: each for each in rows.select_related("batch")}
