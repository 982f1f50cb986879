"""What people fill in about programmes."""

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
    "ContestForm",
    "OriginForm",
    "ReasonForm",
    "TrainingForm",
    "show_refusal",
]
