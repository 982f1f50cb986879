"""A migrated store of a test's own: a file or a database where processes may be killed.

The fixture `own_store` copies the store of the tests, points Django's default
connection at the copy, in threads and forked children too, and drops it afterwards.
"""

from __future__ import annotations

import itertools
import os
import shutil
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def store_template(django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[str]:
    """A migrated store to copy from, with nothing in it but what migrations put there."""
    with django_db_blocker.unblock(), empty_store(tmp_path_factory.mktemp("store")) as name:
        with pointed_at(name):
            call_command("migrate", verbosity=0)
        yield name


@pytest.fixture
def own_store(store_template: str, django_db_blocker: Any, tmp_path: Path) -> Iterator[str]:
    """Work on a copy of a migrated, empty store; gives the vendor's name."""
    copy = copied(store_template, tmp_path)
    with django_db_blocker.unblock(), copy as name, pointed_at(name):
        yield connection.vendor


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Let Django's default connection lead to another file or database for a while."""
    kept, described = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**described, "NAME": name}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = kept
        connections.settings["default"] = described


@contextmanager
def empty_store(folder: Path) -> Iterator[str]:
    """A store without any table; gives its name for `pointed_at`."""
    if connection.vendor == "sqlite":
        yield str(folder / f"empty-{next(_NUMBERS)}.sqlite3")
        return
    with _database() as name:
        yield name


@contextmanager
def copied(template: str, folder: Path) -> Iterator[str]:
    """A copy of a store that nobody has open; gives its name for `pointed_at`."""
    if connection.vendor == "sqlite":
        name = folder / f"own-{next(_NUMBERS)}.sqlite3"
        shutil.copy(template, name)
        yield str(name)
        return
    with _database(template=template) as database:
        yield database


def forked(work: Callable[[], None]) -> int:
    """Run work in a child process; give its exit code, negative for the signal that killed it."""
    return joined(fork(work))


def fork(work: Callable[[], None]) -> int:
    """Start work in a child process with connections of its own; give its process id."""
    connections.close_all()
    with warnings.catch_warnings():
        # Threads of libraries sleep meanwhile; the child touches the store and ends.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        connections.close_all()
        code = 0
    finally:
        # A child tells everything and never returns into the tests.
        if code:
            traceback.print_exc()
        os._exit(code)


def joined(child: int) -> int:
    """Wait for a child; give its exit code, negative for the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def rows(sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask the store in SQL."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def _database(*, template: str = "template0") -> Iterator[str]:
    known = connections.settings["default"]
    name = f"own_{os.getpid()}_{next(_NUMBERS)}"
    server = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"]}
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as keeper:
        keeper.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield name
        finally:
            keeper.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
