"""Currency codes and their minor units."""

from collections import Counter

import pytest

from wavepool.engine.money import (
    CURRENCIES_WITHOUT_MINOR_UNIT,
    CURRENCY_EXPONENTS,
    CurrencyWithoutMinorUnit,
    UnknownCurrency,
    exponent_of,
)


class TestCurrencyTable:
    def test_holds_every_current_code_once(self) -> None:
        assert Counter(CURRENCY_EXPONENTS.values()) == {2: 139, 0: 17, 3: 7, 4: 2}
        assert len(CURRENCIES_WITHOUT_MINOR_UNIT) == 13
        assert not CURRENCIES_WITHOUT_MINOR_UNIT & set(CURRENCY_EXPONENTS)

    def test_holds_three_capital_letters_per_code(self) -> None:
        codes = CURRENCIES_WITHOUT_MINOR_UNIT | set(CURRENCY_EXPONENTS)
        assert [code for code in codes if not (len(code) == 3 and code.isupper())] == []

    def test_cannot_be_written_to(self) -> None:
        with pytest.raises(TypeError):
            CURRENCY_EXPONENTS["AAA"] = 2  # type: ignore[index]


class TestExponentOf:
    @pytest.mark.parametrize(
        ("currency", "exponent"),
        [("CNY", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3), ("CLF", 4)],
    )
    def test_is_the_number_of_decimals(self, currency: str, exponent: int) -> None:
        assert exponent_of(currency) == exponent

    @pytest.mark.parametrize("withdrawn", ["DEM", "HRK", "BGN", "ANG", "ZWL", "RMB", "cny", ""])
    def test_refuses_what_is_no_current_code(self, withdrawn: str) -> None:
        with pytest.raises(UnknownCurrency) as refused:
            exponent_of(withdrawn)
        assert refused.value.currency == withdrawn

    def test_refuses_gold(self) -> None:
        with pytest.raises(CurrencyWithoutMinorUnit):
            exponent_of("XAU")
