"""Shares that the engine cuts are posted to the last unit, in every currency, at every edge."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promises.bank import BY, PERIOD
from wavepool.domains.ledger import operations, queries
from wavepool.domains.ledger.models import Batch, LedgerAccount
from wavepool.domains.ledger.operations import AccountName, NewTransfer
from wavepool.engine.money import AMOUNT_MAX, split_minor, split_reversal

#: Decimals 0, 2 and 3.
CURRENCIES = ("JPY", "CNY", "KWD")
PAYEES = 5
amounts = st.one_of(
    st.integers(1, 10_000),
    st.integers(1, AMOUNT_MAX),
    st.integers(AMOUNT_MAX - 10, AMOUNT_MAX),
)
weights = st.lists(st.integers(0, 10**9), min_size=PAYEES, max_size=PAYEES).filter(any)


@pytest.fixture
def books(db: None) -> None:
    """A merchant who owes, and payees whose accounts may owe back, in three currencies."""
    for currency in CURRENCIES:
        owners = [("shop", "1"), *(("payee", str(number)) for number in range(PAYEES))]
        names = [
            AccountName(owner_kind=kind, owner_id=owner, purpose="receivable", currency=currency)
            for kind, owner in owners
        ]
        operations.open_accounts(names=names, **BY)


def shop(currency: str) -> str:
    return f"shop:1:receivable:{currency}"


def payee(number: int, currency: str) -> str:
    return f"payee:{number}:receivable:{currency}"


def shares(currency: str) -> list[int]:
    rows = LedgerAccount.objects.filter(owner_kind="payee", currency=currency)
    return list(rows.order_by("owner_id").values_list("balance_minor", flat=True))


def post_shares(key: str, parts: tuple[int, ...], currency: str) -> None:
    """Post parts above zero to the payees, and parts below zero back from them."""
    moves = [
        NewTransfer(
            key=str(number),
            debit=shop(currency) if part > 0 else payee(number, currency),
            credit=payee(number, currency) if part > 0 else shop(currency),
            currency=currency,
            amount_minor=abs(part),
        )
        for number, part in enumerate(parts)
        if part
    ]
    operations.post(key=key, transfers=moves, period=PERIOD, **BY)


def lowest_first(amount_minor: int, by: list[int]) -> tuple[int, ...]:
    """Sabotage: every share rounded down, what is left given to nobody."""
    return tuple(amount_minor * weight // sum(by) for weight in by)


@pytest.mark.usefixtures("books")
class TestAPoolThatIsSplitAndPosted:
    @given(amount_minor=amounts, by=weights, currency=st.sampled_from(CURRENCIES))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_arrives_whole_and_goes_back_whole(
        self, amount_minor: int, by: list[int], currency: str
    ) -> None:
        key = str(Batch.objects.count())
        parts = split_minor(amount_minor, by)
        post_shares(f"{key} out", parts, currency)
        assert shares(currency) == list(parts)
        assert sum(shares(currency)) == amount_minor
        assert all(
            abs(part * sum(by) - amount_minor * weight) < sum(by)
            for part, weight in zip(parts, by, strict=True)
        )
        assert set(queries.read_totals().values()) == {0}
        post_shares(f"{key} back", split_reversal(amount_minor, by), currency)
        assert shares(currency) == [0] * PAYEES

    @pytest.mark.parametrize("currency", CURRENCIES)
    def test_may_be_below_zero(self, currency: str) -> None:
        parts = split_reversal(1_001, [3, 3, 3, 1, 0])
        post_shares("back first", parts, currency)
        assert sum(shares(currency)) == -1_001

    def test_is_short_when_the_rest_is_given_to_nobody(self) -> None:
        post_shares("short", lowest_first(100, [1, 1, 1, 0, 0]), "CNY")
        assert sum(shares("CNY")) == 99


@pytest.mark.usefixtures("books")
class TestTheEdgeOf64Bits:
    @pytest.mark.parametrize("currency", CURRENCIES)
    def test_holds_the_largest_amount_and_refuses_one_more(self, currency: str) -> None:
        post_shares("most", split_minor(AMOUNT_MAX, [1, 0, 0, 0, 0]), currency)
        with pytest.raises(operations.AmountOutOfRange):
            post_shares("one more", (1, 0, 0, 0, 0), currency)
        with pytest.raises(operations.AmountOutOfRange):
            post_shares("too large", (AMOUNT_MAX + 1, 0, 0, 0, 0), currency)
        with pytest.raises(operations.AmountOutOfRange):
            post_shares("sum too large", (0, AMOUNT_MAX, 1, 0, 0), currency)
        assert shares(currency) == [AMOUNT_MAX, 0, 0, 0, 0]
        assert queries.read_totals()[currency] == 0

    def test_is_no_way_from_one_currency_to_another(self) -> None:
        for currency in ("JPY", "CNY"):
            crossing = NewTransfer(
                key="x",
                debit=shop("JPY"),
                credit=payee(1, "CNY"),
                currency=currency,
                amount_minor=1,
            )
            with pytest.raises(operations.CurrencyMismatch):
                operations.post(key="x", transfers=[crossing], period=PERIOD, **BY)
        assert set(queries.read_totals().values()) == {0}
