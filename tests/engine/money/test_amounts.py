"""Amounts: the 64-bit guard, and text in both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import (
    AMOUNT_MAX,
    AmountTooLarge,
    AmountUnreadable,
    FractionOfMinorUnit,
    NegativeAmount,
    amounts,
    checked_amount,
    checked_non_negative,
    format_minor,
    minor_from_text,
)

CURRENCIES = st.sampled_from(["JPY", "CNY", "KWD", "CLF"])
AMOUNTS = st.one_of(
    st.integers(-10_000, 10_000),
    st.integers(-AMOUNT_MAX, AMOUNT_MAX),
    st.integers(AMOUNT_MAX - 1000, AMOUNT_MAX),
)


class TestMinorFromText:
    @pytest.mark.parametrize(
        ("text", "currency", "minor"),
        [
            ("12.34", "CNY", 1234),
            ("12", "CNY", 1200),
            ("12.3", "CNY", 1230),
            ("12.340", "CNY", 1234),
            ("-0.01", "CNY", -1),
            ("0", "CNY", 0),
            ("-0.00", "CNY", 0),
            ("007", "JPY", 7),
            ("12.00", "JPY", 12),
            ("1.234", "KWD", 1234),
            ("0.1", "KWD", 100),
            ("92233720368547758.07", "CNY", 2**63 - 1),
            ("-9223372036854775807", "JPY", -(2**63 - 1)),
        ],
    )
    def test_is_exact(self, text: str, currency: str, minor: int) -> None:
        assert minor_from_text(text, currency) == minor

    @pytest.mark.parametrize(
        ("text", "currency"), [("12.345", "CNY"), ("0.5", "JPY"), ("0.0001", "KWD")]
    )
    def test_refuses_a_fraction_of_a_minor_unit(self, text: str, currency: str) -> None:
        with pytest.raises(FractionOfMinorUnit):
            minor_from_text(text, currency)

    @pytest.mark.parametrize(
        "text",
        ["", " 1", "1 ", "1,000.00", "1e3", "+1", ".5", "5.", "--1", "１２", "1_0", "NaN", "¥1"],
    )
    def test_refuses_anything_but_a_plain_decimal(self, text: str) -> None:
        with pytest.raises(AmountUnreadable):
            minor_from_text(text, "CNY")

    @pytest.mark.parametrize("text", ["92233720368547758.08", "-92233720368547758.08", "9" * 9000])
    def test_refuses_what_leaves_64_bits(self, text: str) -> None:
        with pytest.raises(AmountTooLarge):
            minor_from_text(text, "CNY")

    @given(amount=AMOUNTS, currency=CURRENCIES)
    def test_reads_back_what_format_minor_wrote(self, amount: int, currency: str) -> None:
        assert minor_from_text(format_minor(amount, currency), currency) == amount


class TestFormatMinor:
    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            (1234, "CNY", "12.34"),
            (5, "CNY", "0.05"),
            (-5, "CNY", "-0.05"),
            (0, "CNY", "0.00"),
            (1234, "JPY", "1234"),
            (-7, "KWD", "-0.007"),
        ],
    )
    def test_shows_the_currency_s_decimals(self, amount: int, currency: str, text: str) -> None:
        assert format_minor(amount, currency) == text


class TestAmountGuard:
    @pytest.mark.parametrize("amount", [2**63, -(2**63), 10**30])
    def test_raises_beyond_64_bits(self, amount: int) -> None:
        with pytest.raises(AmountTooLarge) as refused:
            checked_amount(amount)
        assert refused.value.amount == amount

    @pytest.mark.parametrize("amount", [2**63 - 1, -(2**63 - 1), 0])
    def test_lets_the_edges_through(self, amount: int) -> None:
        assert checked_amount(amount) == amount

    def test_names_the_negative_value(self) -> None:
        with pytest.raises(NegativeAmount, match="paid_minor is -1"):
            checked_non_negative(-1, name="paid_minor")

    def test_refuses_a_float(self) -> None:
        with pytest.raises(TypeError):
            checked_amount(1.0)  # type: ignore[arg-type]

    def test_is_what_stops_the_overflow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(amounts, "checked_amount", int)
        assert minor_from_text("92233720368547758.08", "CNY") == 2**63
