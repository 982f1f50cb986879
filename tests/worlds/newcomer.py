"""Ada is new: long sessions in September and sales that are received, under rules of this year."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from wavepool.domains.credits.operations import sources
from wavepool.domains.people.models import Person
from wavepool.domains.policies import operations as policies
from wavepool.domains.policies.tables import packaged_document
from wavepool.engine.incentives import move_years
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import schedule
from worlds.fair import BUYERS, DAY, START, Fair, make_fair, ms, piece, table


def make_newcomer(world: Any, settings: Any, folder: Path, monkeypatch: Any) -> Fair:
    """Ada's person is verified and she has gone live; nothing happened yet."""
    settings.DATA_DIR = folder / "data"
    monkeypatch.setattr(schedule, "_RULES", {})
    text = move_years(packaged_document("programme"), years=4)
    since = START - 90 * DAY
    policies.install_defaults(actor=MACHINE, as_of=since, texts={"programme": text})
    fair = make_fair(world, folder / "data" / "lake", monkeypatch)
    world.creator.person = Person.objects.create(
        legal_name="Ada", document_hash="ada", verified_at=since
    )
    world.creator.first_live_at = START + DAY + timedelta(hours=4)
    world.creator.save(update_fields=["person", "first_live_at"])
    fair.facts["sessions"] = []
    sources._SOURCES["sessions"] = [lambda: table("sessions", fair.facts["sessions"])]
    return fair


def live(fair: Fair, *, first: int, last: int) -> None:
    """Two hours live on each of some days, counted from 1 on 2 September."""
    for number in range(first - 1, last):
        begins = START + (1 + number) * DAY + timedelta(hours=4)
        row = piece(100 + number, fair.accounts["ada"].pk, "live")
        fair.facts["pieces"].append({**row, "channel_id": "live", "published_at": ms(begins)})
        fair.facts["sessions"].append(
            {
                "session_id": number + 1,
                "piece_id": 100 + number,
                "started_at": ms(begins),
                "ended_at": ms(begins + timedelta(hours=2)),
                "effective_ms": 7_200_000,
            }
        )


def sell(fair: Fair, count: int, *, since: datetime = START + 2 * DAY) -> None:
    """So many buyers look at Ada's piece, a day apart, and buy for CNY 1,000.00."""
    sold = len(fair.facts["order_lines"])
    for number in range(count):
        day = since + number * DAY
        fair.touch(BUYERS + sold + number, 11, day)
        fair.order(BUYERS + sold + number, day + timedelta(hours=1), paid_minor=100_000)
    fair.write_lake()
