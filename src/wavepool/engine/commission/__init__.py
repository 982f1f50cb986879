"""The cuts of one order line: fee base, commission, direct leg, fee, pool leg, agency split."""

from wavepool.engine.commission.credit import PLAN_KINDS, credit_lines, plan_kind_table
from wavepool.engine.commission.cuts import Cuts, cut_line
from wavepool.engine.commission.settlement import reverse_refunds, settle_lines

__all__ = [
    "PLAN_KINDS",
    "Cuts",
    "credit_lines",
    "cut_line",
    "plan_kind_table",
    "reverse_refunds",
    "settle_lines",
]
