"""Versions of who is paid, of levels and of tiers never overlap, whoever writes them."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

#: Each table and the columns within which its spans must not overlap.
TABLES: Final = (
    ("people_creatorpayee", ("creator_id",)),
    ("people_standing", ("creator_id", "kind")),
)
FAR: Final = "9999-12-31"


def guard(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put a trigger on every table of versions."""
    write = _postgres if editor.connection.vendor == "postgresql" else _sqlite
    for table, keys in TABLES:
        for statement in write(table, keys):
            editor.execute(statement)


def release(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers off again."""
    for table, _keys in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"drop trigger {table}_no_overlap on {table}")
            editor.execute(f"drop function {table}_no_overlap()")
        else:
            editor.execute(f"drop trigger {table}_no_overlap_insert")
            editor.execute(f"drop trigger {table}_no_overlap_update")


def _overlap(table: str, keys: tuple[str, ...]) -> str:
    same = " and ".join(f"other.{key} = new.{key}" for key in keys)
    return (
        f"select 1 from {table} other where {same} and other.id <> coalesce(new.id, -1)"
        f" and other.valid_from < coalesce(new.valid_to, '{FAR}')"
        f" and new.valid_from < coalesce(other.valid_to, '{FAR}')"
    )


def _sqlite(table: str, keys: tuple[str, ...]) -> list[str]:
    body = (
        f"when exists ({_overlap(table, keys)})"
        f" begin select raise(abort, '{table}: versions overlap'); end"
    )
    return [
        f"create trigger {table}_no_overlap_{event} before {event} on {table} for each row {body}"
        for event in ("insert", "update")
    ]


def _postgres(table: str, keys: tuple[str, ...]) -> list[str]:
    # The creator's row is locked first, so two writers of one creator take turns.
    function = (
        f"create function {table}_no_overlap() returns trigger language plpgsql as $$"
        " begin"
        " perform 1 from people_creator where id = new.creator_id for update;"
        f" if exists ({_overlap(table, keys)}) then"
        f" raise exception '{table}: versions overlap' using errcode = 'exclusion_violation';"
        " end if;"
        " return new;"
        " end $$"
    )
    trigger = (
        f"create trigger {table}_no_overlap before insert or update on {table}"
        f" for each row execute function {table}_no_overlap()"
    )
    return [function, trigger]


class Migration(migrations.Migration):
    """Triggers on both stores."""

    dependencies: ClassVar = [("people", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(guard, release)]
