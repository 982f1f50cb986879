"""States as people see them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.live.models import Session
from wavepool.plumbing.states import State, Tone

_TONES: Final[dict[str, Tone]] = {
    Session.State.DRAFT: "neutral",
    Session.State.SCHEDULED: "info",
    Session.State.LIVE: "live",
    Session.State.PAUSED: "warning",
    Session.State.ENDED: "ok",
    Session.State.CANCELLED: "neutral",
    Session.State.CUT: "error",
}


def session_state(session: Session) -> State:
    """Where a session stands; one that was too short says so."""
    why: str | Promise = session.state_why
    if session.state == Session.State.ENDED and session.effective_ms == 0:
        why = _("Less than 30 minutes on air: not an effective session.")
    is_ahead = session.state == Session.State.SCHEDULED
    return State(
        name=session.state,
        label=Session.State(session.state).label,
        tone=_TONES[session.state],
        why=why,
        until=session.scheduled_at if is_ahead else None,
    )


def session_state_choices() -> list[tuple[str, str | Promise]]:
    """States of a session."""
    return [(each.value, each.label) for each in Session.State]
