"""Build a season folder: a seeded market with honest people and cheats, and its truth."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import gcd
from pathlib import Path

from wavepool.engine.worlds.calendar import (
    DAY_MS,
    HOUR_MS,
    LIVE_SHARE,
    SLOT_HOURS,
    Season,
    hour_cells,
    season_of,
    spread,
)
from wavepool.engine.worlds.outputs import OUTPUTS, TRUTHS
from wavepool.engine.worlds.plan import PPM, Sizes, WorldPlan, sizes_of
from wavepool.engine.worlds.quantiles import (
    ACTIVITY,
    LUCK,
    class_ends,
    integer_root,
    reach_steps,
    supply_classes,
)
from wavepool.engine.worlds.store import WorldStore
from wavepool.engine.worlds.vocabulary import (
    CATEGORIES,
    FARM_CATEGORIES,
    PERSONAE,
    PROGRAMMES,
    SCENES,
    channels,
    habit_cells,
)

_PART_TOUCHES = 2_000_000
_EARLIER_CELLS = (77, 72, 51, 33, 23)  # none, one, … four earlier touches, of 256
_EPOCH_MIN, _EPOCH_MAX = 946_684_800_000, 4_102_444_799_999


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
    season, sizes = season_of(plan.start, plan.months), sizes_of(plan)
    if out.exists() and any(out.iterdir()):
        raise WorldFolderNotEmpty(out)
    out.mkdir(parents=True, exist_ok=True)
    say = progress or _silence
    scratch = Path(tempfile.mkdtemp(prefix=".scratch-", dir=out))
    store = WorldStore(
        scratch,
        seed=plan.seed,
        memory_mb=memory_mb * 3 // 4,
        threads=threads,
        params=_parameters(plan, sizes, season),
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
    _put_tables(store, plan, sizes, season)
    for file in ("people", "goods"):
        say(f"draw {file}")
        store.run(file)
    _put_popularity(store, sizes.pieces - store.number("select sum(lives) from creator_pieces"))
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
    parts = max(1, plan.touches // _PART_TOUCHES)
    for part in range(parts):
        say(f"write touches {part + 1}/{parts}")
        sql = store.text(
            "touches",
            viewer_from=sizes.viewers * part // parts + 1,
            viewer_to=sizes.viewers * (part + 1) // parts,
        )
        store.write(sql, out / "touches" / f"part-{part:05d}.parquet")
    return plan.touches


def _parameters(plan: WorldPlan, sizes: Sizes, season: Season) -> dict[str, int]:
    length = season.ends_at - season.begins_at
    creators = sizes.creators
    ends = {"sniper_end": max(1, creators // 500)}
    ends["bot_end"] = ends["sniper_end"] + max(1, creators // 400)
    ends["ring_end"] = ends["bot_end"] + max(
        sizes.ring_creators, min(sizes.rings * sizes.ring_creators, creators // 20)
    )
    ends["self_end"] = ends["ring_end"] + max(1, creators // 300)
    ends["split_end"] = ends["self_end"] + 3 * max(1, creators // 1_000)
    ends["farmer_end"] = ends["split_end"] + max(1, creators // 500)
    ends["refund_end"] = ends["farmer_end"] + max(1, creators // 500)
    ring_viewers = sizes.rings * sizes.ring_buyers
    self_viewers = 2 * (ends["self_end"] - ends["ring_end"])
    return {
        **ends,
        "touches": plan.touches,
        "seed": plan.seed,
        "viewers": sizes.viewers,
        "viewer_stride": _coprime(sizes.viewers, near=plan.seed * 37 + 7_368_787),
        "creators": creators,
        "reach_stride": _coprime(creators, near=plan.seed * 53 + 618_033),
        "cheat_stride": _coprime(creators, near=plan.seed * 71 + 271_828),
        "shops": sizes.shops,
        "items": sizes.items,
        "agencies": sizes.agencies,
        "spare_pieces": sizes.pieces
        - (creators - sizes.farmers)
        - sizes.farmers * (sizes.village_sessions + 1),
        "village_sessions": sizes.village_sessions,
        "classes": len(class_ends(1)),
        "lines": sizes.lines,
        "journey_lines": sizes.journey_lines,
        "farm_lines": sizes.farm_lines,
        "journey_and_farm": sizes.journey_lines + sizes.farm_lines,
        "organic_lines": sizes.organic_lines,
        "self_lines": sizes.self_lines,
        "ring_lines": sizes.ring_lines,
        "ring_creators": sizes.ring_creators,
        "ring_buyers": sizes.ring_buyers,
        "ring_orders": plan.ring_orders,
        "ring_viewers": ring_viewers,
        "bots": sizes.bots,
        "ring_viewers_end": sizes.bots + ring_viewers,
        "self_viewers": self_viewers,
        "self_viewers_end": sizes.bots + ring_viewers + self_viewers,
        "bot_always_touches": sizes.bot_always_touches,
        "bot_burst_touches": sizes.bot_burst_touches,
        "camouflage_lines": min(
            sizes.ring_lines * plan.ring_camouflage, sizes.journey_lines // 2
        ),
        "caused_earlier_20": min(
            1 << 20, (plan.caused_earlier_ppm << 28) // PPM // (256 - _EARLIER_CELLS[0])
        ),
        "sniped_20": (plan.sniped_ppm << 20) // PPM,
        "glance_20": (plan.glance_ppm << 20) // PPM,
        "together_20": (plan.ring_together_ppm << 20) // PPM,
        "refund_late_20": (plan.refund_late_ppm << 20) // PPM,
        "sniper_dwell_ppm": plan.sniper_dwell_ppm,
        # Ten lines in a room of 1.5 units each, at prices around the mean of the luck table.
        "farm_price_yuan": plan.village_session_minor // 1_450,
        "begins_at": season.begins_at,
        "ends_at": season.ends_at,
        "middle_at": season.begins_at + length // DAY_MS // 2 * DAY_MS,
        "cut_at": season.begins_at + length // DAY_MS * 2 // 3 * DAY_MS,
        "long_ago": max(_EPOCH_MIN, season.begins_at - 400 * DAY_MS),
        "far_off": min(_EPOCH_MAX, season.ends_at + 400 * DAY_MS),
        "hours": length // HOUR_MS,
        "days": season.days,
        "season_minutes": length // 60_000,
        "slot_ms": SLOT_HOURS * HOUR_MS,
    }


def _coprime(size: int, *, near: int) -> int:
    """Smallest stride from `near` on that visits every number below `size`."""
    stride = near
    while gcd(stride, size) != 1:
        stride += 1
    return stride


def _put_tables(store: WorldStore, plan: WorldPlan, sizes: Sizes, season: Season) -> None:
    """Store the small tables that draws look things up in."""
    _put_calendar(store, season)
    _put_tails(store, sizes)
    cells = habit_cells()
    store.put(
        "habits",
        {
            "habit": [row[0] for row in cells],
            "cell": [row[1] for row in cells],
            "format": [row[2] for row in cells],
            "channel_id": [row[3] for row in cells],
        },
    )
    columns: dict[str, list[str] | list[int]] = {
        "persona": [row[0] for row in PERSONAE],
        "role": [row[1] for row in PERSONAE],
    }
    for place, name in enumerate(("quality", "experience", "commerce"), start=2):
        columns[name] = [int(row[place][0]) for row in PERSONAE]  # type: ignore[arg-type]
        columns[f"{name}_span"] = [int(row[place][1]) for row in PERSONAE]  # type: ignore[arg-type]
    store.put("personae", columns)
    store.put(
        "categories", {"category_no": range(len(CATEGORIES)), "category": list(CATEGORIES)}
    )
    store.put(
        "farm_categories",
        {"category_no": range(len(FARM_CATEGORIES)), "category": list(FARM_CATEGORIES)},
    )
    store.put(
        "scene",
        {
            "scene_id": [row[0] for row in SCENES],
            "name_zh": [row[1] for row in SCENES],
            "name_en": [row[2] for row in SCENES],
        },
    )
    named = channels()
    store.put(
        "channel", {"channel_id": [row[0] for row in named], "name": [row[1] for row in named]}
    )
    store.put(
        "subsidy",
        {
            "period": list(season.periods),
            "subsidy_minor": [plan.touches * plan.subsidy_minor_per_touch // plan.months]
            * plan.months,
        },
    )
    store.put(
        "budget",
        {
            "programme_id": [name for _ in season.periods for name, _, _ in PROGRAMMES],
            "period": [period for period in season.periods for _ in PROGRAMMES],
            "budget_minor": [
                sizes.creators * minor for _ in season.periods for _, minor, _ in PROGRAMMES
            ],
            "traffic_units": [
                sizes.creators * units for _ in season.periods for _, _, units in PROGRAMMES
            ],
        },
    )


def _put_calendar(store: WorldStore, season: Season) -> None:
    visits = [hour for _, hour in hour_cells(season, sharpness=1)]
    store.put(
        "visit_cells",
        {
            "cell": range(len(visits)),
            "day_no": [hour // 24 for hour in visits],
            "hour_of_day": [hour % 24 for hour in visits],
            "slot_no": [hour % 24 // SLOT_HOURS for hour in visits],
            "live_1024": [LIVE_SHARE[hour % 24] for hour in visits],
        },
    )
    orders = [hour for _, hour in hour_cells(season, sharpness=4)]
    store.put("order_cells", {"cell": range(len(orders)), "hour_no": orders})
    rooms = [hour for _, hour in hour_cells(season, sharpness=1, evening=True)]
    store.put("live_cells", {"cell": range(len(rooms)), "hour_no": rooms})


def _put_tails(store: WorldStore, sizes: Sizes) -> None:
    steps = reach_steps(sizes.creators)
    store.put(
        "reach_steps",
        {
            "step": [step for step, _ in steps],
            "reach": [reach for _, reach in steps],
            "posting": [integer_root(reach, 2) for _, reach in steps],
        },
    )
    store.put("luck", {"luck_no": range(len(LUCK)), "luck": list(LUCK)})
    store.put("activity", {"activity_no": range(len(ACTIVITY)), "weight": list(ACTIVITY)})
    store.put("buyer_cells", {"cell": range(256), "activity_no": spread(list(ACTIVITY), 256)})
    store.put("earlier_cells", {"cell": range(256), "earlier": spread(list(_EARLIER_CELLS), 256)})


def _put_popularity(store: WorldStore, still: int) -> None:
    """Store the popularity classes of the pieces that are not live rooms."""
    ends = class_ends(still)
    store.put(
        "class_ends",
        {"class_no": range(len(ends)), "starts": [0, *ends[:-1]], "ends": ends},
    )
    classes = supply_classes(still)
    store.put("supply_classes", {"cell": range(len(classes)), "class_no": classes})
