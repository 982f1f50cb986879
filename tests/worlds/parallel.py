"""Many threads on one store: SQLite moves from memory into a file for as long as it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.db import connection, connections
from django.db.backends.sqlite3.base import Database

Answer = TypeVar("Answer")
Task = TypeVar("Task")


@contextmanager
def shared_store(folder: Path) -> Iterator[None]:
    """Let threads meet in one store; needs the fixture `transactional_db`.

    What they write on SQLite is gone afterwards with the file.
    """
    if connection.vendor != "sqlite":
        yield
        return
    place = folder / "shared.sqlite3"
    connection.ensure_connection()
    target = Database.connect(str(place))
    connection.connection.backup(target)
    target.close()
    settings = connections.settings["default"]
    kept = settings["NAME"]
    settings["NAME"] = str(place)
    try:
        yield
    finally:
        settings["NAME"] = kept


def run_parallel(
    do: Callable[[Task], Answer], tasks: Sequence[Task], *, threads: int
) -> list[Answer]:
    """Do every task, so many at a time, each thread on its own connection."""

    def in_thread(task: Task) -> Answer:
        try:
            return do(task)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(in_thread, tasks))
