"""What the store itself keeps: an issued statement and its lines, and the close that issued them.

Payments are noted on an issued statement; nothing else of it ever changes. The texts below are of
this day; a later change of them is a later migration.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import migrations

#: What an issued statement keeps: everything but how much of it was paid, and when.
KEPT = (
    "id", "public_id", "take_id", "period", "payee_id", "currency", "commission_minor",
    "pool_micro", "award_micro", "agency_income_micro", "refund_minor", "agency_split_micro",
    "adjustment_minor", "held_minor", "carry_in_micro", "carry_out_micro", "debt_in_minor",
    "debt_out_minor", "payable_minor", "correction_minor", "owed_in_minor", "owed_out_minor",
    "tax_minor", "net_minor", "line_count", "estimated_minor", "issued_at",
)  # fmt: skip
#: Table, the fact after which a row stays, the columns that stay; none means the whole row.
ROWS = (
    ("statements_statement", "issued_at", KEPT, "an issued statement never changes"),
    ("statements_close", "issued_at", (), "a month that was issued stays closed"),
)
#: Tables of what belongs to a statement.
PARTS = (
    ("statements_line", "a line of an issued statement never changes"),
    ("statements_shift", "what is said of an issued statement never changes"),
)
EVENTS = (("changed", "UPDATE"), ("deleted", "DELETE"))

REFUSE = """
CREATE FUNCTION statements_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'statements: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
# Whole statements of SQL are looked at at once: an estimate of millions of lines is thrown away
# every night.
REFUSE_PARTS = """
CREATE FUNCTION statements_refuse_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM statements_statement AS s
        WHERE s.issued_at IS NOT NULL AND s.id IN (SELECT t.statement_id FROM touched AS t)
    ) THEN
        RAISE EXCEPTION 'statements: %', TG_ARGV[0]
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$
"""


def build(_apps: Any, schema_editor: Any) -> None:
    """Make the triggers."""
    run, vendor = partial(schema_editor.execute, params=None), schema_editor.connection.vendor
    if vendor == "postgresql":
        run(REFUSE)
        run(REFUSE_PARTS)
    for table, fact, names, sentence in ROWS:
        for name, event in EVENTS:
            other = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
            when = f"OLD.{fact} IS NOT NULL"
            if names and event == "UPDATE":
                changes = " OR ".join(f"NEW.{each} {other} OLD.{each}" for each in names)
                when = f"{when} AND ({changes})"
            head = f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} FOR EACH ROW"
            if vendor == "postgresql":
                run(f"{head} WHEN ({when}) EXECUTE FUNCTION statements_refuse('{sentence}')")
            else:
                run(_raising(f"{head} WHEN {when}", sentence))
    for table, sentence in PARTS:
        for name, event in EVENTS:
            if vendor == "postgresql":
                run(
                    f"CREATE TRIGGER {table}_{name} AFTER {event} ON {table}"
                    " REFERENCING OLD TABLE AS touched FOR EACH STATEMENT"
                    f" EXECUTE FUNCTION statements_refuse_parts('{sentence}')"
                )
            else:
                run(
                    _raising(
                        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} FOR EACH ROW"
                        " WHEN EXISTS (SELECT 1 FROM statements_statement AS s"
                        " WHERE s.id = OLD.statement_id AND s.issued_at IS NOT NULL)",
                        sentence,
                    )
                )


def unbuild(_apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    run, vendor = partial(schema_editor.execute, params=None), schema_editor.connection.vendor
    for table in [each[0] for each in (*ROWS, *PARTS)]:
        for name, _event in EVENTS:
            run(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if vendor == "postgresql" else ""))
    if vendor == "postgresql":
        run("DROP FUNCTION statements_refuse_parts")
        run("DROP FUNCTION statements_refuse")


def _raising(head: str, sentence: str) -> str:
    return f"{head} BEGIN SELECT RAISE(ABORT, 'statements: {sentence}'); END"


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("statements", "0020_corrections")]
    operations = [migrations.RunPython(build, unbuild)]
