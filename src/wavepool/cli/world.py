"""`wavepool world`: build a seeded season folder, cheats and truth included."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from wavepool.cli.terminal import JsonFlag, grid, page, print_json, progress
from wavepool.engine.worlds import WorldFacts, WorldPlan, build_world

_USUAL: Final = WorldPlan()


def world_command(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new or empty folder.")],
    *,
    touches: Annotated[int, typer.Option(help="Rows of the touches table.")] = _USUAL.touches,
    seed: Annotated[int, typer.Option(help="The same seed gives the same world.")] = _USUAL.seed,
    start: Annotated[str, typer.Option(help="First month.")] = _USUAL.start,
    months: Annotated[int, typer.Option(help="Months from the first.")] = _USUAL.months,
    creators: Annotated[int | None, typer.Option(help="One per 1,000 touches if absent.")] = None,
    shops: Annotated[int | None, typer.Option(help="One per five creators if absent.")] = None,
    sniped_ppm: Annotated[
        int | None, typer.Option(help="Share of orders with an injected last touch.")
    ] = None,
    threads: Annotated[int, typer.Option(help="Worker threads.")] = 2,
    memory_mb: Annotated[int, typer.Option(help="Bound of memory; beyond it rows spill.")] = 3_000,
    as_json: JsonFlag = False,
) -> None:
    """Build a seeded market: honest people, cheats, and the truth about both."""
    with progress() as say:
        facts = build_world(
            out,
            touches=touches,
            seed=seed,
            start=start,
            months=months,
            creators=creators,
            shops=shops,
            sniped_ppm=sniped_ppm,
            progress=say,
            threads=threads,
            memory_mb=memory_mb,
        )
    if as_json:
        print_json(
            {
                "folder": str(facts.folder),
                "periods": list(facts.periods),
                "plan": asdict(facts.plan),
                "rows": facts.rows,
            }
        )
    else:
        _print(facts)


def _print(facts: WorldFacts) -> None:
    table = grid(
        f"{facts.folder}: {facts.periods[0]} to {facts.periods[-1]}, seed {facts.plan.seed}",
        ["table", ">rows"],
    )
    for name, rows in sorted(facts.rows.items()):
        table.add_row(name, f"{rows:,}")
    page().print(table)
    page().print(f"\nnext: wavepool settle {facts.folder} --out OUT", soft_wrap=True)
