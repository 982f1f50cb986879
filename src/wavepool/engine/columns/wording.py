"""The few places where the SQL of DuckDB and Spark differ in words."""

from __future__ import annotations

from wavepool.engine.relations import Relations

DIGITS = "'0123456789'"


def quoted(rel: Relations, name: str) -> str:
    """An identifier, whatever characters it has."""
    mark = "`" if rel.dialect == "spark" else '"'
    return mark + name.replace(mark, mark + mark) + mark


def literal(value: int | str) -> str:
    """A constant. Raises ValueError for a text with a quote or a backslash.

    >>> literal("CNY")
    "'CNY'"
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if "'" in value or "\\" in value:
        raise ValueError(value)
    return f"'{value}'"


def divided(rel: Relations, sql: str) -> str:
    """Put the engine's exact integer division where the text says `{divide}`."""
    return sql.replace("{divide}", "div" if rel.dialect == "spark" else "//")


def epoch_ms(rel: Relations, sql: str, *, is_nanos: bool = False) -> str:
    """Epoch milliseconds of a timestamp or date; what is finer is cut off, never rounded.

    A timestamp without zone is taken as UTC (sessions run in UTC).
    """
    if rel.dialect == "spark":
        return f"unix_millis(cast({sql} as timestamp))"
    if is_nanos:
        return f"epoch_ns({sql}) // 1000000"
    return f"epoch_us({sql}) // 1000"


def text_epoch_ms(rel: Relations, sql: str) -> str:
    """Epoch milliseconds of a written time, null when it is none; no offset means UTC."""
    # A cast to a timestamp without zone would drop a written offset without a word.
    zoned = "timestamp" if rel.dialect == "spark" else "timestamptz"
    return epoch_ms(rel, f"try_cast({sql} as {zoned})")


def digits_only(sql: str, most: int = 18) -> str:
    """True when a text is 1 to `most` digits."""
    return f"(translate({sql}, {DIGITS}, '') = '' and length({sql}) between 1 and {most})"


def one_bit(rel: Relations, place: str) -> str:
    """An int64 with the bit at `place` (0 to 31) set."""
    if rel.dialect == "spark":
        return f"shiftleft(cast(1 as bigint), cast({place} as int))"
    return f"(cast(1 as bigint) << ({place}))"
