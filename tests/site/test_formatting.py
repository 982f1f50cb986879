"""Numbers, money and times as readers of both languages expect them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import CURRENCY_EXPONENTS, minor_from_text
from wavepool.site import formatting


class TestMoney:
    @pytest.mark.parametrize(
        ("amount_minor", "currency", "english", "chinese"),
        [
            (12_845_020, "CNY", "CN¥128,450.20", "¥128,450.20"),
            (-1_488, "CNY", "−CN¥14.88", "−¥14.88"),
            (980, "JPY", "¥980", "JP¥980"),
            (5, "EUR", "€0.05", "€0.05"),
            (0, "USD", "$0.00", "US$0.00"),
            (1_250, "KWD", "KWD\N{NO-BREAK SPACE}1.250", "KWD\N{NO-BREAK SPACE}1.250"),
        ],
    )
    def test_has_all_decimals_of_its_currency(
        self, amount_minor: int, currency: str, english: str, chinese: str
    ) -> None:
        seen = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                seen.append(str(formatting.amount(amount_minor, currency)))
        assert seen == [english, chinese]

    @given(
        st.integers(-(2**63) + 1, 2**63 - 1),
        st.sampled_from(sorted(CURRENCY_EXPONENTS)),
        st.sampled_from(["en", "zh-hans"]),
    )
    def test_is_never_rounded(self, amount_minor: int, currency: str, language: str) -> None:
        with translation.override(language):
            amount = formatting.amount(amount_minor, currency)
        assert minor_from_text(amount.plain, currency=currency) == amount_minor
        shown = amount.digits.replace(",", "")
        assert minor_from_text(shown, currency=currency) == abs(amount_minor)

    def test_shows_a_gain_with_its_sign_where_it_is_a_change(self) -> None:
        assert str(formatting.amount(320, "USD", signed=True)) == "+$3.20"


class TestNumbers:
    @pytest.mark.parametrize(
        ("language", "expected"),
        [("en", ("1,234,567", "1.2M", "−12.5%")), ("zh-hans", ("1,234,567", "123.5万", "−12.5%"))],
    )
    def test_follow_the_language(self, language: str, expected: tuple[str, ...]) -> None:
        with translation.override(language):
            seen = (
                formatting.number(1_234_567),
                formatting.compact(1_234_567),
                formatting.rate(-125_000),
            )
        assert seen == expected

    def test_keep_the_last_part_of_a_million(self) -> None:
        assert formatting.rate(1) == "0.0001%"


class TestTimes:
    @pytest.mark.parametrize(
        ("language", "expected"),
        [
            ("en", ("22 Nov 2026", "1 Dec 2026, 00:30")),
            ("zh-hans", ("2026-11-22", "2026-12-01 00:30")),
        ],
    )
    def test_stand_in_the_operators_zone(self, language: str, expected: tuple[str, str]) -> None:
        with translation.override(language):
            seen = (
                formatting.day(date(2026, 11, 22)),
                formatting.moment(datetime(2026, 11, 30, 16, 30, tzinfo=UTC)),
            )
        assert seen == expected
