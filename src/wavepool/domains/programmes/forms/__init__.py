"""What people fill in about programmes."""

from wavepool.domains.programmes.forms.budgets import BudgetForm, RefusalForm, SeenForm
from wavepool.domains.programmes.forms.frame import ContestForm
from wavepool.domains.programmes.forms.villages import (
    ApplicationForm,
    OriginForm,
    ReasonForm,
    TrainingForm,
    show_refusal,
)

__all__ = [
    "ApplicationForm",
    "BudgetForm",
    "ContestForm",
    "OriginForm",
    "ReasonForm",
    "RefusalForm",
    "SeenForm",
    "TrainingForm",
    "show_refusal",
]
