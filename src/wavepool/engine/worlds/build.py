"""Build a season folder: a seeded market with honest people and cheats, and its truth."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from wavepool.engine.worlds.calendar import Season, season_of
from wavepool.engine.worlds.lookups import put_lookups, put_popularity
from wavepool.engine.worlds.outputs import OUTPUTS, TRUTHS
from wavepool.engine.worlds.parameters import parameters_of
from wavepool.engine.worlds.plan import Sizes, WorldPlan, sizes_of
from wavepool.engine.worlds.store import WorldStore


class WorldFolderNotEmpty(FileExistsError):
    """The folder holds something already; a world is never mixed into other files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is not empty; a world needs a folder of its own")
        self.folder = folder


@dataclass(frozen=True)
class WorldFacts:
    """What was built: the folder, its plan and sizes, the months, and rows of each table."""

    folder: Path
    plan: WorldPlan
    sizes: Sizes
    periods: tuple[str, ...]
    rows: dict[str, int]


def build_world(
    out: Path,
    plan: WorldPlan | None = None,
    *,
    touches: int | None = None,
    seed: int | None = None,
    start: str | None = None,
    months: int | None = None,
    creators: int | None = None,
    shops: int | None = None,
    sniped_ppm: int | None = None,
    progress: Callable[[str], None] | None = None,
    memory_mb: int = 3_000,
    threads: int = 2,
) -> WorldFacts:
    """Write a season folder with every input table of the engine, and the truth beside it.

    Args:
        out: folder to create; may exist when empty.
        plan: all knobs; the keyword arguments replace its values of the same name.
        progress: called with one line of text per stage.
        memory_mb: bound of the whole process, roughly; the database gets three quarters.
        threads: of the database; the content does not depend on it.

    Returns:
        Sizes and row counts. `out` holds one Parquet file per table, `touches/part-*.parquet`
        sorted by viewer_id, touched_at, touch_id (each part one range of viewers), and `truth/`.

    Raises:
        WorldPlanInvalid: a knob is out of range.
        WorldFolderNotEmpty: `out` holds files.

    Guarantee: the same plan gives the same rows, over threads and memory; every number is an
    integer function of (seed, stream, id).
    """
    given = {
        "touches": touches,
        "seed": seed,
        "start": start,
        "months": months,
        "creators": creators,
        "shops": shops,
        "sniped_ppm": sniped_ppm,
    }
    wanted = {name: value for name, value in given.items() if value is not None}
    plan = replace(plan or WorldPlan(), **wanted)  # type: ignore[arg-type]
    return _build(out, plan, say=progress or _silence, memory_mb=memory_mb, threads=threads)


def _build(
    out: Path, plan: WorldPlan, *, say: Callable[[str], None], memory_mb: int, threads: int
) -> WorldFacts:
    season, sizes = season_of(plan.start, plan.months), sizes_of(plan)
    if out.exists() and any(out.iterdir()):
        raise WorldFolderNotEmpty(out)
    out.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".scratch-", dir=out))
    store = WorldStore(
        scratch,
        seed=plan.seed,
        memory_mb=memory_mb * 3 // 4,
        threads=threads,
        params=parameters_of(plan, sizes, season),
    )
    try:
        rows = _draw(store, out, plan=plan, sizes=sizes, season=season, say=say)
    finally:
        store.close()
        shutil.rmtree(scratch)
    return WorldFacts(out, plan, sizes, season.periods, rows)


def _silence(_: str) -> None:
    """Nobody listens."""


def _draw(
    store: WorldStore,
    out: Path,
    *,
    plan: WorldPlan,
    sizes: Sizes,
    season: Season,
    say: Callable[[str], None],
) -> dict[str, int]:
    put_lookups(store, plan, sizes, season)
    for file in ("people", "goods"):
        say(f"draw {file}")
        store.run(file)
    put_popularity(store, sizes.stills)
    for file in ("pieces", "journeys", "lines", "visits", "deals", "truth"):
        say(f"draw {file}")
        store.run(file)
    rows = {}
    for name, sql in OUTPUTS.items():
        say(f"write {name}")
        store.write(sql, out / f"{name}.parquet")
    for name, sql in TRUTHS.items():
        say(f"write truth/{name}")
        store.write(sql, out / "truth" / f"{name}.parquet")
    rows["touches"] = _write_touches(store, out, plan=plan, sizes=sizes, say=say)
    if plan.touches <= plan.truth_values_max_touches:
        _write_values(store, out, plan=plan, say=say)
    for name, sql in OUTPUTS.items():
        rows[name] = store.number(f"select count(*) from ({sql})")
    return rows


def _write_touches(
    store: WorldStore, out: Path, *, plan: WorldPlan, sizes: Sizes, say: Callable[[str], None]
) -> int:
    """Write the touches in ranges of viewers, so that memory does not grow with the world."""
    stories = store.number("select count(*) from story_numbered")
    store.params["ordinary_touches"] = plan.touches - stories
    store.params["activity_total"] = store.number("select sum(weight) from viewer")
    parts = max(1, plan.touches // plan.part_touches)
    # The lookup tables stay on the build side, whatever the optimizer believes of their sizes.
    store.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    for part in range(parts):
        say(f"write touches {part + 1}/{parts}")
        sql = store.text(
            "touches",
            viewer_from=sizes.viewers * part // parts + 1,
            viewer_to=sizes.viewers * (part + 1) // parts,
        )
        store.write(sql, out / "touches" / f"part-{part:05d}.parquet")
    store.execute("reset disabled_optimizers")
    return plan.touches


def _write_values(
    store: WorldStore, out: Path, *, plan: WorldPlan, say: Callable[[str], None]
) -> None:
    """Redraw every outcome on the same exposures and write what payees could expect."""
    written = str(out / "touches" / "*.parquet").replace("'", "''")
    store.execute(f"create view written as select * from read_parquet('{written}')")
    store.run("exposures")
    for replica in range(plan.truth_replicas):
        say(f"redraw {replica + 1}/{plan.truth_replicas}")
        store.execute(store.text("redraw", replica=replica))
    store.params["replicas"] = plan.truth_replicas
    store.run("values")
    store.write(
        "select * from truth_value order by payee_id, scene_id, period",
        out / "truth" / "truth_values.parquet",
    )
