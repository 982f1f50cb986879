"""The fair for the tests of risk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wavepool.domains.credits.models import Run
from wavepool.domains.risk import tasks
from wavepool.domains.risk.models import Hold
from worlds.fair import DAY, NIGHT, Fair, make_fair, two_months


@pytest.fixture
def fair(world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """Two creators and a shop at work, and Ada's own purchase; see tests/worlds/fair.py."""
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(tasks, "database_now", lambda: NIGHT)
    return two_months(make_fair(world, tmp_path / "data" / "lake", monkeypatch))


@pytest.fixture
def held(fair: Fair) -> Hold:
    """The hold that a draft opens on Ada's own purchase, without the draft."""
    run = Run.objects.create(
        public_id="run_held", kind="draft", state="done", as_of=NIGHT, key="k", digest="d"
    )
    ada = fair.world.creator
    return Hold.objects.create(
        public_id="hld_held",
        hold_id="self_purchase:line:13",
        cause="self_purchase",
        rule="hard_link_to_winner",
        line_id=13,
        payee=fair.payees["ada"],
        creator=ada,
        currency="CNY",
        amount_minor=2_000,
        evidence=[[f"buyer:{fair.world.ada.pk}", f"creator:{ada.pk}", "self", 1_780_000_000_000]],
        opened_period="2026-09",
        opened_at=NIGHT,
        expires_at=NIGHT + 15 * DAY,
        default_kept_ppm=0,
        run=run,
    )
