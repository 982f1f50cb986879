"""Why a line has its amount: every kind of line, in both languages, for its own people only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line
from wavepool.plumbing import clock
from worlds.fair import BUYERS, NIGHT
from worlds.whys import KINDS, Whys

pytestmark = pytest.mark.django_db
CHINESE = {"Accept-Language": "zh-hans"}
#: Of each kind of line a part of its sentence in English and in Chinese, and numbers of its formula.
TOLD: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "commission": (
        "You were the last creator this buyer really watched (8 s, 5 h before paying) for this "
        "item, so you earn the ¥3.20 commission, after 20 % for your agency.",
        "您是最后一位让该买家真正看过该商品的创作者",
        ("¥100.00", "20%", "¥20.00", "¥4.00", "¥0.80", "¥3.20"),
    ),
    "held": (
        "so you earn the ¥16.00 commission, after 20 % for your agency.",
        "因此获得佣金 ¥16.00",
        ("¥500.00", "¥100.00", "¥16.00"),
    ),
    "refund": (
        "The buyer has ¥50.00 of ¥100.74 back, so ¥1.59 of your ¥3.22 is reversed",
        "累计退款 ¥50.00",
        ("at the original rate", "¥50.00 ÷ ¥100.74", "-¥1.59"),
    ),
    "pool": (
        "Pool ¥",
        "奖池 ¥",
        ("value of everybody", "your value", "Carried to the next month", "¥80.91"),
    ),
    "adjustment": (
        "Hold self_purchase:line:13 was ruled: 0 % of ¥16.00 is yours",
        "冻结单 self_purchase:line:13 已裁定",
        ("Kept by the ruling", "¥16.00", "¥0.00"),
    ),
    "agency": (
        "Your creator earned ¥4.00 on this order line; your contract's 20 % is ¥0.80.",
        "按合同比例 20%，机构分成 ¥0.80",
        ("¥4.00", "20%", "¥0.80"),
    ),
    "agency_refund": ("is taken back now", "本次冲回 ¥0.39", ("at the original rate", "-¥0.39")),
    "agency_shares": (
        "Your part of 1 award of your creators",
        "旗下创作者 1 笔奖励中",
        ("¥34.67",),
    ),
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NIGHT)


def text_of(client: Client, address: str, **headers: Any) -> str:
    answer = client.get(address, **headers)
    assert answer.status_code == 200, (address, answer.status_code)
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


class TestThePanel:
    def test_says_the_sentence_and_the_formula_of_every_kind(self, whys: Whys) -> None:
        for kind in KINDS:
            line = whys.kind(kind)
            english, chinese, numbers = TOLD[kind]
            client = whys.client_of(line)
            page = text_of(client, whys.address(line))
            assert english in page, kind
            for number in numbers:
                assert number in page, (kind, number)
            page = text_of(client, whys.address(line), headers=CHINESE)
            assert chinese in page, kind
            assert "公式" in page, kind

    def test_ends_in_the_amount_of_the_line(self, whys: Whys) -> None:
        for kind in KINDS:
            line = whys.kind(kind)
            why = queries.why_of(line, own=None, at=NIGHT)
            assert [row.is_total for row in why.rows].count(True) == 1
            assert why.rows[-1].is_total
            digits = why.rows[-1].result.replace("¥", "").replace(",", "").replace(".", "")
            assert int(digits) == line.amount_minor, kind

    def test_shows_way_touches_rules_peers_holds_and_the_original_line(self, whys: Whys) -> None:
        page = text_of(whys.client("ada"), whys.address(whys.kind("commission")))
        assert "Watched for 8 seconds" in page
        assert "Won the order" in page
        assert "A glance" in page  # Xin's piece, seen for no time
        assert "Another creator's" in page
        assert str(BUYERS) not in page
        page = text_of(whys.client("ada"), whys.address(whys.kind("commission")))
        assert 'href="/policies/commission/v1/"' in page
        assert "Last qualified" in page
        page = text_of(whys.client("ada"), whys.address(whys.kind("pool")))
        assert 'href="/policies/value/v1/"' in page
        page = text_of(whys.client("ada"), whys.address(whys.kind("pool")))
        assert "What would have raised it most" in page
        assert "Beside your peers" in page
        page = text_of(whys.client("ada"), whys.address(whys.kind("held")))
        assert "Own purchase" in page
        assert "Parked until" in page
        assert "Look at it and appeal" in page
        agency = whys.line("agency", "G:13:")
        assert "Look at it and appeal" not in text_of(whys.client("chen"), whys.address(agency))
        page = text_of(whys.client("ada"), whys.address(whys.kind("refund")))
        assert whys.address(whys.line("ada", "C:3:")) in page

    def test_is_a_sheet_for_a_page_that_asks_for_one(self, whys: Whys) -> None:
        address = whys.address(whys.kind("commission"))
        sheet = text_of(whys.client("ada"), address, headers={"HX-Request": "true"})
        assert 'data-behavior="sheet"' in sheet
        assert "<html" not in sheet
        assert "<html" in text_of(whys.client("ada"), address)


class TestItsReaders:
    def test_are_those_who_may_see_the_payees_money(self, whys: Whys) -> None:
        line = whys.kind("commission")
        for page in ("", "receipt.json"):
            for name in ("ada", "bao", "chen", "dong"):
                status = whys.client(name).get(whys.address(line, page)).status_code
                assert (status == 200) == (name == "ada"), name
            assert whys.client("eve").get(whys.staff_address(line, page)).status_code == 200
            assert whys.client("ada").get(whys.staff_address(line, page)).status_code == 404
        foreign = whys.line("xin", "C:6:")
        own = whys.address(whys.kind("commission")).partition("lines/")[0]
        for key in (queries.key_to_address(foreign.key), "C.999.1"):
            assert whys.client("ada").get(f"{own}lines/{key}/why/").status_code == 404


class TestItsQueries:
    def test_do_not_grow_with_the_lines(self, whys: Whys) -> None:
        line, client = whys.kind("commission"), whys.client("ada")
        before = self._count(client, whys.address(line))
        copies = [
            Line(**{**_copy(line), "key": f"C:{1_000 + number}:1", "leaf_no": None})
            for number in range(200)
        ]
        Line.objects.bulk_create(copies)
        assert self._count(client, whys.address(line)) == before
        assert before <= 26

    @staticmethod
    def _count(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)


def _copy(line: Line) -> dict[str, Any]:
    names = [field.attname for field in Line._meta.fields if field.attname != "id"]
    return {name: getattr(line, name) for name in names}


def test_a_line_of_another_leaf_is_never_explained_as_this_one(whys: Whys) -> None:
    """The run's leaf must be the line itself; a row that says otherwise is a bug, not a page."""
    line, other = whys.kind("commission"), whys.kind("refund")
    line.leaf_no = other.leaf_no
    with pytest.raises(AssertionError, match="is another line"):
        queries.why_of(line, own=None, at=NIGHT)


def test_the_due_date_counts_working_days(settings: Any) -> None:
    """Raised on a Thursday: Friday is the first day, so the next Thursday is the last."""
    settings.OPERATOR_ZONE = "Asia/Shanghai"
    raised = datetime.fromisoformat("2026-10-15T09:00:00+08:00")
    assert queries.answer_due_at(raised) == datetime.fromisoformat("2026-10-23T00:00:00+08:00")
    weekend = datetime.fromisoformat("2026-10-17T09:00:00+08:00")
    assert queries.answer_due_at(weekend) == datetime.fromisoformat("2026-10-24T00:00:00+08:00")
