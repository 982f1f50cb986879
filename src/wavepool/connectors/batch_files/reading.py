"""The bank's result file, read and not yet believed."""

from __future__ import annotations

import csv
import io
from typing import Final

from wavepool.connectors.batch_files.columns import (
    FAILED,
    MOST_LINES,
    PAID,
    RESULT_HEAD,
    RESULT_LINES,
    bare,
)
from wavepool.domains.payouts.operations import Fault, ResultRow, ResultSheet
from wavepool.engine.money import MoneyError, minor_from_text

_CURRENCY: Final = "CNY"
_HEAD_ROWS: Final = 3


def result_sheet(data: bytes) -> ResultSheet:
    """Read a result file; what cannot be read is a fault with its row, rule and value."""
    text = _text(data)
    if text is None:
        return _unreadable(0, "encoding", "")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return _unreadable(0, "csv", str(error))
    rows = [[bare(cell.strip()) for cell in row] for row in rows if any(row)]
    if len(rows) < _HEAD_ROWS or tuple(rows[0][: len(RESULT_HEAD)]) != RESULT_HEAD:
        return _unreadable(1, "head", ",".join(rows[0]) if rows else "")
    if tuple(rows[2]) != RESULT_LINES:
        return _unreadable(3, "columns", ",".join(rows[2]))
    if len(rows) - _HEAD_ROWS > MOST_LINES:
        return _unreadable(0, "most_lines", str(len(rows) - _HEAD_ROWS))
    faults: list[Fault] = []
    head = rows[1] + [""] * (len(RESULT_HEAD) - len(rows[1]))
    total_minor = _amount(head[3], row=2, faults=faults)
    count = _whole(head[2], row=2, faults=faults)
    found = [
        line
        for place, row in enumerate(rows[_HEAD_ROWS:], start=_HEAD_ROWS + 1)
        if (line := _line(row, place, faults)) is not None
    ]
    return ResultSheet(
        batch=head[0], line_count=count, total_minor=total_minor, rows=found, faults=faults
    )


def _line(row: list[str], place: int, faults: list[Fault]) -> ResultRow | None:
    if len(row) != len(RESULT_LINES):
        faults.append(Fault(row=place, rule="columns", value=",".join(row)[:200]))
        return None
    line_no, number, _name, amount, _remark, state, why, reference = row
    if state not in {PAID, FAILED}:
        faults.append(Fault(row=place, rule="state", value=state[:200]))
        return None
    known = len(faults)
    amount_minor = _amount(amount, row=place, faults=faults)
    if len(faults) > known:
        return None
    return ResultRow(
        row=place,
        line_no=line_no,
        account_number=number,
        amount_minor=amount_minor,
        is_paid=state == PAID,
        why=why[:300],
        reference=reference[:80],
    )


def _amount(text: str, *, row: int, faults: list[Fault]) -> int:
    try:
        return minor_from_text(text, _CURRENCY)
    except MoneyError:
        faults.append(Fault(row=row, rule="amount", value=text[:200]))
        return 0


def _whole(text: str, *, row: int, faults: list[Fault]) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    faults.append(Fault(row=row, rule="count", value=text[:200]))
    return 0


def _text(data: bytes) -> str | None:
    """The file as text: UTF-8 with or without its mark, else the national encoding."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _unreadable(row: int, rule: str, value: str) -> ResultSheet:
    fault = Fault(row=row, rule=rule, value=value[:200])
    return ResultSheet(batch="", line_count=0, total_minor=0, rows=(), faults=(fault,))
