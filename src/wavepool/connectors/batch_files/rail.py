"""The batch file as a rail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from wavepool.connectors.batch_files.columns import ENCODINGS, MOST_LINES
from wavepool.connectors.batch_files.reading import result_sheet
from wavepool.connectors.batch_files.writing import batch_file
from wavepool.domains.payouts.operations import Instruction, ResultSheet

NAME: Final = "batch-file"


class BatchFileRail:
    """A file in yuan that staff take to the bank; bank acceptance is the operator's to get."""

    name = NAME
    label = _("Batch file, Alipay-like")
    currencies = ("CNY",)
    most_lines = MOST_LINES
    encodings = ENCODINGS

    def write_file(
        self, *, batch: str, at: datetime, instructions: Sequence[Instruction], encoding: str
    ) -> bytes:
        """The batch as the bank takes it; the same batch is the same bytes."""
        return batch_file(batch=batch, at=at, instructions=instructions, encoding=encoding)

    def read_result(self, data: bytes) -> ResultSheet:
        """What a result file says."""
        return result_sheet(data)
