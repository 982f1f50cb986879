"""Build a seeded season folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wavepool.engine.worlds import WorldPlan, build_world


def run(
    *,
    folder: str,
    touches: int,
    start: str,
    months: int = 1,
    creators: int | None = None,
    shops: int | None = None,
    sniped_ppm: int | None = None,
    lines: int | None = None,
) -> dict[str, Any]:
    """Write the world; answers rows by table."""
    facts = build_world(
        Path(folder),
        WorldPlan(touches=touches, lines=lines),
        touches=touches,
        start=start,
        months=months,
        creators=creators,
        shops=shops,
        sniped_ppm=sniped_ppm,
    )
    return {"rows": facts.rows}
