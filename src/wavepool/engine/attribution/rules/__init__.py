"""Selectable attribution rules: one SQL file each, from `line_touches` to weights."""

from __future__ import annotations

from wavepool.engine.relations import Relations, step_sql

RULES = (
    "qualified_last",
    "last_touch",
    "first_touch",
    "linear",
    "position",
    "time_decay",
    "shapley",
)


class UnknownRule(LookupError):
    """No attribution rule has this name."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"no attribution rule {rule!r}; there are {', '.join(RULES)}")
        self.rule = rule


def weigh_touches(rel: Relations, *, rule: str, last_share_ppm: int, name: str) -> None:
    """Make relation `name`: the rule's weight of each touch of each line.

    Reads line_touches (and, for time_decay, period_lines and decay). Columns:
    line_id, touch_id, weight (int64, ≥ 0). Only the ratio of weights inside a
    line matters. `last_share_ppm` is the part of the winner under
    `qualified_last`; the other rules have no use for it.

    Raises:
        UnknownRule: no such rule.
    """
    rel.table(name, rule_sql(rule, last_share_ppm=last_share_ppm, dialect=rel.dialect))


def rule_sql(rule: str, *, last_share_ppm: int, dialect: str) -> str:
    """Read the query behind `weigh_touches`, to be asked about one line.

    Raises:
        UnknownRule: no such rule.
    """
    if rule not in RULES:
        raise UnknownRule(rule)
    parameters = {"last_share_ppm": last_share_ppm} if rule == "qualified_last" else {}
    return step_sql(__package__, rule, dialect=dialect, **parameters)
