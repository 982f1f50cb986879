"""The typed sections of a policy document; field names and order are those of the TOML."""

from dataclasses import dataclass
from typing import Annotated

from wavepool.engine.policy.knobs import (
    ANNOUNCED_2017,
    DOUYIN,
    DUB,
    KUAISHOU,
    LIVE_BOARD,
    MILLION,
    NOTICE_2022,
    OURS,
    TENTHS,
    TIKTOK,
    Knob,
)

ATTRIBUTION_RULES = (
    "qualified_last",
    "last_touch",
    "first_touch",
    "linear",
    "position",
    "time_decay",
    "shapley",
)
FORMATS = (
    "live",
    "short_video",
    "post",
    "article",
    "image_set",
    "list",
    "item_card",
    "qa",
)

DAY_MS = 86_400_000
MINOR_MAX = 10**15


@dataclass(frozen=True, slots=True)
class Attribution:
    """Which touch of a buyer earns an order line, and within which limits."""

    rule: Annotated[
        str,
        Knob(
            "name",
            "rule that splits the direct leg; plan, fee and scene always follow the qualified last touch",
            OURS,
            choices=ATTRIBUTION_RULES,
        ),
    ]
    window_days: Annotated[
        int, Knob("days", "how long before paying a touch may lie", NOTICE_2022, 1, 366)
    ]
    dwell_min_ms: Annotated[
        int,
        Knob("ms", "dwell from which a touch is qualified; a click qualifies too", OURS, 0, DAY_MS),
    ]
    click_dwell_ms: Annotated[
        int, Knob("ms", "dwell that a clicked touch counts for at least", OURS, 0, DAY_MS)
    ]
    half_life_hours: Annotated[
        int, Knob("hours", "age at which the weight of a touch has halved", OURS, 1, 8_784)
    ]
    last_share_ppm: Annotated[
        int,
        Knob(
            "ppm",
            "part of the direct leg that the winner takes under qualified_last; the touches split the rest",
            OURS,
            0,
            MILLION,
        ),
    ]
    after_live_days: Annotated[
        int,
        Knob(
            "days",
            "how long after a live session its viewer's order is reported as its own",
            LIVE_BOARD,
            0,
            366,
        ),
    ]
    rate_lock_days: Annotated[
        int, Knob("days", "how long a click keeps the commission rate it saw", TIKTOK, 1, 732)
    ]


@dataclass(frozen=True, slots=True)
class Commission:
    """How the merchant's commission is cut besides the direct leg."""

    fee_ppm: Annotated[
        int, Knob("ppm", "part of the gross commission that the platform keeps", DOUYIN, 0, MILLION)
    ]


@dataclass(frozen=True, slots=True)
class Pool:
    """A pot of money of exactly one currency."""

    id: Annotated[str, Knob("id", "name that scenes, subsidies and statements refer to")]
    name_zh: Annotated[str, Knob("text", "Chinese name")]
    name_en: Annotated[str, Knob("text", "English name")]
    currency: Annotated[str, Knob("ISO 4217", "the one currency of the pool")]


@dataclass(frozen=True, slots=True)
class Scene:
    """A place where pieces compete; `pool = ""` means plain commission without a pool leg."""

    id: Annotated[str, Knob("id", "name that rules and statements refer to")]
    name_zh: Annotated[str, Knob("text", "Chinese name", ANNOUNCED_2017)]
    name_en: Annotated[str, Knob("text", "English name")]
    pool: Annotated[
        str, Knob("id", "pool that takes this scene's pool legs; empty for none", ANNOUNCED_2017)
    ]
    weight_ppm: Annotated[
        int,
        Knob(
            "ppm",
            "how much a unit of value in this scene counts in its pool",
            OURS,
            0,
            10 * MILLION,
        ),
    ]
    direct_ppm: Annotated[
        int,
        Knob(
            "ppm",
            "part of the gross commission paid directly; ignored where there is no pool",
            ANNOUNCED_2017,
            0,
            MILLION,
        ),
    ]


@dataclass(frozen=True, slots=True)
class SceneRule:
    """One row of the map (channel, format) -> scene; at least one of the two is given."""

    scene: Annotated[str, Knob("id", "scene that the matching touches belong to")]
    channel: Annotated[
        int | str | None, Knob("id", "channel id that must match; absent for any channel")
    ] = None
    format: Annotated[
        str | None, Knob("name", "format that must match; absent for any format", choices=FORMATS)
    ] = None


@dataclass(frozen=True, slots=True)
class SceneDefault:
    """Where a touch belongs that no scene rule names."""

    scene: Annotated[str, Knob("id", "scene of everything that no rule names")]


@dataclass(frozen=True, slots=True)
class Signals:
    """The four signals of quality; their weights add up to a million."""

    watch_ms: Annotated[int, Knob("ms", "dwell from which a watch is valid", OURS, 1, DAY_MS)]
    watch_ppm: Annotated[int, Knob("ppm", "weight of a valid watch", OURS, 0, MILLION)]
    save_ppm: Annotated[int, Knob("ppm", "weight of a save", OURS, 0, MILLION)]
    share_ppm: Annotated[int, Knob("ppm", "weight of a share", OURS, 0, MILLION)]
    follow_ppm: Annotated[int, Knob("ppm", "weight of a follow", OURS, 0, MILLION)]


@dataclass(frozen=True, slots=True)
class Cells:
    """Among which touches a signal's base rate is measured."""

    hour_bands: Annotated[
        tuple[int, ...], Knob("hours", "local hours at which a band of the day begins", OURS, 0, 23)
    ]
    cell_min_touches: Annotated[
        int,
        Knob("touches", "touches below which a cell falls back to its slot", OURS, 1, 10**9),
    ]
    slot_min_touches: Annotated[
        int,
        Knob("touches", "touches below which a slot falls back to its scene", OURS, 1, 10**9),
    ]


@dataclass(frozen=True, slots=True)
class Loads:
    """How much attention of one viewer counts as a full viewer."""

    saturation_ppm: Annotated[
        int,
        Knob(
            "ppm",
            "part of viewers who should count in full; solves the load of a scene",
            OURS,
            1,
            MILLION,
        ),
    ]
    bootstrap_ms: Annotated[
        int,
        Knob("ms", "load used in the first period, which has none before it", OURS, 1, 31 * DAY_MS),
    ]


@dataclass(frozen=True, slots=True)
class Display:
    """Shrinkage of shown and ranked rates; it never touches pay."""

    shrink_viewers: Annotated[
        int, Knob("viewers", "strength of the pull to the mean in rankings", OURS, 0, 10**6)
    ]


@dataclass(frozen=True, slots=True)
class Value:
    """How evidence becomes the value of content."""

    quality_tenths: Annotated[int, Knob("tenths", "exponent of quality", OURS, 0, TENTHS)]
    experience_tenths: Annotated[int, Knob("tenths", "exponent of experience", OURS, 0, TENTHS)]
    commerce_tenths: Annotated[int, Knob("tenths", "exponent of commerce", OURS, 0, TENTHS)]
    floor_ppm: Annotated[
        int, Knob("ppm", "what every valid viewer gives to each of the three", OURS, 1, MILLION)
    ]
    commerce_cap_minor: Annotated[
        int,
        Knob("minor units", "commission per touch from which commerce is full", OURS, 1, 10**9),
    ]
    ai_penalty_ppm: Annotated[
        int, Knob("ppm", "loss of quality of a piece made wholly by machine", OURS, 0, MILLION)
    ]
    rating_bad_below_ppm: Annotated[
        int, Knob("ppm", "rating below which a review counts as bad", OURS, 0, MILLION)
    ]
    signals: Signals
    cells: Cells
    loads: Loads
    display: Display


@dataclass(frozen=True, slots=True)
class PoolRules:
    """How pool money is paid out."""

    minimum_payout_minor: Annotated[
        int,
        Knob(
            "minor units", "smallest balance that is paid; less is carried on", OURS, 0, MINOR_MAX
        ),
    ]


@dataclass(frozen=True, slots=True)
class Settlement:
    """How long money waits after the buyer has received the goods."""

    hold_days: Annotated[
        tuple[int, ...],
        Knob("days", "waiting times that a payee's trust may give", KUAISHOU, 0, 366),
    ]
    default_hold_days: Annotated[
        int, Knob("days", "waiting time of a payee without a trust of its own", KUAISHOU, 0, 366)
    ]


@dataclass(frozen=True, slots=True)
class Holds:
    """When a payment is parked, and what happens if nobody rules on it."""

    expiry_days: Annotated[
        int, Knob("days", "after which a hold without a ruling takes its default", DUB, 1, 366)
    ]
    self_purchase_default_kept_ppm: Annotated[
        int, Knob("ppm", "kept from a self-purchase without a ruling", OURS, 0, MILLION)
    ]
    lockstep_default_kept_ppm: Annotated[
        int, Knob("ppm", "kept from a lockstep group without a ruling", OURS, 0, MILLION)
    ]
    permutations: Annotated[
        int, Knob("count", "shuffles against which a lockstep group is judged", OURS, 1, 9_999)
    ]
    bucket_ms: Annotated[
        int, Knob("ms", "touches this close together count as simultaneous", OURS, 1, DAY_MS)
    ]
    bucket_cap: Annotated[
        int, Knob("viewers", "bucket size above which simultaneity says nothing", OURS, 2, 10**6)
    ]


@dataclass(frozen=True, slots=True)
class Tiers:
    """Head, mid, tail and newcomer: a dimension of every board; it never touches pay."""

    head_from_minor: Annotated[
        int,
        Knob(
            "minor units", "paid sales of a period from which a creator is head", OURS, 1, MINOR_MAX
        ),
    ]
    mid_from_minor: Annotated[
        int,
        Knob(
            "minor units", "paid sales of a period from which a creator is mid", OURS, 1, MINOR_MAX
        ),
    ]
    newcomer_days: Annotated[
        int, Knob("days", "how long after the first live session one is a newcomer", OURS, 0, 3_660)
    ]
