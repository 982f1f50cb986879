"""What may be paid out to a payee now: the one function that every path to a payout asks.

Nobody else reads a wallet, a reserve or a limit to decide about a payout; a test of the
project's own looks for it. Method, guarantee and a worked table: docs/algorithms/payday.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from wavepool.domains.ledger import queries as ledger
from wavepool.domains.people import queries as people
from wavepool.domains.policies import queries as policies
from wavepool.domains.statements.models import Statement
from wavepool.domains.statements.queries.finding import is_posting
from wavepool.engine.money import format_minor
from wavepool.plumbing.errors import NotFound

MILLION: Final = 1_000_000
#: Reasons for which nothing leaves; the others only lower what does.
BLOCKING: Final = frozenset(
    {"not_verified", "restricted", "posting", "no_policy", "nothing_free", "below_minimum"}
)
#: Payee ids and a currency in; what is under objection of each, in minor units, out.
DisputedFunction = Callable[[Collection[int], str], Mapping[int, int]]
_DISPUTED: list[DisputedFunction] = []


@dataclass(frozen=True, slots=True)
class Reason:
    """Why less than the balance may leave, or nothing.

    Attributes:
        code: stable name; those in `BLOCKING` let nothing leave.
        text: in words, in the reader's language.
        until: when it ends, if that is known.
    """

    code: str
    text: str
    until: datetime | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether nothing leaves while it stands."""
        return self.code in BLOCKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """What is left of a balance once everything is taken off that must stay."""

    free_minor: int
    eligible_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """What may be paid out to a payee in one currency, and everything that says so.

    Attributes:
        balance_minor: in the wallet.
        reserved_minor: of it on its way out already.
        debt_minor: what the payee owes for refunds after a payout.
        reserve_minor: kept back of statements issued lately.
        disputed_minor: of lines under an open objection.
        minimum_minor: the least that is paid out.
        eligible_minor: what may leave now; 0 while a blocking reason stands.
        reasons: why it is not the whole balance.
    """

    payee_id: int
    currency: str
    balance_minor: int
    reserved_minor: int
    debt_minor: int
    reserve_minor: int
    disputed_minor: int
    minimum_minor: int
    eligible_minor: int
    reasons: tuple[Reason, ...]

    @property
    def money(self) -> tuple[int, str]:
        """What may leave now, as pages show it."""
        return self.eligible_minor, self.currency


def register_disputed(function: DisputedFunction) -> DisputedFunction:
    """Name a function that says what of payees is under objection; each counts once."""
    if function not in _DISPUTED:
        _DISPUTED.append(function)
    return function


def eligibility(*, payee_id: int, currency: str, at: datetime) -> Eligibility:
    """What may be paid out to one payee in one currency at a moment, with every reason.

    Raises:
        NotFound: there is no such payee.
    """
    found = eligibilities(payee_ids=(payee_id,), currency=currency, at=at)
    if payee_id not in found:
        raise NotFound(_("There is no such payee."))
    return found[payee_id]


def currencies_of_payee(payee_id: int) -> list[str]:
    """The currencies in which a payee has a wallet."""
    return [wallet.currency for wallet in ledger.list_wallets(payee_id)]


def payees_with_money(*, currency: str) -> list[int]:
    """Payees whose wallet holds anything in a currency, in order; what may leave is asked then."""
    rows = ledger.list_accounts().filter(
        owner_kind="payee", purpose="wallet", currency=currency, balance_minor__gt=0
    )
    return sorted(int(each) for each in rows.values_list("owner_id", flat=True))


def eligibilities(
    *, payee_ids: Collection[int], currency: str, at: datetime
) -> dict[int, Eligibility]:
    """The same for many payees at once, by their ids; unknown ones lack.

    The same number of queries for any number of payees.
    """
    rules = _rules_at(at)
    payees = people.payees_by_id(payee_ids)
    restricted = people.restrictions_on_pay(payee_ids, at=at)
    wallets = _accounts(payee_ids, "wallet", currency)
    receivables = _accounts(payee_ids, "receivable", currency)
    reserves = _reserves(payee_ids, currency, rules, at=at)
    disputed = _disputed(payee_ids, currency)
    month_is_posted = is_posting()
    found = {}
    for payee_id, payee in payees.items():
        wallet, receivable = wallets.get(payee_id), receivables.get(payee_id)
        reserve_minor, reserve_until = reserves.get(payee_id, (0, None))
        amounts = {
            "balance_minor": wallet.balance_minor if wallet else 0,
            "reserved_minor": wallet.reserved_minor if wallet else 0,
            "debt_minor": max(0, -receivable.balance_minor) if receivable else 0,
            "reserve_minor": reserve_minor,
            "disputed_minor": disputed.get(payee_id, 0),
            "minimum_minor": rules.minimum_of(currency) if rules else 0,
        }
        reasons = (
            *_standing(payee, restricted.get(payee_id, ()), rules, is_posted=month_is_posted),
            *_parts(amounts, currency, until=reserve_until),
        )
        free = free_of(**amounts)
        reasons = (*reasons, *_too_little(free.free_minor, amounts["minimum_minor"], currency))
        is_blocked = any(each.is_blocking for each in reasons)
        found[payee_id] = Eligibility(
            payee_id=payee_id,
            currency=currency,
            eligible_minor=0 if is_blocked else free.eligible_minor,
            reasons=reasons,
            **amounts,
        )
    return found


def free_of(
    *,
    balance_minor: int,
    reserved_minor: int = 0,
    debt_minor: int = 0,
    reserve_minor: int = 0,
    disputed_minor: int = 0,
    minimum_minor: int = 1,
) -> Free:
    """Take off a balance what must stay; below the minimum nothing leaves.

    Returns:
        free_minor, at least 0; eligible_minor, which is 0 or all that is free.

    >>> free_of(balance_minor=10_000, reserve_minor=500, minimum_minor=100).eligible_minor
    9500
    """
    stays = reserved_minor + debt_minor + reserve_minor + disputed_minor
    free_minor = max(0, balance_minor - stays)
    is_enough = free_minor >= max(1, minimum_minor)
    return Free(free_minor=free_minor, eligible_minor=free_minor if is_enough else 0)


def reserve_of(*, net_minor: int, share_ppm: int) -> int:
    """What is kept back of one statement, floored.

    >>> reserve_of(net_minor=1_999, share_ppm=50_000)
    99
    """
    return net_minor * share_ppm // MILLION


def _rules_at(at: datetime) -> policies.Payout | None:
    try:
        return policies.payout_policy(at=at)
    except policies.NoPolicyInForce:
        return None


def _accounts(payee_ids: Collection[int], purpose: str, currency: str) -> dict[int, Any]:
    codes = {f"payee:{payee_id}:{purpose}:{currency}": payee_id for payee_id in payee_ids}
    rows = ledger.list_accounts().filter(code__in=codes)
    return {codes[row.code]: row for row in rows}


def _reserves(
    payee_ids: Collection[int], currency: str, rules: policies.Payout | None, *, at: datetime
) -> dict[int, tuple[int, datetime]]:
    """What is kept back of each payee's recent statements, and when the last of it is free."""
    if rules is None or not rules.reserve.share_ppm or not rules.reserve.days:
        return {}
    days = timedelta(days=rules.reserve.days)
    recent = Statement.objects.filter(
        payee_id__in=payee_ids, currency=currency, issued_at__gt=at - days, issued_at__lte=at
    )
    found: dict[int, tuple[int, datetime]] = {}
    for payee_id, net_minor, issued_at in recent.values_list("payee_id", "net_minor", "issued_at"):
        assert issued_at is not None, "only issued ones were asked for"
        kept = reserve_of(net_minor=net_minor, share_ppm=rules.reserve.share_ppm)
        before, until = found.get(payee_id, (0, issued_at + days))
        if kept:
            found[payee_id] = (before + kept, max(until, issued_at + days))
    return found


def _disputed(payee_ids: Collection[int], currency: str) -> dict[int, int]:
    sums: dict[int, int] = {}
    for function in _DISPUTED:
        for payee_id, amount_minor in function(payee_ids, currency).items():
            sums[payee_id] = sums.get(payee_id, 0) + max(0, amount_minor)
    return sums


def _standing(
    payee: Any, restrictions: Any, rules: policies.Payout | None, *, is_posted: bool
) -> Iterator[Reason]:
    """What blocks whatever the amounts are."""
    if rules is None:
        yield Reason("no_policy", _("No payout policy is in force."))
    if not payee.is_verified:
        yield Reason("not_verified", _("The legal identity was not verified yet."))
    if restrictions:
        ends = [each.until_at for each in restrictions]
        until = None if None in ends else max(ends)
        words = _("Withdrawing money is restricted: %(why)s")
        yield Reason("restricted", words % {"why": restrictions[0].reason}, until)
    if is_posted:
        yield Reason("posting", _("A month is being posted; money leaves once it is done."))


def _parts(
    amounts: Mapping[str, int], currency: str, *, until: datetime | None
) -> Iterator[Reason]:
    """What stays in the wallet, part by part."""
    words = {
        "reserved": _("%(amount)s is on its way out already."),
        "debt": _("%(amount)s is owed for refunds that came after a payout."),
        "reserve": _("%(amount)s of recent statements is kept back for late refunds."),
        "disputed": _("%(amount)s is under an open objection."),
    }
    for code, text in words.items():
        amount_minor = amounts[f"{code}_minor"]
        if amount_minor:
            said = text % {"amount": _money(amount_minor, currency)}
            yield Reason(code, said, until if code == "reserve" else None)


def _too_little(free_minor: int, minimum_minor: int, currency: str) -> Iterator[Reason]:
    if free_minor <= 0:
        yield Reason("nothing_free", _("There is nothing to pay out."))
    elif free_minor < minimum_minor:
        words = _("%(amount)s is less than the smallest payout of %(least)s.")
        said = {
            "amount": _money(free_minor, currency),
            "least": _money(minimum_minor, currency),
        }
        yield Reason("below_minimum", words % said)


def _money(amount_minor: int, currency: str) -> str:
    return f"{format_minor(amount_minor, currency)} {currency}"
