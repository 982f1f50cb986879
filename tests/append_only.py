"""Emptying the store between tests that commit, where triggers forbid deleting.

Tables that are append-only refuse DELETE and TRUNCATE by trigger. Between tests
the rows go all the same: triggers step aside for the flush, then stand again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection


def let_tests_flush() -> None:
    """Wrap the flush of the store in use; twice is once."""
    operations = type(connection.ops)
    if not hasattr(operations.sql_flush, "steps_aside"):
        operations.sql_flush = _stepping_aside(operations.sql_flush)


def _stepping_aside(flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def sql_flush(self: Any, *args: Any, **options: Any) -> list[str]:
        statements = flush(self, *args, **options)
        if not statements:
            return statements
        if self.connection.vendor == "postgresql":
            aside, back = (
                "SET session_replication_role = replica",
                "SET session_replication_role = origin",
            )
            return [f"{aside};", *statements, f"{back};"]
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drops = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
        return [*drops, *statements, *(sql for _name, sql in triggers)]

    sql_flush.steps_aside = True  # type: ignore[attr-defined]
    return sql_flush
