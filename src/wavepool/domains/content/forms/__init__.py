"""What people fill in: pieces, covers, series, admissions, reviews."""

from wavepool.domains.content.forms.admissions import ApplyForm, TrialForm
from wavepool.domains.content.forms.pieces import (
    CoverForm,
    PieceForm,
    SeriesForm,
    show_refusal,
)
from wavepool.domains.content.forms.reviews import GradeForm, MarkForm, ReasonForm

__all__ = [
    "ApplyForm",
    "CoverForm",
    "GradeForm",
    "MarkForm",
    "PieceForm",
    "ReasonForm",
    "SeriesForm",
    "TrialForm",
    "show_refusal",
]
