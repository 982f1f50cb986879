"""What people fill in about programmes: budgets, objections, the village cohort."""

from wavepool.domains.programmes.forms.budgets import (
    AmountField,
    BudgetForm,
    RefusalForm,
    SeenForm,
    show_refusal,
)
from wavepool.domains.programmes.forms.frame import ContestForm
from wavepool.domains.programmes.forms.villages import (
    ApplicationForm,
    OriginForm,
    ReasonForm,
    TrainingForm,
)

__all__ = [
    "AmountField",
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
