"""Walking the trail: the first row that is not what it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wavepool.plumbing.audit.chain import GENESIS, seal
from wavepool.plumbing.audit.guards import missing_guards
from wavepool.plumbing.audit.heads import ExportedHead, list_heads
from wavepool.plumbing.models import AuditHead, AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailReport:
    """What a walk along the trail found.

    Attributes:
        rows: rows that were recomputed.
        first_bad: number of the first row that is not what it was, None if all are.
        last_bad: where the chain was computed anew from end to end, the evidence
            only says "between first_bad and last_bad"; otherwise equal to it.
        problem: "" or what is wrong: missing, changed, rewritten, truncated, extra, head.
        heads: exported heads that the walk was held against.
        unknown_heads: heads signed with a key that is not ours any more.
        forged_heads: names of head files whose signature is wrong.
        missing_guards: triggers that ought to stand on the table.
    """

    rows: int = 0
    first_bad: int | None = None
    last_bad: int | None = None
    problem: str = ""
    heads: int = 0
    unknown_heads: int = 0
    forged_heads: tuple[str, ...] = ()
    missing_guards: tuple[str, ...] = ()

    @property
    def is_intact(self) -> bool:
        """Whether nothing speaks against the trail."""
        return not (self.problem or self.forged_heads or self.missing_guards)


def verify_trail(*, since: int | None = None) -> TrailReport:
    """Recompute the chain and hold it against the exported heads.

    Args:
        since: begin at the newest exported head of ours at or before this row;
            None walks from the first row.
    """
    heads = list_heads()
    trusted = [head for head in heads if head.trust != "forged"]
    start = _start(trusted, since=since)
    report = TrailReport(
        heads=len(trusted),
        unknown_heads=sum(head.trust == "unknown" for head in heads),
        forged_heads=tuple(head.path.name for head in heads if head.trust == "forged"),
        missing_guards=missing_guards(),
    )
    return _walk(report, trusted, start=start)


def _start(heads: Sequence[ExportedHead], *, since: int | None) -> ExportedHead | None:
    if since is None:
        return None
    ours = [head for head in heads if head.trust == "signed" and head.number <= since]
    return max(ours, key=lambda head: head.number, default=None)


def _walk(
    report: TrailReport, heads: Sequence[ExportedHead], *, start: ExportedHead | None
) -> TrailReport:
    """Row by row from the start: is each the next one, linked, and itself?"""
    number, digest = (start.number, start.digest) if start else (0, GENESIS)
    expected = {head.number: head for head in heads}
    proven, walked = number, 0
    rows = AuditRow.objects.filter(number__gt=number).order_by("number")
    for row in rows.iterator(chunk_size=2_000):
        walked += 1
        if row.number != number + 1:
            return _bad(report, walked, number + 1, "missing")
        problem, where = _check_row(row, digest)
        if problem:
            # The link to the row before is broken; a head may prove that it was not that row.
            return _bad(report, walked, max(where, proven + 1), problem)
        number, digest = row.number, row.digest
        head = expected.get(number)
        if head is not None and head.digest != digest:
            first = number if _witness(number) == head.digest else proven + 1
            return replace(_bad(report, walked, first, "rewritten"), last_bad=number)
        proven = proven if head is None else number
    return _check_end(replace(report, rows=walked), number, digest, heads)


def _witness(number: int) -> str:
    """What the next row, or the head after the last row, says of this row's digest."""
    following = AuditRow.objects.filter(number=number + 1).first()
    if following is not None:
        return following.previous
    head = AuditHead.objects.filter(number=number).first()
    return head.digest if head else ""


def _check_row(row: AuditRow, digest: str) -> tuple[str, int]:
    """What is wrong with a row, and with which: itself, or the one it points to."""
    is_itself = seal(row) == row.digest
    if not is_itself:
        return "changed", row.number
    if row.previous != digest:
        return "changed", row.number - 1
    return "", 0


def _check_end(
    report: TrailReport, number: int, digest: str, heads: Sequence[ExportedHead]
) -> TrailReport:
    """Does the trail end where its head, and every exported head, says?"""
    furthest = max((head.number for head in heads), default=0)
    if furthest > number:
        return _bad(report, report.rows, number + 1, "truncated")
    head = AuditHead.objects.first()
    said = (head.number, head.digest) if head else (0, GENESIS)
    if said == (number, digest):
        return report
    if said[0] > number:
        return _bad(report, report.rows, number + 1, "truncated")
    if said[0] < number:
        return _bad(report, report.rows, said[0] + 1, "extra")
    proven = any(each.number == number and each.digest == digest for each in heads)
    return _bad(report, report.rows, number, "head" if proven else "changed")


def _bad(report: TrailReport, rows: int, number: int, problem: str) -> TrailReport:
    return replace(report, rows=rows, first_bad=number, last_bad=number, problem=problem)
