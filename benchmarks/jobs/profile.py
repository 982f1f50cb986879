"""Settle a season and note the CPU of every relation made, fetched or saved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.child import own_cpu_s
from benchmarks.jobs import settle
from wavepool.engine.relations import DuckRelations

_PART = re.compile(r"_\d+$")
TOP = 24


def run(*, season: str, out: str) -> dict[str, Any]:
    """Answer the costliest steps: kind, relation, calls, CPU seconds."""
    spent: Counter[tuple[str, str]] = Counter()
    calls: Counter[tuple[str, str]] = Counter()
    for kind in ("table", "fetch", "save"):
        setattr(DuckRelations, kind, _timed(kind, spent, calls))
    settle.run(season=season, out=out)
    steps = [
        {"kind": kind, "name": name, "calls": calls[kind, name], "cpu_s": cpu}
        for (kind, name), cpu in spent.most_common(TOP)
    ]
    return {"steps": steps, "all_steps_cpu_s": sum(spent.values())}


def _timed(
    kind: str, spent: Counter[tuple[str, str]], calls: Counter[tuple[str, str]]
) -> Callable[..., Any]:
    act = getattr(DuckRelations, kind)

    def timed(self: DuckRelations, first: str, *rest: Any, **named: Any) -> Any:
        before = own_cpu_s()
        answer = act(self, first, *rest, **named)
        key = (kind, _fetch_name(first) if kind == "fetch" else _PART.sub("", first))
        spent[key] += own_cpu_s() - before  # type: ignore[assignment]
        calls[key] += 1
        return answer

    return timed


def _fetch_name(sql: str) -> str:
    if "sha256" in sql:
        return "content digests"
    if "mine." in sql or "raw_" in sql:
        found = re.search(r"raw_(\w+)", sql)
        return f"check of {found.group(1)}" if found else "check"
    return "small results"
