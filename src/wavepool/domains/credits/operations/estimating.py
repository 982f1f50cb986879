"""Lines within seconds of payment, and the same lines as the nightly run counts them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from wavepool.domains.credits import queries
from wavepool.domains.credits.models import EstimatedLine, EstimateMark, Run
from wavepool.domains.credits.operations import sources
from wavepool.domains.credits.tables import credited_rows, line_table, moment
from wavepool.domains.events import operations as events
from wavepool.domains.policies import queries as policies
from wavepool.engine.policy import Policy, load_policy_text, periods
from wavepool.engine.seasons import estimate_lines
from wavepool.plumbing.bulk import write_rows
from wavepool.plumbing.jobs import RunningJob

#: Order lines of one micro-batch.
BATCH: Final = 2_000
#: How far back each tick looks, so that a payment that was committed late is not missed.
OVERLAP: Final = timedelta(seconds=60)
#: How far back the sweep looks, for touches that arrived after the payment.
SWEEP: Final = timedelta(minutes=20)
_KEY: Final = ("line_id", "creator_id")
#: Lines of one transaction, and those that are read from a run's files at one time.
_CHUNK: Final = 2_000
_READ: Final = 10_000
_line_id: Final = itemgetter("line_id")


def estimate_fresh(job: RunningJob) -> None:
    """Estimate what was paid since the last time."""
    now = job.clock()
    with contextlib.suppress(events.LakeBusy):
        # So that the last seconds count; another worker who does the same will do.
        events.compact_all(as_of=now)
    mark = EstimateMark.objects.filter(pk=1).first()
    since = min(mark.estimated_to if mark else now, now) - OVERLAP
    count = estimate_since(since, as_of=now, job=job)
    with transaction.atomic():
        EstimateMark.objects.update_or_create(pk=1, defaults={"estimated_to": now})
    job.progress(count, count)


def sweep_estimates(job: RunningJob) -> None:
    """Estimate the last minutes once more, with the touches that came in meanwhile."""
    now = job.clock()
    count = estimate_since(now - SWEEP, as_of=now, job=job)
    job.progress(count, count)


def estimate_since(since: datetime, *, as_of: datetime, job: RunningJob | None = None) -> int:
    """Estimate every line paid since a moment, batch by batch; count the lines.

    Each batch is credited by the SQL of a settlement over its lines, their buyers' touches
    within the window, and what these refer to.
    """
    lines = sources.lines_since(since).sort_by([("paid_at", "ascending"), ("line_id", "ascending")])
    if not lines.num_rows:
        return 0
    policy = policies.compose_engine_policy(at=as_of)
    for first in range(0, lines.num_rows, BATCH):
        batch = lines.slice(first, BATCH)
        rows = _estimated(batch, policy)
        with transaction.atomic():
            _write(rows, of=batch.column("line_id").to_pylist(), run=None, as_of=as_of)
        if job is not None:
            job.progress(min(first + BATCH, lines.num_rows), lines.num_rows)
    return int(lines.num_rows)


def confirm_lines(job: RunningJob) -> None:
    """Put the figures of a run in the place of the estimates, chunk by chunk.

    So the lines that a creator sees are those of the draft, and a line that the whole
    season credits to somebody else goes.
    """
    run = queries.get_run(job.payload["run"])
    policy = load_policy_text((queries.run_folder(run) / "policy.toml").read_text(encoding="utf-8"))
    month, last = job.cursor or (0, None)
    for place in range(month, len(run.periods)):
        period = run.periods[place]
        waiting = _ids_after(run, period, last)
        for first in range(0, len(waiting), _READ):
            for ids, rows in _credited(run, period, waiting[first : first + _READ], policy):
                with transaction.atomic():
                    _write(rows, of=ids, run=run, as_of=job.clock())
                    job.checkpoint([place, ids[-1]])
                job.progress(place, len(run.periods), note=period)
        with transaction.atomic():
            _forget_stale(run, period)
            job.checkpoint([place + 1, None])
        last = None


def _estimated(lines: pa.Table, policy: Policy) -> list[dict[str, Any]]:
    first, last = (pc.min_max(lines.column("paid_at"))[side].as_py() for side in ("min", "max"))
    window = timedelta(days=policy.attribution.window_days)
    buyers = pc.unique(lines.column("buyer_id")).to_pylist()
    touches = sources.touches_of(buyers, moment(first) - window)
    if not touches.num_rows:
        return []
    ground = sources.ground_of(lines, touches, policy)
    found = estimate_lines({**ground, "order_lines": lines, "touches": touches}, policy=policy)
    if not found.shares.num_rows:
        return []
    spans = periods(policy, first, last)
    period_of = {
        line: next(each.period for each in spans if each.starts_at <= paid < each.ends_at)
        for line, paid in zip(
            lines.column("line_id").to_pylist(), lines.column("paid_at").to_pylist(), strict=True
        )
    }
    return list(
        credited_rows(
            found.credits, found.shares, found.line_touches, policy=policy, period_of=period_of
        )
    )


def _ids_after(run: Run, period: str, after: int | None) -> list[int]:
    """The lines of a month that bring a commission, in order; those after one, if it is given."""
    where = "commission_minor > 0" + ("" if after is None else " and line_id > ?")
    rows = queries.read_run(
        run,
        "credits",
        period=period,
        where=f"{where} order by line_id",
        params=() if after is None else (after,),
        columns="line_id",
    )
    found: list[int] = rows.column("line_id").to_pylist()
    return found


def _credited(
    run: Run, period: str, ids: Sequence[int], policy: Policy
) -> Iterator[tuple[Sequence[int], list[dict[str, Any]]]]:
    """What a run says of lines, read at once and given chunk by chunk: ids, and rows of theirs."""
    tables = {
        name: queries.read_run(
            run,
            name,
            period=period,
            where=f"line_id >= ? and line_id <= ?{extra}",
            params=(ids[0], ids[-1]),
        )
        for name, extra in (
            ("credits", " and commission_minor > 0"),
            ("shares", ""),
            ("line_touches", ""),
        )
    }
    rows = credited_rows(
        tables["credits"],
        tables["shares"],
        tables["line_touches"],
        policy=policy,
        period_of=dict.fromkeys(ids, period),
    )
    by_line = {line_id: list(of_line) for line_id, of_line in groupby(rows, _line_id)}
    for first in range(0, len(ids), _CHUNK):
        chunk = ids[first : first + _CHUNK]
        yield chunk, [row for line_id in chunk for row in by_line.get(line_id, ())]


def _write(
    rows: Iterable[dict[str, Any]], *, of: Sequence[int], run: Run | None, as_of: datetime
) -> None:
    """Put rows in the place of what the lines had; final ones stay as they are."""
    is_final = run is not None and run.kind == Run.Kind.FINAL
    settled = EstimatedLine.objects.filter(line_id__in=of, state=EstimatedLine.State.FINAL)
    kept = set() if is_final else set(settled.values_list("line_id", flat=True))
    state = (
        EstimatedLine.State.ESTIMATED
        if run is None
        else EstimatedLine.State.FINAL
        if is_final
        else EstimatedLine.State.DRAFTED
    )
    fresh = [row for row in rows if row["line_id"] not in kept]
    if fresh:
        table = line_table(fresh, state=state, run_id=run and run.pk, estimated_at=as_of)
        write_rows(EstimatedLine, table, over=_KEY)
    credited = {(row["line_id"], row["creator_id"]) for row in fresh}
    stale = [
        pk
        for pk, line_id, creator_id in EstimatedLine.objects.filter(line_id__in=of)
        .exclude(line_id__in=kept)
        .values_list("pk", "line_id", "creator_id")
        if (line_id, creator_id) not in credited
    ]
    if stale:
        EstimatedLine.objects.filter(pk__in=stale).delete()


def _forget_stale(run: Run, period: str) -> None:
    """Drop lines of the month that were there before the run and that it does not credit."""
    rows = EstimatedLine.objects.filter(
        period=period, paid_at__lt=run.as_of, estimated_at__lt=run.as_of
    )
    rows.exclude(run=run).exclude(state=EstimatedLine.State.FINAL).delete()
