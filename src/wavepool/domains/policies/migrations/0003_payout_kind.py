"""A tenth kind of policy: payout. On one store a changed check makes the table anew, without triggers."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar, Final

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_GUARDS: Final = import_module("wavepool.domains.policies.migrations.0002_guards")
_BEFORE: Final = (
    "attribution",
    "commission",
    "hold",
    "level",
    "pool",
    "programme",
    "tier",
    "traffic",
    "value",
)
_NAME: Final = "policy_kind_known"
_UNNOTICED: Final = {"unnoticed_by_old_code": True}


def keep(_apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Nothing is lost on the way forward."""


def forget(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop versions of the kind that the release before does not know."""
    if editor.connection.vendor == "postgresql":
        # A table with checks that wait for the commit cannot be altered.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    apps.get_model("policies", "PolicyVersion").objects.filter(kind="payout").delete()


def _known(kinds: tuple[str, ...]) -> models.CheckConstraint:
    return models.CheckConstraint(name=_NAME, condition=models.Q(kind__in=sorted(kinds)))


class AllowMore(migrations.AddConstraint):
    """A check that allows what it allowed before and more; code of the last release writes that."""

    hints: ClassVar = {"unnoticed_by_old_code": True}


class Migration(migrations.Migration):
    dependencies = [("policies", "0002_guards")]

    operations = [
        migrations.RunPython(_GUARDS.take_down, _GUARDS.put_up, hints=_UNNOTICED),
        migrations.RemoveConstraint(model_name="policyversion", name=_NAME),
        AllowMore(model_name="policyversion", constraint=_known((*_BEFORE, "payout"))),
        migrations.RunPython(keep, forget, hints=_UNNOTICED),
        migrations.RunPython(_GUARDS.put_up, _GUARDS.take_down, hints=_UNNOTICED),
    ]
