"""`python -m benchmarks [SECTION …]`: measure, and write the report as the figures come."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.machine import facts
from benchmarks.measuring import JobFailed
from benchmarks.report import Report
from benchmarks.sections import (
    accuracy,
    capture,
    close,
    draft,
    first_page,
    ledger,
    lists,
    pages,
    peers,
    pool,
    programmes,
    receipts,
    scale,
    seconds,
    speed,
    statement,
)

SECTIONS: dict[str, Callable[[Bench], None]] = {
    "speed": speed.run,
    "peers": peers.run,
    "pool": pool.run,
    "attacks": pool.run_attacks,
    "programmes": programmes.run,
    "receipts": receipts.run,
    "accuracy": accuracy.run,
    "scale": scale.run,
    "first_page": first_page.run,
    "lists": lists.run,
    "pages": pages.run,
    "ledger": ledger.run,
    "capture": capture.run,
    "draft": draft.run,
    "close": close.run,
    "statement": statement.run,
    "seconds": seconds.run,
}
SIZES = "1000000,10000000,100000000"
QUICK_SIZES = "100000,200000"
RESULTS = Path(__file__).with_name("RESULTS.md")
PART_RESULTS = Path(__file__).resolve().parents[1] / "build" / "RESULTS.md"


def main(arguments: Sequence[str]) -> int:
    """Run the sections asked for; a section that fails is reported and the others go on."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    names = asked.sections or list(SECTIONS)
    unknown = sorted(set(names) - SECTIONS.keys())
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    usual = QUICK_SIZES if asked.quick else SIZES
    sizes = tuple(int(text) for text in (asked.touches or usual).split(","))
    is_whole = not asked.sections and not asked.quick and asked.touches is None
    own = asked.data is None
    data = Path(asked.data or tempfile.mkdtemp(prefix="wavepool-bench-")).resolve()
    data.mkdir(parents=True, exist_ok=True)
    path = asked.out or (RESULTS if is_whole else PART_RESULTS)
    call = " ".join(
        ["python -m benchmarks", *asked.sections, *(["--quick"] if asked.quick else [])]
    )
    report = Report(path, facts=facts(), call=call)
    bench = Bench(report, data, sizes, asked.quick)
    started, failed = time.monotonic(), 0
    try:
        for name in names:
            print(f"{name} ({time.monotonic() - started:.0f} s so far)", flush=True)
            try:
                SECTIONS[name](bench)
            except JobFailed as error:
                failed += 1
                report.note(f"Not finished: {error.reason.splitlines()[-1]}")
                print(error, file=sys.stderr)
    finally:
        if own:
            shutil.rmtree(data, ignore_errors=True)
    print(f"{len(report.short())} figures short of target, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--touches", help=f"sizes, by comma; {SIZES} if absent")
    parser.add_argument("--quick", action="store_true", help="small sizes, one run each")
    parser.add_argument("--data", type=Path, help="folder that keeps the worlds for the next run")
    parser.add_argument(
        "--out", type=Path, help="the report: benchmarks/RESULTS.md if whole, else build/RESULTS.md"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
