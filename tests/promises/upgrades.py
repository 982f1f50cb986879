"""May code of the last release work on a schema of this one? Judged by migrations and by tables.

While a site is upgraded, processes of both releases run beside each other on the
new schema. So a migration may add tables and columns that old code need not
know, and nothing that it would stumble over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState, StateApps
from django.db.models import NOT_PROVIDED

#: The last migration of each app that code of the last release knows. Raised by each release,
#: never meanwhile; an app that is not named here is new in this one.
RELEASED: Final = {
    "plumbing": "0010_approvals",
    "people": "0002_no_overlaps",
    "policies": "0002_guards",
    "catalog": "0002_prices_are_kept",
    "ledger": "0002_immutable",
}
#: Operations that old code does not notice.
_UNNOTICED: Final = (
    operations.CreateModel,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
)


def complaints(migration: Migration, known: frozenset[str]) -> Iterator[str]:
    """What of a migration old code would stumble over, in words.

    Args:
        migration: a migration that came after the last release.
        known: models of its app that the last release has, lower case.
    """
    for operation in migration.operations:
        said = f"{migration.app_label}.{migration.name}: {operation.describe()}"
        name = str(getattr(operation, "model_name", "")).lower()
        is_new = bool(name) and name not in known
        if isinstance(operation, _UNNOTICED) or is_new:
            continue
        if isinstance(operation, operations.AddField):
            if not _may_be_left_out(operation.field):
                yield f"{said}: old code leaves it out"
        elif getattr(operation, "hints", {}).get("unnoticed_by_old_code"):
            continue
        elif isinstance(operation, operations.RunPython | operations.RunSQL):
            yield f"{said}: nobody says that old code does not notice it"
        else:
            yield f"{said}: old code expects what was there"


def every_complaint(loader: MigrationLoader | None = None) -> list[str]:
    """Complaints about every migration of ours that came after the last release."""
    loader = loader or MigrationLoader(None)
    found: list[str] = []
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in RELEASED and name > RELEASED[app]:
            state = loader.project_state([(app, RELEASED[app])])
            known = frozenset(model for label, model in state.models if label == app)
            found += complaints(migration, known)
    return found


def released_state() -> ProjectState:
    """The models of the last release."""
    return MigrationLoader(None).project_state(list(RELEASED.items()))


def strange_columns(old: StateApps) -> list[str]:
    """What models of the last release miss in the tables of the store, or would leave empty there."""
    found = []
    with connection.cursor() as cursor:
        for model in old.get_models(include_auto_created=True):
            if model._meta.app_label not in RELEASED:
                continue
            table = model._meta.db_table
            there = {
                each.name: each
                for each in connection.introspection.get_table_description(cursor, table)
            }
            wanted = {field.column for field in model._meta.concrete_fields}
            found += [f"{table}.{name} is gone" for name in sorted(wanted - set(there))]
            found += [
                f"{table}.{name} must be filled"
                for name in sorted(set(there) - wanted)
                if not there[name].null_ok and there[name].default is None
            ]
    return found


def _may_be_left_out(field: models.Field[Any, Any]) -> bool:
    """Whether a row can be written by who does not know the column."""
    has_default = getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED
    return field.many_to_many or bool(field.null) or has_default
