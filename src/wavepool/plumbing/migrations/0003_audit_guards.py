"""The store itself refuses to change or delete a row of the audit trail."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from wavepool.plumbing.audit import guards


def put_up(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers and the head."""
    for statement in guards.CREATE[editor.connection.vendor]:
        editor.execute(statement, params=None)
    apps.get_model("plumbing", "AuditHead").objects.create(id=1, number=0, digest="0" * 64)


def take_down(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers; the table goes with the migration before."""
    for statement in guards.DROP[editor.connection.vendor]:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0002_trail_keys_throttles_uploads")]  # noqa: RUF012

    operations = [migrations.RunPython(put_up, take_down)]  # noqa: RUF012
