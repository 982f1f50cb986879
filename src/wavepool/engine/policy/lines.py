"""Where each key of a TOML text stands, so that an error can name its line."""

import re
from collections import Counter

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")
_STRINGS = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')


def key_lines(text: str) -> dict[str, int]:
    """Map each key path of a TOML text to its line, counted from 1.

    Tables are `value.signals`, entries of arrays of tables `scenes[2]`, keys
    `scenes[2].pool`. Keys inside inline tables are not listed: a caller looks for the nearest
    path above (`line_of`). The text is one that `tomllib` has accepted.

    >>> key_lines("[a]\\nb = 1\\n[[c]]\\nd = 2\\n[[c]]\\nd = 3\\n")
    {'a': 1, 'a.b': 2, 'c': 3, 'c[0]': 3, 'c[0].d': 4, 'c[1]': 5, 'c[1].d': 6}
    """
    found: dict[str, int] = {}
    counts: Counter[str] = Counter()
    table, depth, quote = "", 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not depth and not quote:
            header, key = _HEADER.match(line), _KEY.match(line)
            if header:
                table = _bare(header[2])
                found.setdefault(table, number)
                if header[1] == "[[":
                    counts[table] += 1
                    table = f"{table}[{counts[table] - 1}]"
                    found[table] = number
                continue
            if key:
                found.setdefault(_join(table, _bare(key[1])), number)
        depth, quote = _open_after(line, depth=depth, quote=quote)
    return found


def line_of(path: str, lines: dict[str, int]) -> int | None:
    """Return the line of a key path, else of the nearest table above it, else None.

    >>> line_of("a.b.c", {"a": 1, "a.b": 4})
    4
    """
    while path and path not in lines:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return lines.get(path)


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


def _join(table: str, key: str) -> str:
    return f"{table}.{key}" if table else key


def _open_after(line: str, *, depth: int, quote: str) -> tuple[int, str]:
    """Return the open brackets and the open multi-line quote after a line."""
    rest = line
    if quote:
        if quote not in rest:
            return depth, quote
        rest = rest.split(quote, 1)[1]
    while True:
        # A multi-line quote may open and close on one line; what it holds is no bracket.
        token = next((m for m in _STRINGS.finditer(rest) if m[0] in ('"""', "'''")), None)
        outside = _STRINGS.sub("", rest[: token.start()] if token else rest)
        depth += sum(outside.count(mark) for mark in "[{") - sum(
            outside.count(mark) for mark in "]}"
        )
        if token is None:
            return depth, ""
        rest = rest[token.end() :]
        if token[0] not in rest:
            return depth, token[0]
        rest = rest.split(token[0], 1)[1]
