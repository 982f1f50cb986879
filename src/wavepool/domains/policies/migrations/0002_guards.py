"""The store itself refuses another text for an announced version, and two versions at one time."""

from __future__ import annotations

from typing import Final

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLE: Final = "policies_policyversion"
_CHANGED: Final = (
    "OLD.stage <> 'draft' AND (NEW.text <> OLD.text OR NEW.digest <> OLD.digest"
    " OR NEW.kind <> OLD.kind OR NEW.number <> OLD.number OR NEW.replaces <> OLD.replaces"
    " OR NEW.stage = 'draft' OR COALESCE(NEW.approved_by_id, 0) <> COALESCE(OLD.approved_by_id, 0))"
)
_OVERLAP: Final = (
    f"NEW.valid_from_at IS NOT NULL AND EXISTS (SELECT 1 FROM {_TABLE} o"
    " WHERE o.kind = NEW.kind AND o.id <> NEW.id AND o.valid_from_at IS NOT NULL"
    " AND (o.valid_until_at IS NULL OR NEW.valid_from_at < o.valid_until_at)"
    " AND (NEW.valid_until_at IS NULL OR o.valid_from_at < NEW.valid_until_at))"
)
_STANDS: Final = "an announced policy does not change"
_ALONE: Final = "two versions of a policy cannot be in force at one time"

_FUNCTION: Final = (
    "CREATE FUNCTION policy_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'UPDATE' THEN IF {_CHANGED} THEN RAISE EXCEPTION '{_STANDS}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; END IF; "
    f"IF {_OVERLAP} THEN RAISE EXCEPTION '{_ALONE}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
)
_TRIGGER: Final = (
    f"CREATE TRIGGER policy_guard AFTER INSERT OR UPDATE ON {_TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION policy_guard()"
)
_KEEP: Final = (
    f"CREATE TRIGGER policy_stands BEFORE UPDATE ON {_TABLE} WHEN {_CHANGED} "
    f"BEGIN SELECT RAISE(ABORT, '{_STANDS}'); END"
)
CREATE: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        _KEEP,
        *(
            f"CREATE TRIGGER policy_alone_{verb} AFTER {verb.upper()} ON {_TABLE} "
            f"WHEN {_OVERLAP} BEGIN SELECT RAISE(ABORT, '{_ALONE}'); END"
            for verb in ("insert", "update")
        ),
    ),
    "postgresql": (_FUNCTION, _TRIGGER),
}
DROP: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": tuple(
        f"DROP TRIGGER {name}"
        for name in ("policy_stands", "policy_alone_insert", "policy_alone_update")
    ),
    "postgresql": (
        f"DROP TRIGGER policy_guard ON {_TABLE}",
        "DROP FUNCTION policy_guard()",
    ),
}


def put_up(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in CREATE[editor.connection.vendor]:
        editor.execute(statement, params=None)


def take_down(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    for statement in DROP[editor.connection.vendor]:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [migrations.RunPython(put_up, take_down)]
