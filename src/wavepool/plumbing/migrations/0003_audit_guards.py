"""The store itself appends to the audit trail and refuses to change or delete its rows."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from wavepool.plumbing.audit import appending, guards


def put_up(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers, the function that appends, and the head."""
    for statement in guards.CREATE[editor.connection.vendor]:
        editor.execute(statement, params=None)
    if editor.connection.vendor == "postgresql":
        editor.execute(appending.CREATE, params=None)
    apps.get_model("plumbing", "AuditHead").objects.create(id=1, number=0, digest="0" * 64)


def take_down(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them; the table goes with the migration before."""
    if editor.connection.vendor == "postgresql":
        editor.execute(appending.DROP, params=None)
    for statement in guards.DROP[editor.connection.vendor]:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0002_trail_keys_throttles_uploads")]

    operations = [migrations.RunPython(put_up, take_down)]
