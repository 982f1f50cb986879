"""States as people see them: of pieces and of admissions."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.content.models import Admission, Piece
from wavepool.plumbing.states import State, Tone

_PIECE_TONES: Final[dict[str, Tone]] = {
    Piece.State.DRAFT: "neutral",
    Piece.State.SUBMITTED: "info",
    Piece.State.PUBLISHED: "ok",
    Piece.State.HIDDEN: "warning",
    Piece.State.REMOVED: "error",
}
_ADMISSION_TONES: Final[dict[str, Tone]] = {
    Admission.State.APPLIED: "info",
    Admission.State.TRIAL: "info",
    Admission.State.ADMITTED: "ok",
    Admission.State.REFUSED: "error",
    Admission.State.LEFT: "neutral",
}


def piece_state(piece: Piece) -> State:
    """Who can see a piece, and what staff said of it."""
    if piece.state == Piece.State.DRAFT and piece.state_why:
        return State(name="returned", label=_("Returned"), tone="warning", why=piece.state_why)
    label = Piece.State(piece.state).label
    return State(name=piece.state, label=label, tone=_PIECE_TONES[piece.state], why=piece.state_why)


def admission_state(admission: Admission, *, at: datetime) -> State:
    """How far an admission has come, what is to be cured, and until when."""
    if admission.state == Admission.State.ADMITTED and admission.warned_until is not None:
        return State(
            name="warned",
            label=_("Admitted, warned"),
            tone="warning",
            why=admission.warning,
            until=admission.warned_until,
        )
    if admission.state == Admission.State.TRIAL:
        assert admission.trial_ends_at is not None, "a trial run has a span"
        if admission.trial_ends_at <= at:
            why = _("The trial run is over; staff decide next.")
            return State(name="trial_over", label=_("Trial run over"), tone="info", why=why)
    until = {
        Admission.State.TRIAL: admission.trial_ends_at,
        Admission.State.REFUSED: admission.again_at,
    }.get(Admission.State(admission.state))
    return State(
        name=admission.state,
        label=Admission.State(admission.state).label,
        tone=_ADMISSION_TONES[admission.state],
        why=admission.why,
        until=until,
    )
