"""The bulk door: orders of an older platform, as the engine's tables, with the ids they had."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.orders import tables
from wavepool.domains.orders.models import (
    AMOUNT_MAX,
    Cancellation,
    Feedback,
    Order,
    OrderLine,
    Refund,
)
from wavepool.domains.people import queries as people
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.ids import new_id

CHUNK: Final = 5_000
Row = TypeVar("Row", bound=Model)


class HistoryRefused(PlatformError):
    """A table cannot be taken over as it is; nothing of it was."""

    kind = "orders.history_refused"
    status: ClassVar[int] = 422

    def __init__(self, *, table: str, rule: str, value: object) -> None:
        super().__init__(f"{table}: {rule}: {value}")
        self.table = table
        self.rule = rule
        self.value = value


def take_over_orders(
    lines: pa.Table,
    refunds: pa.Table,
    cancellations: pa.Table,
    feedback: pa.Table,
    *,
    actor: Actor,
    as_of: datetime,
) -> int:
    """Take paid history over, chunk by chunk; ids stay, rows that are here already are left out.

    Killed in between, the same call goes on where it was: a chunk is there whole or
    not at all. Lines name items by their key; digests stay empty, since nobody here
    knows what was in force.

    Args:
        lines, refunds, cancellations, feedback: the engine's tables, ids int64, times epoch ms.

    Returns:
        Lines that were added.

    Raises:
        HistoryRefused: a row breaks a rule of the engine's contract; nothing was written.
    """
    _check(lines, refunds, cancellations)
    taken = 0
    owners = _owners()
    for rows in tables.records(_in_order(lines), tables.LINES, size=CHUNK):
        taken += _take_lines(rows, owners, as_of=as_of)
    for rows in tables.records(refunds, tables.REFUNDS, size=CHUNK):
        _add_refunds(rows, as_of=as_of)
    for rows in tables.records(cancellations, tables.CANCELLATIONS, size=CHUNK):
        _add_cancellations(rows, as_of=as_of)
    for rows in tables.records(feedback, tables.FEEDBACK, size=CHUNK):
        _add(Feedback, rows, "feedback_id", lambda row: _feedback(row, as_of=as_of))
    with transaction.atomic():
        _move_sequences()
        audit.record(
            kind="orders.taken_over",
            subject="orders",
            actor=actor,
            at=as_of,
            data={"lines": taken, "refunds": refunds.num_rows, "feedback": feedback.num_rows},
        )
    return taken


def _check(lines: pa.Table, refunds: pa.Table, cancellations: pa.Table) -> None:
    """The contract's rules that a store would refuse later, or not at all."""
    for name in ("paid_minor", "platform_coupon_minor", "shipping_minor", "tax_minor"):
        if name in lines.column_names and lines.num_rows:
            ends = pc.min_max(lines[name]).as_py()
            if ends["min"] is not None and ends["min"] < 0:
                raise HistoryRefused(table="order_lines", rule="negative amount", value=ends["min"])
            if ends["max"] is not None and ends["max"] > AMOUNT_MAX:
                raise HistoryRefused(table="order_lines", rule="huge amount", value=ends["max"])
    paid = dict(zip(lines["line_id"].to_pylist(), lines["paid_minor"].to_pylist(), strict=True))
    if len(paid) != lines.num_rows:
        raise HistoryRefused(table="order_lines", rule="duplicate key", value="line_id")
    for line_id, sum_minor in _sums(refunds).items():
        if sum_minor > paid.get(line_id, sum_minor):
            raise HistoryRefused(table="refunds", rule="refunds above paid", value=line_id)
    strangers = set(refunds["line_id"].to_pylist()) | set(cancellations["line_id"].to_pylist())
    strangers -= paid.keys()
    for line_id in sorted(strangers - _known(OrderLine, strangers)):
        raise HistoryRefused(table="refunds", rule="unknown reference", value=line_id)
    shops = dict(zip(lines["item_id"].to_pylist(), lines["shop_id"].to_pylist(), strict=True))
    here = catalog.item_shops(shops)
    for item_id in sorted(shops):
        if here.get(item_id) != shops[item_id]:
            raise HistoryRefused(table="order_lines", rule="item of another shop", value=item_id)


def _sums(refunds: pa.Table) -> dict[int, int]:
    sums: dict[int, int] = {}
    for line_id, minor in zip(
        refunds["line_id"].to_pylist(), refunds["refund_minor"].to_pylist(), strict=True
    ):
        sums[line_id] = sums.get(line_id, 0) + minor
    return sums


def _in_order(lines: pa.Table) -> pa.Table:
    """Lines of one order side by side; a chunk's edge may still cut one in two."""
    return lines.sort_by([("order_id", "ascending"), ("line_id", "ascending")])


def _owners() -> frozenset[int]:
    """Accounts of this site: orders of theirs stand on their pages."""
    return frozenset(people.list_accounts().values_list("pk", flat=True))


def _take_lines(rows: list[dict[str, Any]], owners: frozenset[int], *, as_of: datetime) -> int:
    with transaction.atomic():
        here = _known(OrderLine, [row["line_id"] for row in rows])
        fresh = [row for row in rows if row["line_id"] not in here]
        _add_orders(fresh, owners)
        OrderLine.objects.bulk_create([_line(row, as_of=as_of) for row in fresh], batch_size=1_000)
        return len(fresh)


def _add_orders(rows: list[dict[str, Any]], owners: frozenset[int]) -> None:
    """The orders of these lines; one that an earlier chunk began gets their sums added."""
    by_order: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_order.setdefault(row["order_id"], []).append(row)
    standing = {each.pk: each for each in Order.objects.filter(pk__in=by_order)}
    for order_id, order in standing.items():
        order.total_minor += sum(row["paid_minor"] for row in by_order[order_id])
        order.save(update_fields=["total_minor"])
    Order.objects.bulk_create(
        [_order(lines, owners) for key, lines in by_order.items() if key not in standing],
        batch_size=1_000,
    )


def _order(lines: list[dict[str, Any]], owners: frozenset[int]) -> Order:
    first = lines[0]
    received = [row["received_at"] for row in lines]
    is_received = all(received)
    return Order(
        pk=first["order_id"],
        public_id=new_id("or"),
        shop_id=first["shop_id"],
        account_id=first["buyer_id"] if first["buyer_id"] in owners else None,
        buyer_id=first["buyer_id"],
        currency=first["currency"],
        source=Order.Source.HISTORY,
        state=Order.State.RECEIVED if is_received else Order.State.PAID,
        total_minor=sum(row["paid_minor"] for row in lines),
        placed_at=min(row["paid_at"] for row in lines),
        paid_at=min(row["paid_at"] for row in lines),
        received_at=max(received) if is_received else None,
    )


def _line(row: dict[str, Any], *, as_of: datetime) -> OrderLine:
    optional = ("platform_coupon_minor", "shipping_minor", "tax_minor")
    return OrderLine(
        pk=row["line_id"],
        order_id=row["order_id"],
        item_id=row["item_id"],
        quantity=row["quantity"],
        currency=row["currency"],
        paid_minor=row["paid_minor"],
        paid_at=row["paid_at"],
        received_at=row["received_at"],
        known_at=as_of,
        **{name: row[name] or 0 for name in optional},
    )


def _add_refunds(rows: list[dict[str, Any]], *, as_of: datetime) -> None:
    """Refunds, and their sums on the lines and orders that they are of."""
    with transaction.atomic():
        here = _known(Refund, [row["refund_id"] for row in rows])
        fresh = [_refund(row, as_of=as_of) for row in rows if row["refund_id"] not in here]
        Refund.objects.bulk_create(fresh, batch_size=1_000)
        lines = OrderLine.objects.filter(pk__in={each.line_id for each in fresh})
        lines.update(refunded_minor=_sum(Refund, "line", "refund_minor"))
        orders = Order.objects.filter(pk__in=lines.values("order"))
        orders.update(refunded_minor=_sum(OrderLine, "order", "refunded_minor"))


def _sum(model: type[Model], owner: str, field: str) -> Any:
    """The sum of a field over the rows of an owner."""
    rows = model._default_manager.filter(**{owner: OuterRef("pk")}).order_by()
    total = rows.values(owner).annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total), Value(0))


def _refund(row: dict[str, Any], *, as_of: datetime) -> Refund:
    return Refund(
        pk=row["refund_id"],
        line_id=row["line_id"],
        refund_minor=row["refund_minor"],
        refunded_at=row["refunded_at"],
        known_at=as_of,
    )


def _feedback(row: dict[str, Any], *, as_of: datetime) -> Feedback:
    return Feedback(
        pk=row["feedback_id"],
        line_id=row["line_id"],
        piece_id=row["piece_id"],
        kind=row["kind"],
        score_ppm=row["score_ppm"],
        given_at=row["given_at"],
        known_at=as_of,
    )


def _add(
    model: type[Row],
    rows: list[dict[str, Any]],
    key: str,
    make: Callable[[dict[str, Any]], Row],
) -> None:
    with transaction.atomic():
        here = _known(model, [row[key] for row in rows])
        fresh = [make(row) for row in rows if row[key] not in here]
        model._default_manager.bulk_create(fresh, batch_size=1_000)


def _add_cancellations(rows: list[dict[str, Any]], *, as_of: datetime) -> None:
    with transaction.atomic():
        of_lines = Cancellation.objects.filter(line__in=[row["line_id"] for row in rows])
        here = set(of_lines.values_list("line_id", flat=True))
        Cancellation.objects.bulk_create(
            [
                Cancellation(
                    line_id=row["line_id"], cancelled_at=row["cancelled_at"], known_at=as_of
                )
                for row in rows
                if row["line_id"] not in here
            ],
            batch_size=1_000,
        )
        Order.objects.filter(
            lines__in=[row["line_id"] for row in rows], state=Order.State.PAID
        ).exclude(lines__cancellation=None).update(state=Order.State.CANCELLED)


def _known(model: type[Model], keys: Iterable[int]) -> set[int]:
    return set(model._default_manager.filter(pk__in=list(keys)).values_list("pk", flat=True))


def _move_sequences() -> None:
    """Let the store count on behind the ids that came with the rows."""
    models = [Order, OrderLine, Refund, Cancellation, Feedback]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
