"""`wavepool demo`: a whole season generated, settled and explained in about a minute."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from wavepool.cli.demo.book import open_book
from wavepool.cli.demo.report import Report, print_report, read_report
from wavepool.cli.demo.season import stage_season
from wavepool.cli.terminal import JsonFlag, page, plain, print_json, progress
from wavepool.cli.words import Lang, LangOption

TOUCHES = 500_000
SEED = 7


def demo_command(
    *,
    folder: Annotated[
        Path | None,
        typer.Option(
            file_okay=False, help="Keep everything here; a new temporary folder if absent."
        ),
    ] = None,
    touches: Annotated[int, typer.Option(min=20_000, help="Rows of the touches table.")] = TOUCHES,
    seed: Annotated[int, typer.Option(help="The same seed gives the same season.")] = SEED,
    lang: LangOption = Lang.EN,
    as_json: JsonFlag = False,
) -> None:
    """Generate a season, settle it, and show who got what and why."""
    place = folder or Path(tempfile.mkdtemp(prefix="wavepool-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    with progress() as say:
        staged = stage_season(place, touches=touches, seed=seed, say=say)
        say("reading the results")
        with open_book(staged.season, staged.out) as book:
            report = read_report(book, staged)
    if as_json:
        print_json(_document(report))
    else:
        print_report(report, page(), lang)


def _document(report: Report) -> object:
    proof = report.proof
    return plain(
        [
            {
                "folder": str(report.staged.folder),
                "world": asdict(report.staged.world),
                "digest": report.staged.settled.digest,
                "cast": report.cast,
                "months": report.months,
                "busiest_day": report.busiest,
                "pools": report.pools,
                "earners": report.earners,
                "proof": {
                    "line": proof.order.key,
                    "pool_line": proof.pool.key,
                    "receipt": str(proof.receipt),
                    "verified": asdict(proof.verified),
                    "edited": str(proof.edited),
                    "refused": asdict(proof.refused),
                },
                "programmes": report.programmes,
                "village": report.village,
                "risks": report.risks,
                "claim": report.claim,
            }
        ]
    )[0]
