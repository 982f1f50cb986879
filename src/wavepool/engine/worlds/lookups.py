"""Small tables that draws look things up in, stored before the first draw."""

from __future__ import annotations

from wavepool.engine.worlds.calendar import (
    LIVE_SHARE,
    SLOT_HOURS,
    Season,
    hour_cells,
    months_after,
    spread,
)
from wavepool.engine.worlds.parameters import EARLIER_CELLS
from wavepool.engine.worlds.plan import Sizes, WorldPlan
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
    COUNTIES,
    FARM_CATEGORIES,
    PERSONAE,
    PROGRAMMES,
    SCENES,
    channels,
    habit_cells,
)

TAIL_MONTHS = 3


def put_lookups(store: WorldStore, plan: WorldPlan, sizes: Sizes, season: Season) -> None:
    """Store the small tables that draws look things up in."""
    _put_calendar(store, season)
    _put_tails(store, sizes)
    _put_names(store)
    _put_money(store, plan, sizes, season)
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
        columns[name] = [int(row[place][0]) for row in PERSONAE]
        columns[f"{name}_span"] = [int(row[place][1]) for row in PERSONAE]
    store.put("personae", columns)
    store.put("counties", {"county_no": range(len(COUNTIES)), "county": list(COUNTIES)})
    store.put("categories", {"category_no": range(len(CATEGORIES)), "category": list(CATEGORIES)})
    store.put(
        "farm_categories",
        {"category_no": range(len(FARM_CATEGORIES)), "category": list(FARM_CATEGORIES)},
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
    store.put(
        "periods",
        {
            "period_no": range(len(season.periods)),
            "period": list(season.periods),
            "starts_at": list(season.starts_at),
            "ends_at": [*season.starts_at[1:], season.ends_at],
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
    store.put("earlier_cells", {"cell": range(256), "earlier": spread(list(EARLIER_CELLS), 256)})


def put_popularity(store: WorldStore, still: int) -> None:
    """Store the popularity classes of the pieces that are not live rooms."""
    ends = class_ends(still)
    store.put(
        "class_ends",
        {"class_no": range(len(ends)), "starts": [0, *ends[:-1]], "ends": ends},
    )
    classes = supply_classes(still)
    store.put("supply_classes", {"cell": range(len(classes)), "class_no": classes})


def _put_names(store: WorldStore) -> None:
    store.put(
        "scene",
        {
            "scene_id": [row[0] for row in SCENES],
            "name_zh": [row[1] for row in SCENES],
            "name_en": [row[2] for row in SCENES],
        },
    )
    store.put(
        "scene_channels",
        {"channel_id": range(1, 7), "scene_id": [scene_id for scene_id, _, _ in SCENES[:6]]},
    )
    named = channels()
    store.put(
        "channel", {"channel_id": [row[0] for row in named], "name": [row[1] for row in named]}
    )


def _put_money(store: WorldStore, plan: WorldPlan, sizes: Sizes, season: Season) -> None:
    store.put(
        "subsidy",
        {
            "period": list(season.periods),
            "subsidy_minor": [plan.touches * plan.subsidy_minor_per_touch // plan.months]
            * plan.months,
        },
    )
    # Goods sold at the end of a season are received and settled in the months after it.
    months = [*season.periods, *months_after(season, TAIL_MONTHS)]
    store.put(
        "budget",
        {
            "programme_id": [name for _ in months for name, _, _ in PROGRAMMES],
            "period": [period for period in months for _ in PROGRAMMES],
            "budget_minor": [sizes.creators * minor for _ in months for _, minor, _ in PROGRAMMES],
            "traffic_units": [sizes.creators * units for _ in months for _, _, units in PROGRAMMES],
        },
    )
