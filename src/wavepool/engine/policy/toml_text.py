"""Writes the mapping of a policy as TOML, one key a line."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple


class TomlRow(NamedTuple):
    """One line of TOML; `is_key` tells the keys of tables from headers and blank lines."""

    line: str
    is_key: bool


def toml_rows(mapping: dict[str, Any]) -> Iterator[TomlRow]:
    """Write a mapping of tables and arrays of tables, the keys of each table before its tables.

    >>> [row.line for row in toml_rows({"a": {"n": 1, "b": {"t": "x"}}, "c": []})]
    ['c = []', '', '[a]', 'n = 1', '', '[a.b]', 't = "x"']
    """
    yield from _table_rows(mapping, ())


def toml_value(value: int | str | list[int] | list[str]) -> str:
    r"""Write one key's value as TOML.

    >>> print(toml_value(["有好货", 'a "quoted" name']))
    ["有好货", "a \"quoted\" name"]
    """
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(entry) for entry in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


def _table_rows(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[TomlRow]:
    for name, value in table.items():
        if not _holds_tables(value):
            # At the top stand tables only, so what is not one there is an empty array of them.
            yield TomlRow(f"{name} = {toml_value(value)}", bool(path))
    for name, value in table.items():
        if not _holds_tables(value):
            continue
        inner = (*path, name)
        many = isinstance(value, list)
        opening = f"[[{'.'.join(inner)}]]" if many else f"[{'.'.join(inner)}]"
        for entry in value if many else [value]:
            yield TomlRow("", is_key=False)
            yield TomlRow(opening, is_key=False)
            yield from _table_rows(entry, inner)


def _holds_tables(value: Any) -> bool:
    is_array = isinstance(value, list) and bool(value)
    return isinstance(value, dict) or (is_array and isinstance(value[0], dict))
