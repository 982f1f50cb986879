"""The page of a statement: as many queries for many lines as for few, and rules read once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from wavepool.domains.policies import operations as policies
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line, Statement
from wavepool.domains.statements.queries import groups
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from worlds.whys import make_line, make_run, pay

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 15, 1, tzinfo=UTC)
ADDRESS = "/studio/ada/statements/2026-09/"


@pytest.fixture
def line(world: Any, monkeypatch: pytest.MonkeyPatch) -> Line:
    """Ada's September with one line of ¥5.00."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    policies.install_defaults(actor=MACHINE, as_of=datetime(2026, 1, 1, tzinfo=UTC))
    payee = pay(world.creator, since=datetime(2026, 1, 1, tzinfo=UTC), name="Ada")
    return make_line(payee=payee, run=make_run(at=NOW), period="2026-09")


def add_lines(line: Line, first: int, count: int) -> None:
    """More lines like it."""
    copied = {
        field.attname: getattr(line, field.attname)
        for field in Line._meta.fields
        if field.attname != "id"
    }
    Line.objects.bulk_create(
        Line(**{**copied, "key": f"C:{number}:1"}) for number in range(first, first + count)
    )


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_asks_as_many_queries_for_many_lines_as_for_few(world: Any, line: Line) -> None:
    ada = Client()
    ada.force_login(world.ada)
    ada.get(ADDRESS)
    add_lines(line, 10_000, 3)
    few = asked(ada, ADDRESS)
    add_lines(line, 20_000, 400)
    assert asked(ada, ADDRESS) == few
    assert few <= 20
    assert asked(ada, f"{ADDRESS}?kind=correction") <= few


def test_links_keep_the_currency(world: Any, line: Line) -> None:
    ada, eve = Client(), Client()
    ada.force_login(world.ada)
    eve.force_login(world.eve)
    copied = {
        field.attname: getattr(line.statement, field.attname)
        for field in Statement._meta.fields
        if field.attname != "id"
    }
    euros = Statement.objects.create(**{**copied, "currency": "EUR", "public_id": "stm_euros"})
    for number in range(3):
        Line.objects.create(
            take=line.take, statement=euros, key=f"C:{number}:1", kind="commission",
            currency="EUR", amount_minor=100, micro=10**8, gross_micro=10**8, occurred_at=NOW,
        )  # fmt: skip
    here = ADDRESS.rstrip("/")
    listed = ada.get("/studio/ada/statements/").content.decode()
    for currency in ("CNY", "EUR"):
        assert re.search(rf'href="{here}/?\?currency={currency}"', listed)
        of_staff = rf"statements/{line.statement.payee_id}/2026-09/?\?currency={currency}"
        assert re.search(of_staff, eve.get("/staff/statements/").content.decode())
    page = ada.get(f"{ADDRESS}?currency=EUR").content.decode()
    assert "?currency=EUR&amp;kind=commission" in page
    assert "?kind=" not in page
    sorted_by = re.findall(r'class="table__sort" href="([^"]*)"', page)
    assert sorted_by
    assert all("currency=EUR" in each for each in sorted_by)
    narrowed = ada.get(f"{ADDRESS}?currency=EUR&kind=commission")
    assert narrowed.context["statement"] == euros
    why = ada.get(f"{ADDRESS}lines/C.1.1/why/").content.decode()
    assert re.search(rf'href="{here}/?\?currency=EUR"', why)


def test_reads_the_rules_of_programmes_once_for_every_page(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups._programme_names.cache_clear()
    texts: list[str] = []
    read = groups.read_programmes

    def noted(text: str) -> Any:
        texts.append(text)
        return read(text)

    monkeypatch.setattr(groups, "read_programmes", noted)
    assert queries.source_names(at=NOW)["new_anchor_cash"] == "New anchor cash"
    with translation.override("zh-hans"):
        assert queries.source_names(at=NOW)["new_anchor_cash"] == "新主播一次性现金"
    assert len(texts) == 1
