"""The batch as the bank takes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from wavepool.connectors.batch_files.columns import HEAD, LINES, MOST_LINES, harmless
from wavepool.domains.payouts.operations import Instruction
from wavepool.engine.money import format_minor

_ZONE: Final = ZoneInfo("Asia/Shanghai")


def batch_file(
    *, batch: str, at: datetime, instructions: Sequence[Instruction], encoding: str
) -> bytes:
    """A CSV file: a head with its values, then the columns and one line a payment.

    Args:
        batch: its number.
        at: the day of payment, as Shanghai has it.
        instructions: at most 1,000, all of one currency.
        encoding: "gb18030" or "utf-8", which bears a mark that spreadsheets know.

    Returns:
        The same bytes for the same batch.
    """
    assert len(instructions) <= MOST_LINES, "a batch is no longer than the rail takes"
    (currency,) = {each.currency for each in instructions} or {"CNY"}
    total_minor = sum(each.amount_minor for each in instructions)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    day = f"{at.astimezone(_ZONE):%Y%m%d}"
    writer.writerow([batch, day, len(instructions), format_minor(total_minor, currency)])
    writer.writerow(LINES)
    for each in instructions:
        amount = format_minor(each.amount_minor, currency)
        texts = (each.account_number, each.account_name)
        writer.writerow([each.line_no, *map(harmless, texts), amount, harmless(each.remark)])
    return out.getvalue().encode("utf-8-sig" if encoding == "utf-8" else encoding)
