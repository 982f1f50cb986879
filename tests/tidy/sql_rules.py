"""House rules for the engine's SQL: the part that gives the same bits everywhere.

A step is one DuckDB text that runs unchanged elsewhere after transpiling, so it
counts in int64, divides by `//` alone, and orders every window to the last row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tidy.project_files import Finding

Rule = Callable[[str], Iterator[tuple[int, str]]]

_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_BANNED_TYPES = re.compile(
    r"\b(float[48]?|double(?:\s+precision)?|real|decimal|numeric|u?hugeint|bignum)\b"
)
_BANNED_WORDS = re.compile(
    r"\b(asof|qualify|pivot|unpivot|lateral|unnest|struct_pack|list|struct)\b"
)
_BANNED_CALLS = re.compile(
    r"\b(round|now|random|uuid|gen_random_uuid|getenv|today|timezone|strptime|list_\w+|"
    r"array_\w+|median|avg|stddev\w*|approx_\w+|filter)\s*\("
)
_CLOCK_WORDS = re.compile(r"\b(current_timestamp|current_date|current_time|localtimestamp)\b")
_FRACTION = re.compile(r"(?<![\w.$])\d*\.\d+|\b\d+e[+-]?\d+\b")
_WINDOW = re.compile(r"\bover\s*\(")
_ORDERED = re.compile(r"\b(row_number|rank|dense_rank|lag|lead|first_value|last_value|ntile)\s*\(")
_ORDER_BY = re.compile(r"\border\s+by\b")
_FRAME = re.compile(r"\b(?:rows|range)\s+(?:between|unbounded|current|\d)")
# A unique key of its table, by the naming of the columns.
_UNIQUE_TAIL = re.compile(r"_(?:id|key|no|index)\b")
# A key of several columns is declared by a comment: `-- unique: line_id, is_click`.
_DECLARED = re.compile(r"--\s*unique:([\w\s,]+?)$", re.MULTILINE)


def check_sql(text: str, place: str) -> list[Finding]:
    """Hold every rule against one step's text."""
    bare = without_noise(text)
    return sorted(Finding(place, line, message) for rule in RULES for line, message in rule(bare))


def without_noise(text: str) -> str:
    """Lower case, comments and literals blanked but for declared keys; lines stay in place."""
    return _NOISE.sub(_blank, text).lower()


def _blank(found: re.Match[str]) -> str:
    noise = found.group(0)
    return noise if _DECLARED.match(noise) else re.sub(r"[^\n]", " ", noise)


def whole_division_only(text: str) -> Iterator[tuple[int, str]]:
    """`/` gives a float on some engines; `//` is the one division."""
    for found in re.finditer(r"(?<!/)/(?!/)", text):
        yield _line(text, found.start()), "/ divides into floats; use //"


def whole_types_only(text: str) -> Iterator[tuple[int, str]]:
    """Floats, decimals and 128 bits differ from engine to engine."""
    for pattern, why in (
        (_BANNED_TYPES, "counts in int64 only"),
        (_FRACTION, "a fraction is a float or a decimal; count in whole units"),
    ):
        for found in pattern.finditer(text):
            yield _line(text, found.start()), f"{found.group(0).strip()}: {why}"


def portable_words_only(text: str) -> Iterator[tuple[int, str]]:
    """What one engine alone knows, or two engines answer differently."""
    for pattern in (_BANNED_WORDS, _BANNED_CALLS):
        for found in pattern.finditer(text):
            yield _line(text, found.start()), f"{found.group(1)} is not portable"
    for found in re.finditer(r"\[", text):
        yield _line(text, found.start()), "list types are not portable"


def no_clock(text: str) -> Iterator[tuple[int, str]]:
    """Time comes in as a parameter."""
    for found in _CLOCK_WORDS.finditer(text):
        yield _line(text, found.start()), f"{found.group(1)} reads a clock"


def every_rank_is_ordered(text: str) -> Iterator[tuple[int, str]]:
    """A window whose order decides must have an order, down to a unique key."""
    for call in _ORDERED.finditer(text):
        name, line = call.group(1), _line(text, call.start())
        after = text[_closing(text, call.end()) + 1 :]
        window = _WINDOW.match(after.lstrip())
        if window is None:
            yield line, f"{name} without over (...)"
            continue
        start = len(after) - len(after.lstrip()) + window.end()
        inside = after[start : _closing(after, start)]
        order = _ORDER_BY.search(inside)
        if order is None:
            yield line, f"{name} without order by"
            continue
        last = _top_level_terms(_FRAME.split(inside[order.end() :])[0])[-1]
        if not _UNIQUE_TAIL.search(last) and not _has_declared_key(inside, text):
            yield line, f"{name}: order by ends in {last!r}, which no name marks as unique"


def sums_are_cast(text: str) -> Iterator[tuple[int, str]]:
    """DuckDB sums int64 into 128 bits, so what the sum is part of is cast back at once."""
    casts = [
        (found.end(), _closing(text, found.end())) for found in re.finditer(r"\bcast\s*\(", text)
    ]
    whole = [(a, b) for a, b in casts if re.search(r"\bas\s+bigint\s*$", text[a:b])]
    for found in re.finditer(r"\bsum\s*\(", text):
        if not any(a <= found.start() < b for a, b in whole):
            yield _line(text, found.start()), "write cast(sum(...) as bigint)"


RULES: tuple[Rule, ...] = (
    whole_division_only,
    whole_types_only,
    portable_words_only,
    no_clock,
    every_rank_is_ordered,
    sums_are_cast,
)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _closing(text: str, start: int) -> int:
    """Where the bracket closes that opened before `start`."""
    depth = 1
    for position in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return len(text)


def _top_level_terms(text: str) -> list[str]:
    terms, depth, term = [], 0, ""
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            terms.append(term)
            term = ""
        else:
            term += letter
    return [" ".join(part.split()) for part in (*terms, term)]


def _has_declared_key(window: str, text: str) -> bool:
    """Whether the window's columns hold a key that a comment of the step declares."""
    columns = set(re.findall(r"\w+", window))
    keys = (set(re.findall(r"\w+", found.group(1))) for found in _DECLARED.finditer(text))
    return any(key <= columns for key in keys)
