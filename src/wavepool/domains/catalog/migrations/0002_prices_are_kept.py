"""A price that was ever set is never changed, whoever tries."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_WORDS = "catalog_pricechange: prices are never changed"
_POSTGRES = f"""
create function catalog_pricechange_kept() returns trigger language plpgsql as $$
begin
    raise exception '{_WORDS}' using errcode = 'integrity_constraint_violation';
end $$;
create trigger catalog_pricechange_kept before update on catalog_pricechange
for each row execute function catalog_pricechange_kept();
"""
_SQLITE = f"""
create trigger catalog_pricechange_kept before update on catalog_pricechange
for each row begin select raise(abort, '{_WORDS}'); end
"""


def keep(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Refuse every update of a price."""
    editor.execute(_POSTGRES if editor.connection.vendor == "postgresql" else _SQLITE)


def release(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Allow it again."""
    if editor.connection.vendor == "postgresql":
        editor.execute("drop trigger catalog_pricechange_kept on catalog_pricechange")
        editor.execute("drop function catalog_pricechange_kept()")
    else:
        editor.execute("drop trigger catalog_pricechange_kept")


class Migration(migrations.Migration):
    """Guard the table of prices."""

    dependencies: ClassVar = [("catalog", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(keep, release)]
