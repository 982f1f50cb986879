"""Homes ask whoever registered, in order, and only for their own kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from wavepool.plumbing import homes
from wavepool.plumbing.homes import (
    HomeCard,
    HomeSection,
    HomeToDo,
    card_of,
    cards_of,
    section_of,
    sections_of,
    todo_of,
    todos_of,
)

AT = datetime(2026, 11, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    kind: str
    slug: str = "here"


@pytest.fixture(autouse=True)
def nobody_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_CARDS", "_TODOS", "_SECTIONS"):
        monkeypatch.setattr(homes, name, {})


def test_cards_come_in_the_order_of_their_registration() -> None:
    @card_of("studio", "agency")
    def first(workspace: Any, _at: datetime) -> Iterator[HomeCard]:
        yield HomeCard(label=f"one of {workspace.slug}", value=1)

    @card_of("studio")
    def second(_workspace: Any, at: datetime) -> Iterator[HomeCard]:
        yield HomeCard(label=at.isoformat(), value=(5, "CNY"), spark=(1, None, 2))

    assert card_of("studio")(first) is first  # twice is once
    labels = [each.label for each in cards_of(Place("studio"), at=AT)]
    assert labels == ["one of here", "2026-11-10T00:00:00+00:00"]
    assert len(cards_of(Place("agency"), at=AT)) == 1
    assert cards_of(Place("staff"), at=AT) == ()


def test_what_nobody_waits_for_is_no_thing_to_do() -> None:
    @todo_of("merchant")
    def late(_workspace: Any, _at: datetime) -> Iterator[HomeToDo]:
        yield HomeToDo(0, "Late parcels", "/late/")
        yield HomeToDo(3, "Complaints", "/complaints/")

    assert todos_of(Place("merchant"), at=AT) == (HomeToDo(3, "Complaints", "/complaints/"),)
    assert todos_of(Place("studio"), at=AT) == ()


def test_sections_bring_their_content() -> None:
    @section_of("studio")
    def next_live(_workspace: Any, _at: datetime) -> Iterator[HomeSection]:
        yield HomeSection(title="Next live", template="x.html", content=["Monday"])

    (found,) = sections_of(Place("studio"), at=AT)
    assert (found.title, found.template, found.content) == ("Next live", "x.html", ["Monday"])
    assert cards_of(Place("studio"), at=AT) == ()
