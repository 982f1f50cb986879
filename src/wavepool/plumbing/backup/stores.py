"""Each store's own way to copy itself while people work, and to take a copy in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from wavepool.plumbing.backup.archive import BackupDamaged

_LIBPQ: Final = ("host", "port", "user", "sslmode", "sslrootcert", "sslcert", "sslkey")


def copy_out(place: Path) -> dict[str, int]:
    """Write a consistent copy of the store to a file; writers are not held up.

    Returns:
        The rows of every table in the copy.
    """
    return _copy_out_sqlite(place) if connection.vendor == "sqlite" else _dump(place)


def copy_in(place: Path, tables: Mapping[str, int]) -> None:
    """Make a copy the store, which has no tables yet; all of it or nothing.

    Raises:
        BackupDamaged: the copy does not hold what its manifest says.
    """
    if connection.vendor == "sqlite":
        _copy_in_sqlite(place, tables)
    else:
        _load(place, tables)


def has_tables() -> bool:
    """Whether the store holds anything."""
    return bool(connection.introspection.table_names())


def _copy_out_sqlite(place: Path) -> dict[str, int]:
    connection.ensure_connection()
    copy = _open_sqlite(place)
    try:
        # In one step: a copy in several would begin anew whenever somebody writes.
        connection.connection.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        return _rows_of_sqlite(copy)
    finally:
        copy.close()


def _copy_in_sqlite(place: Path, tables: Mapping[str, int]) -> None:
    copy = _open_sqlite(place)
    try:
        faults = [
            *copy.execute("PRAGMA integrity_check"),
            *copy.execute("PRAGMA foreign_key_check"),
        ]
        if faults != [("ok",)] or _rows_of_sqlite(copy) != dict(tables):
            raise _unlike_its_manifest()
    finally:
        copy.close()
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    # Into the folder of the store first: only a rename there is all or nothing.
    partial = target.with_name(f"{target.name}.partial")
    shutil.copyfile(place, partial)
    partial.chmod(0o600)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    partial.replace(target)


def _open_sqlite(place: Path) -> Any:
    # The module that Django itself runs on, which need not be the interpreter's own.
    return connection.Database.connect(str(place))  # type: ignore[attr-defined]


def _rows_of_sqlite(database: Any) -> dict[str, int]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return _count(sorted(name for (name,) in database.execute(query)), database.execute)


def _dump(place: Path) -> dict[str, int]:
    """Dump the very snapshot whose rows are counted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        counted = _rows_of_postgresql()
        _run("pg_dump", "-Fc", "--no-owner", "--no-acl", f"--snapshot={snapshot}", "-f", str(place))
    return counted


def _load(place: Path, tables: Mapping[str, int]) -> None:
    connection.close()
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl")
    name = str(connection.settings_dict["NAME"])
    _run("pg_restore", *options, "-d", name, str(place))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if _rows_of_postgresql() != dict(tables):
        raise _unlike_its_manifest()


def _rows_of_postgresql() -> dict[str, int]:
    with connection.cursor() as cursor:

        def ask(query: str) -> Any:
            cursor.execute(query)
            return cursor.fetchall()

        names = connection.introspection.get_table_list(cursor)
        return _count(sorted(each.name for each in names if each.type in {"t", "p"}), ask)


def _count(names: list[str], ask: Callable[[str], Any]) -> dict[str, int]:
    quoted = connection.ops.quote_name
    return {name: next(iter(ask(f"SELECT count(*) FROM {quoted(name)}")))[0] for name in names}


def _run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL; secrets go by the environment, where other users cannot look."""
    known = connection.get_connection_params()
    given = {f"PG{name.upper()}": str(known[name]) for name in _LIBPQ if known.get(name)}
    environment = {**os.environ, **given, "PGDATABASE": str(connection.settings_dict["NAME"])}
    if known.get("password"):
        environment["PGPASSWORD"] = str(known["password"])
    done = subprocess.run(
        [_program(program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [program]
        message = _("%(program)s failed: %(why)s")
        raise BackupDamaged(message % {"program": program, "why": lines[0][:300]})


def _program(name: str) -> str:
    """The program's place; Debian keeps those of each release in a folder of its own."""
    found = shutil.which(name)
    if found:
        return found
    places = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3])
    )
    if not places:
        raise FileNotFoundError(name)
    return str(places[-1])


def _unlike_its_manifest() -> BackupDamaged:
    return BackupDamaged(_("The backup does not hold what its manifest says."))
