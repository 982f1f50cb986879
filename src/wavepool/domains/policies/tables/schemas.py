"""The documents of this domain's own: creator levels, traffic and payouts.

They are read as strictly as the engine's: an unknown or missing key, a value
of another type or out of range is an error at its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from itertools import pairwise
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from wavepool.domains.policies.tables.payout_schema import Payout, payout_flaws
from wavepool.engine.policy import Knob

MILLION: Final = 1_000_000
_MINOR_MAX: Final = 10**15
_TIERS: Final = ("head", "mid", "tail", "newcomer")


@dataclass(frozen=True, slots=True)
class Review:
    """When levels are looked at again."""

    window_days: Annotated[
        int, Knob("days", "how far back a review looks for days and sales", least=7, most=366)
    ]
    keep_days: Annotated[
        int, Knob("days", "how long a level is kept after a review missed it", least=0, most=366)
    ]


@dataclass(frozen=True, slots=True)
class Level:
    """One level and what it asks for inside the window; every condition must be met."""

    id: Annotated[str, Knob("id", "name that badges and statements refer to")]
    name_zh: Annotated[str, Knob("text", "Chinese name")]
    name_en: Annotated[str, Knob("text", "English name")]
    effective_days: Annotated[
        int, Knob("days", "days with an effective live session or a piece", least=0, most=366)
    ]
    received_minor: Annotated[
        int, Knob("minor units", "sales whose goods were received", least=0, most=_MINOR_MAX)
    ]


@dataclass(frozen=True, slots=True)
class Levels:
    """A level policy: the review and the levels from the lowest."""

    review: Review
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """How impressions of a day are shared."""

    explore_ppm: Annotated[
        int, Knob("ppm", "part kept for pieces that few have seen yet", least=0, most=MILLION)
    ]
    creator_cap_ppm: Annotated[
        int, Knob("ppm", "most of a scene's day that one creator may take", least=1, most=MILLION)
    ]
    agency_cap_ppm: Annotated[
        int, Knob("ppm", "most of a scene's day that one agency may take", least=1, most=MILLION)
    ]


@dataclass(frozen=True, slots=True)
class Floor:
    """A tier's guaranteed part of the impressions."""

    tier: Annotated[str, Knob("name", "tier that is guaranteed a part", choices=_TIERS)]
    share_ppm: Annotated[
        int, Knob("ppm", "guaranteed part of a scene's day", least=1, most=MILLION)
    ]


@dataclass(frozen=True, slots=True)
class Vouchers:
    """Exposure as a reward."""

    unit_impressions: Annotated[
        int, Knob("impressions", "what one unit of traffic stands for", least=1, most=10**6)
    ]
    expiry_days: Annotated[
        int, Knob("days", "after which an unused voucher ends", least=1, most=366)
    ]
    daily_units_max: Annotated[
        int, Knob("units", "most units that one creator may use a day", least=1, most=10**9)
    ]


@dataclass(frozen=True, slots=True)
class Traffic:
    """A traffic policy."""

    exposure: Exposure
    floors: tuple[Floor, ...]
    vouchers: Vouchers


#: What is wrong: rule, key path, sentence.
Flaw = tuple[str, str, str]
SCHEMAS: Final[dict[str, type]] = {"level": Levels, "traffic": Traffic, "payout": Payout}
_NAMES: Final = {int: "a whole number", str: "a text"}


def flaws_of(kind: str, body: dict[str, Any]) -> tuple[Flaw, ...]:
    """Everything that keeps the sections of a document of this domain's own from binding."""
    found = tuple(_form(SCHEMAS[kind], body, ""))
    if found:
        return found
    rules: dict[str, Callable[[dict[str, Any]], Iterator[Flaw]]] = {
        "level": _level_rules,
        "traffic": _traffic_rules,
        "payout": payout_flaws,
    }
    return tuple(rules[kind](body))


def build(schema: type, raw: dict[str, Any]) -> Any:
    """The typed tables of a document that has no flaw."""
    hints = get_type_hints(schema, include_extras=True)
    given = {}
    for name in raw.keys() & hints.keys():
        hint, value = hints[name], raw[name]
        if get_origin(hint) is Annotated:
            given[name] = tuple(value) if isinstance(value, list) else value
        elif is_dataclass(hint) and isinstance(hint, type):
            given[name] = build(hint, value)
        else:
            given[name] = tuple(build(get_args(hint)[0], each) for each in value)
    return schema(**given)


def _form(schema: type, raw: dict[str, Any], path: str) -> Iterator[Flaw]:
    hints = get_type_hints(schema, include_extras=True)
    for field in fields(schema):
        inner = f"{path}.{field.name}" if path else field.name
        is_key = get_origin(hints[field.name]) is Annotated
        if field.name not in raw:
            if field.default is not MISSING:
                continue
            rule = "missing_key" if is_key else "missing_section"
            yield rule, inner, "is missing"
        elif is_key:
            wanted, knob = get_args(hints[field.name])
            yield from _key(wanted, knob, raw[field.name], inner)
        else:
            yield from _tables(hints[field.name], raw[field.name], inner)
    for key in raw.keys() - hints.keys():
        rule = "unknown_section" if isinstance(raw[key], dict | list) else "unknown_key"
        yield rule, f"{path}.{key}" if path else key, "no such key"


def _tables(hint: Any, raw: Any, path: str) -> Iterator[Flaw]:
    if is_dataclass(hint) and isinstance(hint, type):
        if isinstance(raw, dict):
            yield from _form(hint, raw, path)
        else:
            yield "wrong_type", path, "expected a table"
        return
    if not isinstance(raw, list) or not raw or not all(isinstance(each, dict) for each in raw):
        yield "wrong_type", path, "expected at least one table"
        return
    for place, each in enumerate(raw):
        yield from _form(get_args(hint)[0], each, f"{path}[{place}]")


def _key(wanted: Any, knob: Knob, value: object, path: str) -> Iterator[Flaw]:
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            yield "wrong_type", path, f"expected a list, found {value!r}"
            return
        for each in value:
            yield from _key(get_args(wanted)[0], knob, each, path)
    elif type(value) is not wanted:
        yield "wrong_type", path, f"expected {_NAMES[wanted]}, found {value!r}"
    elif knob.choices and value not in knob.choices:
        yield "unknown_choice", path, f"{value!r} is none of {', '.join(knob.choices)}"
    elif isinstance(value, str) and (not value or value != value.strip()):
        yield "bad_id", path, "not empty, without spaces around it"
    elif isinstance(value, int) and not (knob.least or 0) <= value <= (knob.most or _MINOR_MAX):
        yield "out_of_range", path, f"{value} is not within {knob.range_text()}"


def _level_rules(body: dict[str, Any]) -> Iterator[Flaw]:
    levels = body["levels"]
    asks = [(each["effective_days"], each["received_minor"]) for each in levels]
    if any(asks[0]):
        yield "first_level", "levels[0]", "everybody has at least the first level"
    window = body["review"]["window_days"]
    for place, (before, after) in enumerate(pairwise(asks), start=1):
        if after == before or any(now < was for was, now in zip(before, after, strict=True)):
            message = "a level asks for no less than the one below, and for more of something"
            yield "levels_order", f"levels[{place}]", message
    for place, (days, _sales) in enumerate(asks):
        if days > window:
            message = f"{days} days do not fit into a window of {window}"
            yield "unreachable", f"levels[{place}].effective_days", message
    yield from _twice(levels, "levels", "id")


def _traffic_rules(body: dict[str, Any]) -> Iterator[Flaw]:
    floors, exposure = body["floors"], body["exposure"]
    total = sum(each["share_ppm"] for each in floors) + exposure["explore_ppm"]
    if total > MILLION:
        yield "floors_sum", "floors", f"guarantees take {total} of {MILLION} parts"
    if exposure["agency_cap_ppm"] < exposure["creator_cap_ppm"]:
        message = "an agency may take at least what one of its creators may"
        yield "agency_below_creator", "exposure.agency_cap_ppm", message
    yield from _twice(floors, "floors", "tier")


def _twice(tables: list[dict[str, Any]], path: str, key: str) -> Iterator[Flaw]:
    seen = set()
    for place, each in enumerate(tables):
        if each[key] in seen:
            yield "duplicate_id", f"{path}[{place}].{key}", f"{each[key]!r} stands here twice"
        seen.add(each[key])
