"""P7: whatever is refunded when and in which pieces, everybody ends where the rule says.

Drawn orders of three months, partial, late, repeated and full refunds, cancellations, a hold, an
agency's part and a change of the rate, settled by the engine and by a page of plain Python.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promises.books_audit import audit, rows_of
from promises.market import (
    ADA,
    AUGUST,
    CHEN,
    DAY,
    DONG,
    EVE,
    HOUR,
    JULY,
    JUNE,
    Market,
    Row,
    link_buyer,
    market,
    order_line,
    refund,
    settle,
    write_market,
)
from promises.refund_oracle import OracleLine, settle_by_hand
from wavepool.engine.commission import settlement

THOROUGH: Final = bool(os.environ.get("WAVEPOOL_THOROUGH"))
MONTHS: Final = ("2024-06", "2024-07", "2024-08")
ENDS: Final = (JULY, AUGUST, AUGUST + 31 * DAY)
#: Of each creator the piece that sells, its account and channel: Ada's takes part in the pool.
PIECES: Final = {ADA: (10, 1, 1), DONG: (41, 4, 7), EVE: (50, 5, 7)}
#: The rate falls on 1 July; what was sold before keeps the old one.
RATES: Final = ((JUNE - 90 * DAY, JULY, 200_000), (JULY, None, 70_000))
SPLIT_PPM: Final = 300_000
TRUST_DAYS: Final = 7

#: Two lines that nobody refunds, so that June and August have something to settle.
ALIVE: Final = ((EVE, 100, 1, 0, False), (EVE, 100, 75, 0, False))

drawn_lines = st.lists(
    st.tuples(
        st.sampled_from([ADA, DONG, EVE]),
        st.integers(1, 60_000),
        # A click of 30 June locks its better rate for what is paid on 1 July; the oracle knows no lock.
        st.integers(0, 62).filter(lambda day: day != 30),
        st.one_of(st.none(), st.integers(0, 12), st.integers(0, 12)),
        st.booleans(),
    ),
    min_size=6,
    max_size=14,
)
#: Which line, how much of what is left in thousandths, how many days after it was paid.
drawn_refunds = st.lists(
    st.tuples(
        st.integers(0, 13),
        st.one_of(st.just(1_000), st.integers(1, 999)),
        st.integers(0, 80),
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=24,
)


def season_of(
    lines: list[Any], refunds: list[Any]
) -> tuple[Market, list[OracleLine], list[tuple[int, int, int]]]:
    """What was drawn, as tables for the engine and as the oracle wants it."""
    tables = market()
    tables["pieces"] = [
        {**row, "channel_id": 7, "format": "live"} if row["piece_id"] == 41 else row
        for row in tables["pieces"]
    ]
    shop = tables["plans"][0]
    tables["plans"] = [
        {**shop, "plan_id": number, "rate_ppm": rate, "valid_from": since, "valid_to": until}
        for number, (since, until, rate) in enumerate(RATES, start=1)
    ]
    tables.update(touches=[], order_lines=[], refunds=[], cancellations=[], feedback=[])
    tables.update(subsidies=[], identity_links=[])
    told, left = [], {}
    for number, (who, paid, day, wait, is_held) in enumerate([*lines, *ALIVE], start=1):
        held = is_held and who == ADA
        tables["touches"].append(_touch(number, who, day))
        row = order_line(number, buyer=number, paid_minor=paid, day=day)
        received = None if wait is None else JUNE + (day + wait) * DAY
        row |= {"platform_coupon_minor": 0, "shipping_minor": 0, "received_at": received}
        tables["order_lines"].append(row)
        if held:
            tables["identity_links"].append(link_buyer(number, who))
        told.append(_told(number, who, paid, JUNE + day * DAY, received, is_held=held))
        left[number] = paid
    given_back = _draw_back(tables, told, refunds, left)
    return tables, told, given_back


def _told(
    number: int, who: int, paid: int, paid_at: int, received: int | None, *, is_held: bool
) -> OracleLine:
    rate = next(rate for since, until, rate in RATES if until is None or paid_at < until)
    return OracleLine(
        number=number,
        creator=who,
        paid_minor=paid,
        rate_ppm=rate,
        has_pool=who == ADA,
        settles_at=None if received is None else received + TRUST_DAYS * DAY,
        agency=CHEN if who == DONG else None,
        agency_ppm=SPLIT_PPM if who == DONG else 0,
        is_held=is_held,
    )


def _draw_back(
    tables: Market, told: list[OracleLine], refunds: list[Any], left: dict[int, int]
) -> list[tuple[int, int, int]]:
    found = []
    for place, (index, thousandths, after, kind) in enumerate(refunds, start=1):
        line = told[index % (len(told) - len(ALIVE))]
        paid_at = tables["order_lines"][line.number - 1]["paid_at"]
        at = paid_at + after * DAY
        if kind == 0:
            if all(row["line_id"] != line.number for row in tables["cancellations"]):
                tables["cancellations"].append({"line_id": line.number, "cancelled_at": at})
                found.append((line.number, -1, at))
            continue
        minor = left[line.number] * thousandths // 1_000
        if minor:
            left[line.number] -= minor
            tables["refunds"].append(refund(place, line=line.number, minor=minor, at=at))
            found.append((line.number, minor, at))
    return found


def _touch(number: int, who: int, day: int) -> Row:
    piece, account, channel = PIECES[who]
    return {
        "touch_id": number, "viewer_id": number, "account_id": account, "piece_id": piece,
        "channel_id": channel, "item_id": 1, "shop_id": 1, "slot": "top",
        "touched_at": JUNE + day * DAY - HOUR, "dwell_ms": 9_000, "is_clicked": True,
        "is_saved": False, "is_shared": False, "is_followed": False, "is_disliked": False,
    }  # fmt: skip


def disagreements(lines: list[Any], refunds: list[Any], folder: Path) -> list[str]:
    """Where the engine and the oracle say different things."""
    tables, told, given_back = season_of(lines, refunds)
    out = settle(write_market(folder / "season", tables), folder / "out").out
    reversals, owed = settle_by_hand(told, given_back, ENDS)
    found: Counter[tuple[int, int, str]] = Counter()
    for month, period in enumerate(MONTHS):
        for row in rows_of(out, period, "reversals"):
            found[month, row["line_id"], row["leg"]] += row["amount_minor"]
    held = {line.number for line in told if line.is_held}
    wrong = [
        f"reversed of {key}: {found[key]}, should be {reversals[key]}"
        for key in sorted(found.keys() | reversals.keys())
        if found[key] != reversals[key] and key[1] not in held
    ]
    for month, period in enumerate(MONTHS):
        rows = {row["payee_id"]: row for row in rows_of(out, period, "statements")}
        for payee in (DONG, EVE, CHEN):
            row = rows.get(payee, {"payable_minor": 0, "debt_out_minor": 0})
            is_paid = row["payable_minor"], row["debt_out_minor"]
            if is_paid != owed.get((month, payee), (0, 0)):
                should = owed.get((month, payee))
                wrong.append(f"{payee} in {period}: {is_paid}, should be {should}")
    return wrong + audit(out)


class TestRefundsInAnyOrder:
    @settings(
        max_examples=120 if THOROUGH else 5,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(lines=drawn_lines, refunds=drawn_refunds)
    def test_end_where_the_rule_says(self, lines: list[Any], refunds: list[Any]) -> None:
        with TemporaryDirectory() as folder:
            assert disagreements(lines, refunds, Path(folder)) == []


#: Dong's line is refunded by a third in time and whole in August, Eve's after a cheaper one.
LINES: Final = [
    (DONG, 33_333, 3, 1, False),
    (EVE, 10_001, 5, 1, False),
    (EVE, 9_999, 35, 1, False),
    (ADA, 20_000, 6, 1, False),
    (ADA, 20_000, 7, 1, True),
    (DONG, 1, 8, None, False),
]
REFUNDS: Final = [(0, 333, 20, 1), (0, 1_000, 60, 1), (1, 500, 40, 1), (2, 1_000, 5, 0)]


class TestSabotage:
    def test_an_honest_engine_and_the_oracle_agree(self, tmp_path: Path) -> None:
        assert disagreements(LINES, REFUNDS, tmp_path) == []

    def test_of_the_rate_is_caught(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Refunds go back at a rate blended over all lines, not at the line's own."""
        step = settlement.step_sql
        own = "h.kept_minor as amount_minor"
        blended = "cast(avg(h.kept_minor) over () as bigint) as amount_minor"

        def blending(*asked: Any, **more: Any) -> str:
            return step(*asked, **more).replace(own, blended)

        monkeypatch.setattr(settlement, "step_sql", blending)
        wrong = disagreements(LINES, REFUNDS, tmp_path)
        assert any("'kept'" in each for each in wrong)
        assert any(each.startswith(f"{EVE} in 2024-07") for each in wrong)

    def test_of_the_cumulative_floor_is_caught(self) -> None:
        """An oracle that rounds each refund by itself does not take all of a leg back."""
        told = OracleLine(
            number=1, creator=DONG, paid_minor=33_333, rate_ppm=200_000, has_pool=False,
            settles_at=JUNE + 11 * DAY, agency=CHEN, agency_ppm=SPLIT_PPM,
        )  # fmt: skip
        parts = [(1, 11_110, JUNE + 20 * DAY), (1, 11_111, JULY), (1, 11_112, AUGUST)]
        reversals, _owed = settle_by_hand([told], parts, ENDS)
        legs = told.legs()
        apart = {
            leg: sum(minor * part // 33_333 for _line, part, _at in parts)
            for leg, minor in legs.items()
        }
        whole = {leg: sum(reversals[month, 1, leg] for month in range(3)) for leg in legs}
        assert whole == legs
        assert apart != legs


class TestARefundAfterARuling:
    """Ada's held line of 200.00 is refunded by a third, ruled on, then refunded whole."""

    def settled(self, tmp_path: Path, kept_ppm: int) -> Path:
        lines = [(ADA, 20_000, 2, 1, True)]
        tables, _told, _back = season_of(lines, [])
        tables["refunds"] = [
            refund(1, line=1, minor=7_001, at=JUNE + 20 * DAY),
            refund(2, line=1, minor=1_000, at=AUGUST + DAY),
            refund(3, line=1, minor=11_999, at=AUGUST + 2 * DAY),
        ]
        hold = "self_purchase:line:1"
        tables["rulings"] = [{"hold_id": hold, "kept_ppm": kept_ppm, "decided_at": JULY + DAY}]
        return settle(write_market(tmp_path / "season", tables), tmp_path / "out").out

    @pytest.mark.parametrize("kept_ppm", [0, 250_000, 1_000_000])
    def test_leaves_nothing_with_anybody(self, tmp_path: Path, kept_ppm: int) -> None:
        out = self.settled(tmp_path, kept_ppm)
        moved: Counter[str] = Counter()
        for period in MONTHS:
            for row in rows_of(out, period, "transfers"):
                # The order's own transfers, and the end of its hold; not the pool's shares.
                if row["key"].split(":")[0] in {"C", "F", "G", "L", "J"} or row["key"][0] == "R":
                    moved[row["debit"]] -= row["amount_minor"]
                    moved[row["credit"]] += row["amount_minor"]
            for row in rows_of(out, period, "settling"):
                if row["creator_id"] == EVE:
                    moved["shop:1"] += row["commission_minor"]
                    moved["platform:fee"] -= row["fee_minor"]
                    moved[f"payee:{EVE}"] -= row["direct_minor"]
        assert {name: minor for name, minor in moved.items() if minor} == {}
        assert audit(out) == []
