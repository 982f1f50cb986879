"""Triggers that keep the audit trail append-only, in each store's own words."""

from __future__ import annotations

from typing import Final

from django.db import connection

_TABLE: Final = "plumbing_auditrow"
_REFUSAL: Final = "the audit trail is append-only"
_FUNCTION: Final = (
    "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
)
NAMES: Final = ("audit_no_update", "audit_no_delete", "audit_no_truncate")

CREATE: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{verb} BEFORE {verb.upper()} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        _FUNCTION,
        *(
            f"CREATE TRIGGER audit_no_{verb} BEFORE {verb.upper()} ON {_TABLE} "
            f"FOR EACH {each} EXECUTE FUNCTION audit_refuse()"
            for verb, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
        ),
    ),
}
DROP: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": tuple(f"DROP TRIGGER audit_no_{verb}" for verb in ("update", "delete")),
    "postgresql": (
        *(f"DROP TRIGGER {name} ON {_TABLE}" for name in NAMES),
        "DROP FUNCTION audit_refuse()",
    ),
}
_STANDING: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": (
        "SELECT tgname FROM pg_trigger"
        " WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal AND tgenabled <> 'D'"
    ),
}


def missing_guards() -> tuple[str, ...]:
    """Triggers that ought to stand and do not, as after somebody tampered."""
    wanted = NAMES if connection.vendor == "postgresql" else NAMES[:2]
    with connection.cursor() as cursor:
        cursor.execute(_STANDING[connection.vendor], [_TABLE])
        standing = {name for (name,) in cursor.fetchall()}
    return tuple(name for name in wanted if name not in standing)
