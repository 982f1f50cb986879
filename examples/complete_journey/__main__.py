"""Settle the year: `python -m examples.complete_journey OUT`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

from examples.complete_journey.books import read_books
from examples.complete_journey.facts import count_facts, count_same_day
from examples.complete_journey.page import print_books, print_end, print_facts, print_line
from examples.complete_journey.season import (
    YEAR,
    FolderInUse,
    Months,
    SourceMissing,
    clear_folder,
    example_names,
    example_policy,
    open_source,
    write_season,
)
from wavepool.cli.terminal import notice, page, progress
from wavepool.engine.seasons import Plan, settle_season
from wavepool.engine.seasons.explaining import explain_line
from wavepool.engine.seasons.out_folder import MANIFEST_FILE

# What a day is to the source's UTC timestamps; the second is the policy's own reading.
READINGS = {
    "days as stored": "UTC",
    "days of UTC-5": "Etc/GMT+5",
    "days of New York": "America/New_York",
}


def main(arguments: list[str]) -> int:
    """Run the example; returns the exit code."""
    given = _parser().parse_args(arguments)
    months: Months = (given.first, given.last)
    try:
        run_example(given.out, months=months)
    except (SourceMissing, FolderInUse) as error:
        notice(str(error))
        return 1
    return 0


def run_example(out: Path, *, months: Months = YEAR) -> None:
    """Write the season to `out/season`, settle it in `out/settled` and print the page.

    Raises:
        SourceMissing: the package with the data is not installed.
        FolderInUse: `out` holds something else.
    """
    policy, console = example_policy(), page()
    with progress() as say:
        begun = perf_counter()
        say("reading the package")
        source = open_source(policy)
        season, settled = clear_folder(out)
        facts = count_facts(source)
        same_day = {
            name: count_same_day(source, policy, zone=zone) for name, zone in READINGS.items()
        }
        say("writing the season")
        write_season(source, season, months=months)
        source.close()
        written = perf_counter()
        plan = Plan(season, settled, policy, columns_map=example_names())
        result = settle_season(plan, say=say)
        finished = perf_counter()
    books = read_books(season, settled, last_period=result.periods[-1])
    print_facts(console, facts, same_day)
    print_books(console, books)
    manifest = (settled / MANIFEST_FILE).read_bytes()
    print_line(console, explain_line(settled, books.line_key), manifest, policy)
    seconds = {"season": written - begun, "settlement": finished - written}
    print_end(console, out=str(settled), key=books.line_key, digest=result.digest, seconds=seconds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m examples.complete_journey",
        description="Settle a grocer's year of baskets and coupon campaigns.",
    )
    parser.add_argument("out", type=Path, help="folder for the season and its settlement")
    parser.add_argument("--first", default=YEAR[0], metavar="YYYY-MM", help="first month of sales")
    parser.add_argument("--last", default=YEAR[1], metavar="YYYY-MM", help="last month of sales")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
