"""Migrate all or nothing: Django's own command in one transaction.

Django commits each migration and, on SQLite and wherever indexes come last,
records it in a transaction of its own. A process killed between the two leaves
tables that the next run tries to make again. Here a kill leaves what was before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class Command(migrate.Command):
    """What `manage.py migrate` runs."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command in one transaction."""
        with whole(connections[options["database"]]):
            super().handle(*args, **options)


@contextmanager
def whole(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """One transaction around changes of tables, on a store that allows it."""
    if connection.in_atomic_block:
        yield
        return
    # SQLite rebuilds tables with foreign keys off, which cannot be said inside a
    # transaction; each migration looks at them itself before it ends.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(using=connection.alias):
            if connection.vendor == "postgresql":
                # Rows that wait for their check would keep tables from being changed.
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
    finally:
        connection.enable_constraint_checking()
