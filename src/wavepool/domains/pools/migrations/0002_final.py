"""What the store itself keeps: drafts never change, months go forward only, releases stay.

The texts below are of this day; a later change of them is a later migration.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import migrations

PUBLISHED = ("published_id", "published_at", "objection_ends_at", "name", "starts_at", "ends_at")
CLOSED = ("final_id", "closed_at", "closed_by")
PAID = ("paid_at", "paid_by", "payment_reference")


def kept(fact: str, names: tuple[str, ...]) -> str:
    """Once a fact is there, these columns stay; {other} is the store's word for "is another"."""
    changes = " OR ".join(f"NEW.{name} IS {{other}} OLD.{name}" for name in names)
    return f"(OLD.{fact} IS NOT NULL AND ({changes}))"


# Table, name, what is refused, when, and the sentence.
RULES = (
    (
        "pools_period",
        "changed",
        "UPDATE",
        " OR ".join(
            (kept("published_at", PUBLISHED), kept("closed_at", CLOSED), kept("paid_at", PAID))
        ),
        "a month goes forward only",
    ),
    ("pools_period", "deleted", "DELETE", "", "a month stays"),
    ("pools_pooldraft", "changed", "UPDATE", "", "a draft never changes"),
    ("pools_pooldraft", "deleted", "DELETE", "", "a draft stays"),
    ("pools_poolscene", "changed", "UPDATE", "", "a draft never changes"),
    ("pools_poolscene", "deleted", "DELETE", "", "a draft stays"),
    ("pools_share", "changed", "UPDATE", "", "a share never changes"),
    ("pools_share", "deleted", "DELETE", "", "a share stays"),
    ("pools_objection", "changed", "UPDATE", "OLD.outcome <> 'open'", "an answer stands"),
    ("pools_objection", "deleted", "DELETE", "", "an objection stays"),
    ("pools_fundrelease", "changed", "UPDATE", "", "a release never changes"),
    ("pools_fundrelease", "deleted", "DELETE", "", "a release stays"),
)

REFUSE = """
CREATE FUNCTION pools_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'pools: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def build(_apps: Any, schema_editor: Any) -> None:
    """Make the triggers."""
    run, vendor = partial(schema_editor.execute, params=None), schema_editor.connection.vendor
    if vendor == "postgresql":
        run(REFUSE)
    for table, name, event, condition, sentence in RULES:
        other = "DISTINCT FROM" if vendor == "postgresql" else "NOT"
        when = f"WHEN ({condition.format(other=other)})" if condition else ""
        head = f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} FOR EACH ROW {when}"
        if vendor == "postgresql":
            run(f"{head} EXECUTE FUNCTION pools_refuse('{sentence}')")
        else:
            run(f"{head} BEGIN SELECT RAISE(ABORT, 'pools: {sentence}'); END")


def unbuild(_apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    run, vendor = partial(schema_editor.execute, params=None), schema_editor.connection.vendor
    for table, name, _event, _condition, _sentence in RULES:
        run(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if vendor == "postgresql" else ""))
    if vendor == "postgresql":
        run("DROP FUNCTION pools_refuse")


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("pools", "0001_initial")]
    operations = [migrations.RunPython(build, unbuild)]
