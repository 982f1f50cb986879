"""What changed between two documents of a kind: section, key, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from wavepool.domains.policies.tables.documents import HEAD

Way = Literal["changed", "added", "removed", "moved"]
_UNCOMPARED: Final = frozenset({f"{HEAD}.version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two documents.

    Attributes:
        way: a key changed, a key or table was added or removed, tables moved.
        path: key path with tables named by their id: `scenes[open].pool`.
        before, after: the values as TOML reads them; None where there was nothing. An added or
            removed table is a mapping of its keys; moved tables are lists of their labels.
    """

    way: Way
    path: str
    before: Any
    after: Any

    @property
    def section(self) -> str:
        """The top-level table: `scenes`."""
        return self.path.split(".", 1)[0].split("[", 1)[0]

    @property
    def key(self) -> str:
        """What stands last in the path: `pool`, or a table's own label."""
        return self.path.rpartition(".")[2]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """List what changes from one document's tables to another's.

    Tables of arrays are matched by their id, scene rules by their conditions. The version that a
    document gives itself does not count. Empty exactly when both say the same in the same order.

    >>> [each.path for each in compare({"a": {"n": 1}}, {"a": {"n": 2}})]
    ['a.n']
    """
    return tuple(_compare(before, after, ""))


def flatten(tables: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of a document with its value, tables of arrays named by their label.

    >>> list(flatten({"pools": [{"id": "big", "currency": "CNY"}]}))
    [('pools[big].id', 'big'), ('pools[big].currency', 'CNY')]
    """
    for name, value in tables.items():
        inner = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from flatten(value, inner)
        elif _holds_tables(value):
            for label, table in _labelled(value):
                yield from flatten(table, f"{inner}[{label}]")
        else:
            yield inner, value


def _compare(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        inner = f"{path}.{name}" if path else name
        if inner in _UNCOMPARED:
            continue
        if name not in after:
            yield Change(way="removed", path=inner, before=before[name], after=None)
        elif name not in before:
            yield Change(way="added", path=inner, before=None, after=after[name])
        else:
            yield from _compare_values(before[name], after[name], inner)


def _compare_values(before: Any, after: Any, path: str) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare(before, after, path)
    elif _holds_tables(before) and _holds_tables(after):
        yield from _compare_arrays(dict(_labelled(before)), dict(_labelled(after)), path)
    elif before != after or type(before) is not type(after):
        yield Change(way="changed", path=path, before=before, after=after)


def _compare_arrays(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], path: str
) -> Iterator[Change]:
    for label, table in before.items():
        inner = f"{path}[{label}]"
        if label not in after:
            yield Change(way="removed", path=inner, before=table, after=None)
        else:
            yield from _compare(table, after[label], inner)
    for label, table in after.items():
        if label not in before:
            yield Change(way="added", path=f"{path}[{label}]", before=None, after=table)
    kept_before = [label for label in before if label in after]
    kept_after = [label for label in after if label in before]
    if kept_before != kept_after:
        yield Change(way="moved", path=path, before=kept_before, after=kept_after)


def _labelled(tables: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name each table by what it is; a repeated name gets `#2`, `#3`."""
    seen: dict[str, int] = {}
    for place, table in enumerate(tables):
        label = _label(table, place)
        seen[label] = seen.get(label, 0) + 1
        yield (f"{label}#{seen[label]}" if seen[label] > 1 else label), table


def _label(table: dict[str, Any], place: int) -> str:
    for key in ("id", "tier", "counter", "above"):
        if isinstance(table.get(key), str | int):
            return str(table[key])
    if "scene" in table:
        conditions = [f"{key}={table[key]}" for key in ("channel", "format") if key in table]
        return ",".join(conditions) or "all"
    if "currency" in table:
        return ",".join(table[key] for key in ("payee_kind", "currency") if key in table)
    return str(place + 1)


def _holds_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)
