"""Facts are added and never changed: what was agreed, what was set once, what was given back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_AGREED = (
    "order_id",
    "item_id",
    "quantity",
    "currency",
    "paid_minor",
    "platform_coupon_minor",
    "shipping_minor",
    "tax_minor",
    "link_code",
)
_ONCE = ("paid_at", "received_at", "known_at")
_FACTS = ("orders_refund", "orders_cancellation", "orders_feedback")
_LINE = "orders_orderline: what was agreed or has happened is never changed"


def _differs(name: str, vendor: str) -> str:
    word = "is distinct from" if vendor == "postgresql" else "is not"
    return f"old.{name} {word} new.{name}"


def _line_changed(vendor: str) -> str:
    agreed = [_differs(name, vendor) for name in _AGREED]
    once = [f"(old.{name} is not null and {_differs(name, vendor)})" for name in _ONCE]
    return " or ".join([*agreed, *once])


def _guards(vendor: str) -> list[tuple[str, str, str, str, str]]:
    """(name, table, event, condition, words) of each trigger."""
    line = "orders_orderline"
    found = [
        ("orders_line_kept", line, "update", _line_changed(vendor), _LINE),
        ("orders_line_stays", line, "delete", "", f"{line}: lines are never deleted"),
    ]
    for table in _FACTS:
        for event in ("update", "delete"):
            words = f"{table}: facts are added and never changed"
            found.append((f"{table}_no_{event}", table, event, "", words))
    return found


def keep(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Refuse to change or delete a fact."""
    vendor = editor.connection.vendor
    for name, table, event, condition, words in _guards(vendor):
        when = f"when ({condition})" if condition else ""
        if vendor == "postgresql":
            editor.execute(
                f"create function {name}() returns trigger language plpgsql as $$ begin "
                f"raise exception '{words}' using errcode = 'integrity_constraint_violation'; "
                "end $$"
            )
            editor.execute(
                f"create trigger {name} before {event} on {table} "
                f"for each row {when} execute function {name}()"
            )
        else:
            editor.execute(
                f"create trigger {name} before {event} on {table} for each row {when} "
                f"begin select raise(abort, '{words}'); end"
            )


def release(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Allow it again."""
    vendor = editor.connection.vendor
    for name, table, _event, _condition, _words in _guards(vendor):
        if vendor == "postgresql":
            editor.execute(f"drop trigger {name} on {table}")
            editor.execute(f"drop function {name}()")
        else:
            editor.execute(f"drop trigger {name}")


class Migration(migrations.Migration):
    """Guard the facts."""

    dependencies: ClassVar = [("orders", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(keep, release)]
