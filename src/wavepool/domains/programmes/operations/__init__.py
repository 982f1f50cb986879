"""Writes of programmes."""

from wavepool.domains.programmes.operations.budgets import (
    AbovePlan,
    BudgetChangeDecided,
    BudgetChangeWaits,
    BudgetError,
    BudgetReasonNeeded,
    MonthIsOver,
    MonthOutside,
    OtherCurrency,
    UnknownProgramme,
    approve_budget,
    ask_budget,
    reject_budget,
)
from wavepool.domains.programmes.operations.notices import NEAR_END
from wavepool.domains.programmes.operations.reviewing import (
    AboveAward,
    AwardNotPaid,
    ClawbackReasonNeeded,
    note_clawed_back,
    note_paid,
)
from wavepool.domains.programmes.operations.taking import MonthIsFinal, RightUsedTwice, take_in

__all__ = [
    "NEAR_END",
    "AboveAward",
    "AbovePlan",
    "AwardNotPaid",
    "BudgetChangeDecided",
    "BudgetChangeWaits",
    "BudgetError",
    "BudgetReasonNeeded",
    "ClawbackReasonNeeded",
    "MonthIsFinal",
    "MonthIsOver",
    "MonthOutside",
    "OtherCurrency",
    "RightUsedTwice",
    "UnknownProgramme",
    "approve_budget",
    "ask_budget",
    "note_clawed_back",
    "note_paid",
    "reject_budget",
    "take_in",
]
