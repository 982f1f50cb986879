"""Files for the bank and back: written once everything is reserved, taken in whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts import queries
from wavepool.domains.payouts.models import Batch, Payout, ReportLine, ResultFile
from wavepool.domains.payouts.operations.making import BatchError, BatchMoved, lock_batch
from wavepool.domains.payouts.operations.rails import (
    Fault,
    FileRail,
    Receipt,
    Reported,
    ResultRow,
    ResultSheet,
    get_rail,
)
from wavepool.domains.payouts.operations.reconciling import keep_report
from wavepool.domains.payouts.operations.sending import begin_sending, instruction_of
from wavepool.domains.payouts.operations.settling import settle_payout
from wavepool.domains.people import queries as people
from wavepool.plumbing import audit, jobs
from wavepool.plumbing.actor import Actor

RESULT_MAX: Final = 1 << 20
_FAULTS_MAX: Final = 100
#: What a payout may be while its line is new, by what the line says.
_AGREES: Final = {True: {"paid", "returned"}, False: {"failed"}}


class NoFileRail(BatchError):
    """The batch's rail takes no files."""

    kind = "payouts.no_file_rail"

    def __init__(self) -> None:
        super().__init__(_("This batch is not sent as a file."))


class NotAllReserved(BatchError):
    """The money of some payouts is not set aside yet."""

    kind = "payouts.not_all_reserved"

    def __init__(self) -> None:
        super().__init__(_("The money is being set aside. Try again in a minute."))


class ResultTooLarge(BatchError):
    """No result file is that large."""

    kind = "payouts.result_too_large"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("A result file has at most 1 MB."), pointer="/file")


def release_file(*, batch_id: str, actor: Actor, as_of: datetime) -> int:
    """Mark a batch as sent, before anybody gets its file; give the number of its payouts.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        NoFileRail: its rail takes no files.
        NotAllReserved: the job that sets money aside has not finished.
        BatchMoved, NotApproved: it is not signed, or was changed since.
    """
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        batch = lock_batch(batch_id)
        _file_rail(batch)
        if batch.state not in Batch.SIGNED:
            raise BatchMoved(batch.state)
        if queries.list_planned(batch):
            raise NotAllReserved
        sent = begin_sending(batch_id=batch_id, most=batch.payout_count, as_of=as_of)
        if not sent:
            raise BatchMoved(batch.state)
        data = {"payouts": len(sent)}
        audit.record(
            kind="payouts.file_made", subject=batch.subject, actor=actor, at=as_of, data=data
        )
    return len(sent)


def write_file(*, batch_id: str, encoding: str, actor: Actor) -> bytes:
    """The file of a batch that was released; the same bytes however often it is asked for.

    Raises:
        NotFound, NotAllowed: there is none, or the actor may not move money.
        NoFileRail: its rail takes no files.
        BatchMoved: it was not released.
    """
    people.access_staff(actor=actor, to="finance")
    batch = queries.get_batch(batch_id)
    rail = _file_rail(batch)
    if batch.sent_at is None:
        raise BatchMoved(batch.state)
    rows = queries.payouts_of_batch(batch).filter(sent_at__isnull=False).order_by("line_no")
    chosen = encoding if encoding in rail.encodings else rail.encodings[0]
    return rail.write_file(
        batch=batch.public_id,
        at=batch.sent_at,
        instructions=[instruction_of(each) for each in rows],
        encoding=chosen,
    )


def take_result(
    *, batch_id: str, name: str, data: bytes, actor: Actor, as_of: datetime
) -> ResultFile:
    """Take a result file in, or refuse it whole; either way it is kept with what is wrong in it.

    The same file again is the same result. What it says is settled by a job, payout by payout.

    Raises:
        NotFound, NotAllowed: there is no such batch, or the actor may not move money.
        NoFileRail: its rail takes no files.
        ResultTooLarge: it is larger than a result file is.
    """
    people.access_staff(actor=actor, to="finance")
    if len(data) > RESULT_MAX:
        raise ResultTooLarge
    rail = _file_rail(queries.get_batch(batch_id))
    sheet = rail.read_result(data)
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        batch = lock_batch(batch_id)
        known = ResultFile.objects.filter(batch=batch, sha256=sha256, is_taken=True).first()
        if known is not None:
            return known
        payouts = {str(each.line_no): each for each in _sent(batch)}
        faults = list(faults_of(batch, sheet, payouts))[:_FAULTS_MAX]
        result = ResultFile.objects.create(
            batch=batch,
            name=name[:160],
            sha256=sha256,
            sealed=queries.seal(data),
            line_count=len(sheet.rows),
            faults=[asdict(each) for each in faults],
            is_taken=not faults,
            taken_by=actor.name[:160],
            taken_at=as_of,
        )
        if not faults:
            _keep(batch, sheet, payouts, as_of=as_of)
            jobs.enqueue(
                "payouts.settle_result",
                key=f"payouts.settle_result:{result.public_id}",
                payload={"result": result.public_id},
                actor=actor,
                at=as_of,
            )
        audit.record(
            kind="payouts.result_taken" if not faults else "payouts.result_refused",
            subject=batch.subject,
            actor=actor,
            at=as_of,
            data={"sha256": sha256, "faults": len(faults)},
        )
    return result


def settle_line(*, payout_id: str, actor: Actor, as_of: datetime) -> Payout:
    """Settle a payout by what its rail's report says of it.

    Raises:
        NotFound: there is none.
    """
    payout = queries.get_payout(payout_id)
    line = ReportLine.objects.filter(payout=payout).first()
    if line is None:
        return payout
    receipt = Receipt(
        key=payout.public_id,
        kind="failed" if line.state == ReportLine.State.FAILED else "paid",
        why=line.why,
        reference=line.reference,
        amount_minor=line.amount_minor,
    )
    return settle_payout(receipt=receipt, actor=actor, as_of=as_of)


def faults_of(batch: Batch, sheet: ResultSheet, payouts: dict[str, Payout]) -> Iterator[Fault]:
    """Everything for which a result file is refused."""
    yield from sheet.faults
    if sheet.batch != batch.public_id:
        yield Fault(row=2, rule="other_batch", value=sheet.batch[:200])
    if sheet.line_count != len(sheet.rows):
        yield Fault(row=2, rule="count", value=str(sheet.line_count))
    if sheet.total_minor != sum(each.amount_minor for each in sheet.rows):
        yield Fault(row=2, rule="total", value=str(sheet.total_minor))
    seen: set[str] = set()
    for row in sheet.rows:
        if row.line_no in seen:
            yield Fault(row=row.row, rule="line_twice", value=row.line_no[:200])
        seen.add(row.line_no)
        payout = payouts.get(row.line_no)
        if payout is None:
            yield Fault(row=row.row, rule="unknown_line", value=row.line_no[:200])
        else:
            yield from _faults_of_row(row, payout)


def _faults_of_row(row: ResultRow, payout: Payout) -> Iterator[Fault]:
    if row.amount_minor != payout.amount_minor:
        yield Fault(row=row.row, rule="other_amount", value=str(row.amount_minor))
    if queries.hash_number(row.account_number) != payout.account.number_hash:
        yield Fault(row=row.row, rule="other_account", value=f"…{row.account_number[-4:]}")
    if payout.state not in Payout.ON_ITS_WAY:
        if payout.state not in _AGREES[row.is_paid]:
            yield Fault(row=row.row, rule="settled_otherwise", value=payout.state)
        return
    # An earlier file was taken and its job has not settled this line yet.
    said = getattr(payout, "report", None)
    if said is not None and (said.state == ReportLine.State.PAID) != row.is_paid:
        yield Fault(row=row.row, rule="settled_otherwise", value=said.state)


def _sent(batch: Batch) -> Iterator[Payout]:
    yield from (
        queries.payouts_of_batch(batch).select_related("report").filter(sent_at__isnull=False)
    )


def _keep(batch: Batch, sheet: ResultSheet, payouts: dict[str, Payout], *, as_of: datetime) -> None:
    lines = [
        Reported(
            key=payouts[row.line_no].public_id,
            state="paid" if row.is_paid else "failed",
            amount_minor=row.amount_minor,
            currency=batch.currency,
            reference=row.reference,
            why=row.why,
        )
        for row in sheet.rows
    ]
    keep_report(batch.rail, lines, as_of=as_of)


def _file_rail(batch: Batch) -> FileRail:
    rail = get_rail(batch.rail)
    if not isinstance(rail, FileRail):
        raise NoFileRail
    return rail
