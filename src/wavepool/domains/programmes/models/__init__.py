"""Rows of programmes."""

from wavepool.domains.programmes.models.budgets import Budget, BudgetChange
from wavepool.domains.programmes.models.programmes import (
    Award,
    BudgetCard,
    Clawback,
    NearMiss,
    Outcome,
    Refusal,
    Take,
)
from wavepool.domains.programmes.models.progress import Progress

__all__ = [
    "Award",
    "Budget",
    "BudgetCard",
    "BudgetChange",
    "Clawback",
    "NearMiss",
    "Outcome",
    "Progress",
    "Refusal",
    "Take",
]
