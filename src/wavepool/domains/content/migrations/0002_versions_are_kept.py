"""What was published, and what was judged, is never changed, whoever tries."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLES: Final = ("content_pieceversion", "content_qualitymark")
_DEEDS: Final = ("update", "delete")


def _words(table: str) -> str:
    return f"{table}: rows are added and never changed"


def keep(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Refuse every update and delete."""
    is_postgres = editor.connection.vendor == "postgresql"
    for table in _TABLES:
        if is_postgres:
            editor.execute(
                f"create function {table}_kept() returns trigger language plpgsql as $$ begin "
                f"raise exception '{_words(table)}' "
                "using errcode = 'integrity_constraint_violation'; end $$"
            )
        for deed in _DEEDS:
            does = (
                f"execute function {table}_kept()"
                if is_postgres
                else f"begin select raise(abort, '{_words(table)}'); end"
            )
            editor.execute(
                f"create trigger {table}_{deed}_kept before {deed} on {table} for each row {does}"
            )


def release(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Allow it again."""
    is_postgres = editor.connection.vendor == "postgresql"
    for table in _TABLES:
        for deed in _DEEDS:
            of_table = f" on {table}" if is_postgres else ""
            editor.execute(f"drop trigger {table}_{deed}_kept{of_table}")
        if is_postgres:
            editor.execute(f"drop function {table}_kept()")


class Migration(migrations.Migration):
    """Guard the versions of pieces and the marks of quality."""

    dependencies: ClassVar = [("content", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(keep, release)]
