"""A run's month becomes statements, if and only if it adds up to the minor unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Final

import pyarrow as pa
from django.db import transaction
from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import queries as credits
from wavepool.domains.people import queries as people
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line, Statement, Take
from wavepool.domains.statements.operations.shifting import note_shifts
from wavepool.domains.statements.operations.terms import apply_terms
from wavepool.domains.statements.tables import MonthTables, open_month
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.bulk import write_rows
from wavepool.plumbing.columns import table_of
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.ids import new_id

#: Rows that one transaction takes in.
CHUNK: Final = 50_000
#: What a statement gets after its lines are in.
_LATER: Final = (
    "correction_minor", "owed_in_minor", "owed_out_minor", "tax_minor", "paid_minor",
)  # fmt: skip
_NAMED: Final = pa.schema(
    [("payee_id", pa.int64()), ("currency", pa.string()), ("statement_id", pa.int64())]
)
Checkpoint = Callable[[int], None]


class StatementDoesNotAddUp(PlatformError):
    """A statement is not the sum of its lines; nothing of the month is shown."""

    kind = "statements.does_not_add_up"
    status: ClassVar[int] = 500

    def __init__(self, statement: str, *, is_minor: int, should_be: int) -> None:
        super().__init__(
            _("Statement %(id)s does not add up: its lines give %(is)d and it says %(should)d.")
            % {"id": statement, "is": is_minor, "should": should_be}
        )
        self.statement = statement


class PayeeUnknown(PlatformError):
    """The run pays somebody whom the platform does not know."""

    kind = "statements.payee_unknown"
    status: ClassVar[int] = 500

    def __init__(self, payee_ids: list[int]) -> None:
        named = ", ".join(map(str, payee_ids[:5]))
        super().__init__(_("The run pays payees that are not here: %(ids)s.") % {"ids": named})
        self.payee_ids = payee_ids


def nothing_more(_rows: int) -> None:
    """A checkpoint for whoever needs none."""


def take_in(
    *,
    run_id: str,
    period: str,
    actor: Actor,
    as_of: datetime,
    checkpoint: Checkpoint = nothing_more,
) -> Take | None:
    """Take a run's month in; once, however often and by however many it is asked.

    Statements and lines come in chunks, each with its cursor; they are shown when the last one is
    in and every statement is the sum of its lines. An earlier estimate of the month goes then, but
    for the one that was put to objection: it goes with the final statements.

    Args:
        run_id: public id of a run that is done.
        period: a month of it.
        checkpoint: told in each chunk's transaction how many rows are in.

    Returns:
        The take; None where the month's final statements are in already.

    Raises:
        PayeeUnknown: a payee of the run is nobody's here.
        StatementDoesNotAddUp: a statement and its lines disagree.
    """
    run = credits.get_run(run_id)
    final = queries.find_final_take(period)
    if final is not None:
        return final if final.run_id == run.pk else None
    asked = Take(run=run, period=period, is_final=run.kind == "final", as_of=run.as_of)
    Take.objects.bulk_create([asked], ignore_conflicts=True)
    take = Take.objects.get(run=run, period=period)
    if take.taken_at is None:
        ends_at = queries.month_of_period(period, at=run.as_of).ends_at
        folder = credits.run_folder(run)
        with open_month(folder, period, ends_ms=_millis(ends_at)) as month:
            _Taking(take, month, actor=actor, as_of=as_of, checkpoint=checkpoint).do()
    return take


class _Taking:
    """One taking in: statements first, then lines by their numbers, then the proof."""

    def __init__(
        self,
        take: Take,
        month: MonthTables,
        *,
        actor: Actor,
        as_of: datetime,
        checkpoint: Checkpoint,
    ) -> None:
        self.take = take
        self.month = month
        self.actor = actor
        self.as_of = as_of
        self.checkpoint = checkpoint
        self.statements = month.statements()
        self.line_count = month.line_count()
        self.has_names = False

    def do(self) -> None:
        _ensure_known(self.statements)
        heads, total = self.statements.num_rows, self.statements.num_rows + self.line_count
        while True:
            self.take.refresh_from_db()
            if self.take.taken_at is not None:
                return
            done = self.take.taken_rows
            upto = min(done + CHUNK, heads if done < heads else total)
            with transaction.atomic():
                mine = Take.objects.filter(pk=self.take.pk, taken_at=None, taken_rows=done)
                if not mine.update(taken_rows=upto):
                    continue
                if done < heads:
                    self._write_heads(done, upto)
                elif done < total:
                    self._write_lines(done - heads, upto - done)
                self.checkpoint(upto)
                if upto == total:
                    self._finish()
                    return

    def _write_heads(self, first: int, upto: int) -> None:
        rows = self.statements.slice(first, upto - first)
        ids = pa.array([new_id("stm") for _row in range(rows.num_rows)], pa.string())
        nothing = pa.array([0] * rows.num_rows, pa.int64())
        more = {
            "public_id": ids,
            "take_id": pa.repeat(pa.scalar(self.take.pk, pa.int64()), rows.num_rows),
            "period": pa.repeat(pa.scalar(self.take.period), rows.num_rows),
            "net_minor": rows.column("payable_minor"),
            **dict.fromkeys(_LATER, nothing),
        }
        for name, column in more.items():
            rows = rows.append_column(name, column)
        write_rows(Statement, rows)

    def _write_lines(self, first: int, count: int) -> None:
        if not self.has_names:
            found = Statement.objects.filter(take=self.take).order_by("pk")
            named = found.values_list("payee_id", "currency", "pk")
            self.month.name_statements(table_of(_NAMED, named))
            self.has_names = True
        lines = self.month.lines(first, count)
        take_id = pa.repeat(pa.scalar(self.take.pk, pa.int64()), lines.num_rows)
        write_rows(Line, lines.append_column("take_id", take_id))

    def _finish(self) -> None:
        """Corrections, tax, the proof, what changed since the estimate; then it is shown."""
        take = self.take
        ensure_adds_up(take)
        apply_terms(take, actor=self.actor, as_of=self.as_of)
        put = queries.find_put_to_objection(take.period)
        before = put or queries.find_estimate(take.period)
        if take.is_final and before is not None:
            note_shifts(take, before)
        kept = {take.pk} if take.is_final or put is None else {take.pk, put.pk}
        older = Take.objects.filter(period=take.period, is_final=False).exclude(pk__in=kept)
        older.filter(taken_at__isnull=False, as_of__lte=take.as_of).delete()
        Take.objects.filter(pk=take.pk).update(taken_at=self.as_of, totals=_totals(take))
        take.refresh_from_db()
        audit.record(
            kind="statements.taken_in",
            subject=f"statements/{take.period}",
            actor=self.actor,
            at=self.as_of,
            data={"run": take.run.public_id, "totals": take.totals},
        )


def ensure_adds_up(take: Take) -> None:
    """Hold every statement against its lines.

    Raises:
        StatementDoesNotAddUp: the first that differs.
    """
    lines = Line.objects.filter(take=take).exclude(kind=Line.Kind.CORRECTION)
    shown = Case(
        When(is_held=True, then=Value(0)), default=F("amount_minor"), output_field=BigIntegerField()
    )
    sums = lines.values("statement_id", "statement__public_id", "statement__payable_minor")
    wrong = sums.annotate(shown=Coalesce(Sum(shown), Value(0))).exclude(
        shown=F("statement__payable_minor")
    )
    found = wrong.order_by("statement_id").first()
    if found is not None:
        raise StatementDoesNotAddUp(
            found["statement__public_id"],
            is_minor=found["shown"],
            should_be=found["statement__payable_minor"],
        )
    # A sum over lines says nothing of who has none. Asked by statement alone: a store that has not
    # counted the new rows yet would go through all lines of the take for each.
    bare = Statement.objects.filter(take=take).exclude(payable_minor=0)
    own = Line.objects.filter(statement_id=OuterRef("pk")).exclude(kind=Line.Kind.CORRECTION)
    missed = bare.filter(~Exists(own)).order_by("pk").first()
    if missed is not None:
        raise StatementDoesNotAddUp(missed.public_id, is_minor=0, should_be=missed.payable_minor)


def _ensure_known(statements: pa.Table) -> None:
    given = statements.column("payee_id").to_pylist()
    known = people.kinds_of_payees(given)
    unknown = sorted(set(given) - known.keys())
    if unknown:
        raise PayeeUnknown(unknown)


def _totals(take: Take) -> dict[str, dict[str, int]]:
    names = ("payable_minor", "net_minor", "tax_minor", "held_minor", "debt_out_minor")
    rows = Statement.objects.filter(take=take).values("currency")
    sums: Any = rows.annotate(**{f"sum_{name}": Sum(name) for name in names}).order_by("currency")
    return {row["currency"]: {name: int(row[f"sum_{name}"]) for name in names} for row in sums}


def _millis(at: datetime) -> int:
    return int(at.timestamp()) * 1_000
