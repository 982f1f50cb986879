"""Reads of statements, open to the domains above."""

from wavepool.domains.statements.queries.eligibility import (
    BLOCKING,
    Eligibility,
    Reason,
    eligibilities,
    eligibility,
    register_disputed,
)
from wavepool.domains.statements.queries.paydays import (
    Payday,
    PaydayRules,
    payday_from,
    payday_of,
    payday_rules,
)
from wavepool.domains.statements.queries.taxes import (
    TaxStep,
    Withheld,
    WithholdingOutOfRange,
    register_withholding,
    withholding,
)

__all__ = [
    "BLOCKING",
    "Eligibility",
    "Payday",
    "PaydayRules",
    "Reason",
    "TaxStep",
    "Withheld",
    "WithholdingOutOfRange",
    "eligibilities",
    "eligibility",
    "payday_from",
    "payday_of",
    "payday_rules",
    "register_disputed",
    "register_withholding",
    "withholding",
]
