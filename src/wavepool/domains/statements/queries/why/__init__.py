"""Why a line has its amount: found by who may see it, and told step by step."""

from wavepool.domains.statements.queries.why.formula import FormulaRow
from wavepool.domains.statements.queries.why.lines import (
    access_line,
    get_line,
    key_of_address,
    key_to_address,
    other_lines_of_order,
)
from wavepool.domains.statements.queries.why.panel import (
    NoReceipt,
    Why,
    manifest_of,
    receipt_of,
    why_of,
)

__all__ = [
    "FormulaRow",
    "NoReceipt",
    "Why",
    "access_line",
    "get_line",
    "key_of_address",
    "key_to_address",
    "manifest_of",
    "other_lines_of_order",
    "receipt_of",
    "why_of",
]
