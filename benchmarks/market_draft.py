"""The nightly draft of a large market, job by job: seconds, CPU and peak memory of each step."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command

from benchmarks import market_season  # first: it gives Django its settings
from benchmarks.stepping import step, timed
from wavepool.domains.content.models import Piece
from wavepool.domains.credits import operations as credits
from wavepool.domains.credits import queries as credits_queries
from wavepool.domains.credits.models import EstimatedLine
from wavepool.domains.credits.operations import running
from wavepool.domains.pools.models import Share
from wavepool.domains.scores.models import CreatorScore, PieceScore
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs.queue import claim

#: The operator's night after the month's last day.
NIGHT: Final = datetime(2022, 10, 31, 17, tzinfo=UTC)
#: The day whose board is counted; earlier ones stand on every other night.
DAY: Final = "2022-10-31"


def measure(*, season: str) -> dict[str, Any]:
    """Fill the store where it is empty, ask for the draft and do all that follows, step by step."""
    started = time.monotonic()
    call_command("migrate", verbosity=0)
    if not Piece.objects.exists():
        market_season.fill(Path(season))
    filled_s = time.monotonic() - started
    steps: list[dict[str, Any]] = []
    for name, label in (
        ("write_season", "read facts, write the season"),
        ("settle_season", "settle"),
    ):
        setattr(running, name, timed(getattr(running, name), steps, label))
    run = credits.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
    jobs.enqueue(
        "insights.build_board",
        key="bench:board",
        payload={"day": DAY},
        actor=MACHINE,
        at=NIGHT,
    )
    worker = jobs.Worker(clock=lambda: NIGHT, beat_s=None)
    while (row := claim(at=NIGHT, lease=timedelta(hours=2))) is not None:
        with step(steps, row.name):
            worker.run_job(row)
        row.refresh_from_db()
        assert row.state == "done", (row.name, row.error_message)
    found = credits_queries.get_run(run.public_id)
    return {
        "filled_s": filled_s,
        "steps": steps,
        "season": str(credits_queries.season_folder(found)),
        "rejected": found.rejected,
        "rows": {
            "lines": EstimatedLine.objects.count(),
            "scores": CreatorScore.objects.count() + PieceScore.objects.count(),
            "shares": Share.objects.count(),
            **{name: found.input_rows[name] for name in ("touches", "order_lines", "creators")},
        },
    }
