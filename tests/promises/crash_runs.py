"""Kill a settlement at its boundaries, resume it, and tell what differs. Run as a program.

A boundary is a rename, the only way in which a settlement writes: just before it with half
of the file written (torn), just before it with all of it (before), just after it (after).
Every run is a child process that kills itself with SIGKILL at one named boundary; the next
child resumes from what the killed one left. One chain visits many boundaries in order,
because a resumed run passes every boundary behind the stages that are finished.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd  # noqa: F401 - DuckDB imports it at first use; here once for all children
import pyarrow as pa
import pyarrow.parquet as pq

from promises.market import settle
from wavepool.engine.seasons import manifest as manifest_room
from wavepool.engine.seasons import out_folder
from wavepool.engine.seasons import settle as settle_room
from wavepool.engine.seasons.run import Turn

PHASES = ("torn", "before", "after")
Stage = tuple[str, Callable[[Turn], None], tuple[str, ...]]
Report = dict[str, Any]


@dataclass
class Boundaries:
    """Counts the boundaries of a run under `out`, and ends the process at one of them."""

    out: Path
    target: str = ""
    passed: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Wrap the rename that ends every write."""
        rename = Path.replace

        def replace(partial: Path, target: Path) -> Path:
            self.reach("torn", target, torn=partial)
            self.reach("before", target)
            renamed = rename(partial, target)
            self.reach("after", target)
            return renamed

        Path.replace = replace  # type: ignore[method-assign, assignment]

    def reach(self, phase: str, path: Path, *, torn: Path | None = None) -> None:
        """Pass a boundary, or die there; a torn file loses its second half first."""
        if not path.is_relative_to(self.out) or "scratch" in path.relative_to(self.out).parts:
            return
        name = f"{phase} {path.relative_to(self.out).as_posix()}"
        self.passed.append(name)
        if name == self.target:
            if torn is not None:
                os.truncate(torn, torn.stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)


def write_in_place(boundaries: Boundaries) -> None:
    """Sabotage: documents are written under their own name, so a kill can tear them."""

    def write(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        boundaries.reach("torn", path, torn=path)

    for room in (out_folder, settle_room, manifest_room):
        room.write_bytes = write  # type: ignore[attr-defined]


def mark_first(boundaries: Boundaries) -> None:
    """Sabotage: a stage is marked as finished before its files are written."""

    def marking(stage: Stage) -> Stage:
        name, act, results = stage

        def early(turn: Turn) -> None:
            turn.folder.end_stage(name, [])
            act(turn)

        return name, early, results

    settle_room._STAGES = tuple(marking(stage) for stage in settle_room._STAGES)


def manifest_first(boundaries: Boundaries) -> None:
    """Sabotage: the manifest is there before what it lists."""
    write = settle_room.write_statement_csv

    def early(*args: object, **options: object) -> None:
        out_folder.write_json(boundaries.out / out_folder.MANIFEST_FILE, {"files": {"x": {}}})
        write(*args, **options)  # type: ignore[arg-type]

    settle_room.write_statement_csv = early  # type: ignore[assignment]


SABOTAGES = {
    "none": lambda boundaries: None,
    "write_in_place": write_in_place,
    "mark_first": mark_first,
    "manifest_first": manifest_first,
}


def find_unfinished(out: Path) -> list[str]:
    """Name what looks finished in a folder and is not; half-written neighbours do not count."""
    faults = []
    for path in sorted(out.rglob("*")):
        place = path.relative_to(out)
        if not path.is_file() or path.suffix == ".part" or place.parts[0] == "scratch":
            continue
        try:
            if path.suffix == ".parquet":
                pq.read_metadata(path)
            if path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
        except (pa.ArrowInvalid, ValueError):
            faults.append(f"{place} is torn")
    manifest = out / out_folder.MANIFEST_FILE
    if manifest.exists() and not faults:
        listed = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        faults += [
            f"the manifest lists {name}, which is not as listed"
            for name, row in listed.items()
            if not (out / name).exists() or out_folder.file_sha256(out / name) != row["sha256"]
        ]
    return faults


def run_child(season: Path, out: Path, *, target: str, sabotage: str, notes: Path) -> int:
    """Settle in a child process that dies at `target`; returns its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    code = 1
    try:
        boundaries = Boundaries(out, target)
        SABOTAGES[sabotage](boundaries)
        boundaries.watch()
        settle(season, out)
        notes.write_text(json.dumps(boundaries.passed), encoding="utf-8")
        code = 0
    finally:
        if code:
            notes.write_text(traceback.format_exc(), encoding="utf-8")
        os._exit(code)


def run_chain(season: Path, place: Path, *, every: int) -> Report:
    """Kill at every n-th boundary and at each of the manifest's; compare the end with a whole run."""
    whole, out, notes = place / "whole", place / "out", place / "notes.txt"
    status = run_child(season, whole, target="", sabotage="none", notes=notes)
    assert status == 0, notes.read_text(encoding="utf-8")
    names = list(dict.fromkeys(json.loads(notes.read_text(encoding="utf-8"))))
    chosen = [
        name
        for number, name in enumerate(names)
        if number % every == 0 or name.endswith(out_folder.MANIFEST_FILE)
    ]
    failures = kill_at(season, out, chosen, sabotage="none", notes=notes)
    if not failures and _manifest(out) != _manifest(whole):
        failures.append("the manifest differs from that of the run that was not killed")
    return {"boundaries": len(names), "killed": chosen, "failures": failures}


def kill_at(
    season: Path, out: Path, targets: list[str], *, sabotage: str, notes: Path
) -> list[str]:
    """Kill a chain of runs at each target in turn, then let one finish; returns what failed."""
    for target in targets:
        status = run_child(season, out, target=target, sabotage=sabotage, notes=notes)
        if not os.WIFSIGNALED(status):
            reason = notes.read_text(encoding="utf-8") if status else "it ended without it"
            return [f"not reached: {target}: {reason}"]
        faults = find_unfinished(out)
        if faults:
            return [f"killed {target}: {fault}" for fault in faults]
    if run_child(season, out, target="", sabotage=sabotage, notes=notes):
        return [f"not resumed: {notes.read_text(encoding='utf-8')}"]
    left = [*out.rglob("*.part"), *out.glob("scratch")]
    return [f"left behind: {path.relative_to(out)}" for path in left]


def _manifest(out: Path) -> bytes:
    return (out / out_folder.MANIFEST_FILE).read_bytes()


def main(season: Path, place: Path, *words: str) -> Report:
    """Either `chain N`, or `sabotage NAME TARGET …`."""
    if words[0] == "chain":
        return run_chain(season, place, every=int(words[1]))
    targets = list(words[2:])
    failures = kill_at(season, place / "out", targets, sabotage=words[1], notes=place / "notes.txt")
    return {"boundaries": 0, "killed": targets, "failures": failures}


if __name__ == "__main__":
    found = main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
    sys.stdout.write(json.dumps(found))
