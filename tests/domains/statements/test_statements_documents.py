"""The statement on paper: every line, in both languages, however many there are."""

from __future__ import annotations

import io
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pypdf import PdfReader

from wavepool.domains.people.models import Creator
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line
from wavepool.plumbing import clock
from worlds.whys import make_line, make_run, pay

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 15, 1, tzinfo=UTC)
ADDRESS = "/studio/ada/statements/2026-09.pdf"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def line(world: Any) -> Line:
    """Ada's September with one line of ¥5.00."""
    payee = pay(world.creator, since=datetime(2026, 1, 1, tzinfo=UTC), name="阿达 Ada")
    return make_line(payee=payee, run=make_run(at=NOW), period="2026-09")


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def add_lines(line: Line, count: int) -> None:
    """More lines: 1 fen, 2 fen, 3 fen …"""
    copied = {
        field.attname: getattr(line, field.attname)
        for field in Line._meta.fields
        if field.attname != "id"
    }
    Line.objects.bulk_create(
        [
            Line(**{**copied, "key": f"C:{number}:1", "kind": "commission", "amount_minor": number})
            for number in range(1, count + 1)
        ],
        batch_size=1_000,
    )


def client_of(world: Any, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name))
    return client


class TestTheStatementOnPaper:
    def test_says_the_same_in_both_languages(self, world: Any, line: Line) -> None:
        add_lines(line, 3)
        ada = client_of(world, "ada")
        answer = ada.get(ADDRESS)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer["Content-Disposition"] == ('attachment; filename="statement-2026-09-CNY.pdf"')
        english = text_of(answer.content)
        for words in ("Statement of 2026-09", "阿达 Ada", "C:3:1", "¥0.03", "Page 1", "¥5.06"):
            assert words in english, words
        chinese = text_of(ada.get(ADDRESS, headers={"Accept-Language": "zh-hans"}).content)
        for words in ("2026-09 结算单", "阿达 Ada", "C:3:1", "¥0.03", "第 1 页", "¥5.06"):
            assert words in chinese, words

    def test_totals_the_lines_that_it_shows(self, line: Line) -> None:
        add_lines(line, 120)
        Line.objects.filter(key="C:7:1").update(is_held=True)
        with translation.override("en"):
            text = text_of(queries.pdf_of(line.statement, at=NOW))
        shown = re.findall(r"^C:(\d+):1\nCommission(?: \(held\))?\n", text, re.MULTILINE)
        assert sorted(map(int, shown)) == list(range(1, 121))
        # 5.00 + (1 + … + 120) fen, without the 7 fen that are held.
        assert "Sum of the lines above that are not held\n¥77.53" in text
        assert "Page 3" in text

    def test_of_ten_thousand_lines_is_there_in_seconds_with_few_queries(self, line: Line) -> None:
        add_lines(line, 10_000)
        begun = time.process_time()
        with CaptureQueriesContext(connection) as seen:
            content = queries.pdf_of(line.statement, at=NOW)
        assert time.process_time() - begun < 10
        assert len(seen) <= 10
        pages = PdfReader(io.BytesIO(content)).pages
        assert len(pages) > 150
        assert "C:9999:1" in "".join(page.extract_text() for page in pages[-4:])

    def test_is_for_those_who_may_see_the_money(self, world: Any, line: Line) -> None:
        xin = Creator.objects.create(handle="xin", name="Xin")
        pay(xin, since=datetime(2026, 1, 1, tzinfo=UTC), name="Xin")
        for name in ("bao", "chen", "dong"):
            assert client_of(world, name).get(ADDRESS).status_code == 404, name
        assert client_of(world, "ada").get(ADDRESS.replace("09", "08")).status_code == 404
        staff = f"/staff/statements/{line.statement.payee_id}/2026-09.pdf"
        assert client_of(world, "eve").get(staff).status_code == 200
        assert client_of(world, "ada").get(staff).status_code == 404
