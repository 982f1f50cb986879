"""Rows of programmes."""

from wavepool.domains.programmes.models.budgets import Budget, BudgetChange
from wavepool.domains.programmes.models.programmes import (
    Award,
    BudgetCard,
    Clawback,
    Outcome,
    Refusal,
    Take,
)
from wavepool.domains.programmes.models.progress import Progress
from wavepool.domains.programmes.models.reviews import StandingReview
from wavepool.domains.programmes.models.villages import OriginEvidence, Training, VillageAnchor

__all__ = [
    "Award",
    "Budget",
    "BudgetCard",
    "BudgetChange",
    "Clawback",
    "OriginEvidence",
    "Outcome",
    "Progress",
    "Refusal",
    "StandingReview",
    "Take",
    "Training",
    "VillageAnchor",
]
