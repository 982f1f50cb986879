"""Runs: which there are, which one counts, and the tables that lie in their folders."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits.models import Run
from wavepool.domains.credits.tables import TableNotFound, read_table, table_names
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.states import State, Tone

__all__ = ["NoSuchRun", "TableNotFound"]
_TONES: Final[dict[str, Tone]] = {
    "queued": "neutral",
    "running": "info",
    "done": "ok",
    "failed": "error",
}
#: Why a final run failed whose season has rows that cannot be counted: somebody puts them right.
ROWS_LEFT_OUT: Final = "credits.rows_left_out"
#: Rejected rows that a page shows.
REJECTS_SHOWN: Final = 200


class NoSuchRun(PlatformError):
    """No run of this kind is done yet, or its folder was given up."""

    kind = "credits.no_such_run"
    status: ClassVar[int] = 404


def seasons_folder() -> Path:
    """Where the inputs of runs lie, each under its digest."""
    return Path(settings.DATA_DIR) / "seasons"


def season_folder(run: Run) -> Path:
    """The input of a run."""
    return seasons_folder() / (run.input_digest or "none")


def run_folder(run: Run) -> Path:
    """The results of a run; of one that repeats another, those of the other."""
    return Path(settings.DATA_DIR) / "runs" / (run.same_as or run).public_id


def list_runs() -> QuerySet[Run]:
    """Every run."""
    return Run.objects.select_related("same_as")


def get_run(public_id: str) -> Run:
    """A run by its public id.

    Raises:
        NotFound: there is none.
    """
    rows = Run.objects.select_related("opening", "same_as")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such run."))
    return found


def latest_run(kind: str = "draft") -> Run | None:
    """The run that the pages show: done, with a folder of its own, found true most recently."""
    rows = Run.objects.filter(kind=kind, state=Run.State.DONE, same_as=None, pruned_at=None)
    return rows.order_by("-confirmed_at", "-pk").first()


def find_run_of_key(key: str) -> Run | None:
    """The finished run of this very input under these very rules."""
    rows = Run.objects.filter(key=key, state=Run.State.DONE, same_as=None, pruned_at=None)
    return rows.first()


def find_last_final(before: str = "") -> Run | None:
    """The final run of the latest settled month, or of the latest before one."""
    rows = Run.objects.filter(
        kind=Run.Kind.FINAL, state=Run.State.DONE, same_as=None, pruned_at=None
    )
    if before:
        rows = rows.filter(period__lt=before)
    return rows.order_by("-period").first()


def read_run(
    run: Run,
    table: str,
    *,
    period: str,
    where: str = "",
    params: Sequence[Any] = (),
    columns: str = "*",
) -> pa.Table:
    """Rows of one table of a run's month, read from its file and from nowhere else.

    Args:
        run: one that is done.
        table: as docs/output.md calls it, such as "credits" or "state/carries".
        period: the month.
        where: a condition with `?` for each of `params`, e.g. "payee_id = ?".
        columns: what to select, e.g. "currency, sum(amount_minor) as amount_minor".

    Raises:
        NoSuchRun: it is not done, or its folder was given up.
        TableNotFound: it has no such table in that month.
    """
    if run.state != Run.State.DONE or run.pruned_at is not None:
        raise NoSuchRun(_("The results of this run are not there."))
    return read_table(
        run_folder(run), table, period=period, where=where, params=params, columns=columns
    )


def tables_of(run: Run, period: str) -> tuple[str, ...]:
    """The tables that a run has in a month."""
    return table_names(run_folder(run), period)


def count_rows(run: Run) -> dict[str, dict[str, int]]:
    """Rows of each table by month, from the manifest of a settlement that is done."""
    path = run_folder(run) / "manifest.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    return {
        period: {name: table["rows"] for name, table in sorted(tables.items())}
        for period, tables in document["tables"].items()
    }


def list_rejects(
    run: Run, *, beside: Collection[str] = (), at_most: int | None = REJECTS_SHOWN
) -> list[dict[str, Any]]:
    """The rows that a run left out: table, key, rule, column and value.

    Args:
        beside: tables whose rows are not listed.
        at_most: how many of the first; None for all of them.
    """
    path = run_folder(run) / "rejects.parquet"
    if not path.exists():
        return []
    table = pq.read_table(
        path, filters=[("table_name", "not in", list(beside))] if beside else None
    )
    found: list[dict[str, Any]] = table.slice(0, at_most).to_pylist()
    return found


def state_of_run(run: Run) -> State:
    """A run's state as a badge."""
    if run.pruned_at is not None:
        why: Any = _("Its results were given up to save room; nothing refers to them")
        return State(name="pruned", label=_("Given up"), why=why)
    if run.same_as_id is not None:
        why = _("The same input under the same rules was settled before; nothing changed")
        return State(name="repeated", label=_("Nothing new"), tone="ok", why=why)
    why = run.failure if run.state == Run.State.FAILED else run.stage
    return State(name=run.state, label=Run.State(run.state).label, tone=_TONES[run.state], why=why)


def run_href(run: Run) -> str:
    """The address of a run's page."""
    return reverse("credits.run", args=[run.public_id])


def run_state_choices() -> list[tuple[str, Any]]:
    """States as a filter offers them."""
    return list(Run.State.choices)


def run_kind_choices() -> list[tuple[str, Any]]:
    """Kinds as a filter offers them."""
    return list(Run.Kind.choices)
