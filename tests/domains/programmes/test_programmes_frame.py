"""The annual frame of an agency: the page shows what the engine awards, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.credits import queries as credits
from wavepool.domains.programmes import queries
from worlds.square import Square, make_square

pytestmark = pytest.mark.django_db


@pytest.fixture
def square(world: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Square:
    """Two agencies and one anchor; see tests/worlds/square.py."""
    return make_square(world, tmp_path, settings, monkeypatch)


class TestProbe:
    def test_probe(self, square: Square) -> None:
        run = square.run()
        for period in run.periods:
            for name in ("awards", "refusals", "near_misses", "introduction_winners", "state/lifetime_awards", "creator_days"):
                print(period, name, credits.read_run(run, name, period=period).to_pylist())
        latest = queries.find_board()
        print(latest)
        print(queries.grid_of(latest, square.world.agency.pk))
        client = Client(); client.force_login(square.world.chen)
        page = client.get("/agency/chen-mcn/frame/")
        print(page.status_code); print(page.content.decode()[6000:])
        assert 0
