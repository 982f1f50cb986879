"""Writes of live sessions: business verbs, each with its errors."""

from wavepool.domains.live.operations.history import (
    PastSessionsRefused,
    take_over_sessions,
)
from wavepool.domains.live.operations.planning import (
    MINUTES_MAX,
    BadSchedule,
    SessionChanged,
    SessionElsewhere,
    SessionFacts,
    cancel_session,
    edit_session,
    plan_session,
)
from wavepool.domains.live.operations.running import (
    ItemShownAlready,
    LiveRestricted,
    OnAirAlready,
    OwnSession,
    cut_session,
    end_session,
    pause_session,
    resume_session,
    show_item,
    start_session,
    take_item_down,
)

__all__ = [
    "MINUTES_MAX",
    "BadSchedule",
    "ItemShownAlready",
    "LiveRestricted",
    "OnAirAlready",
    "OwnSession",
    "PastSessionsRefused",
    "SessionChanged",
    "SessionElsewhere",
    "SessionFacts",
    "cancel_session",
    "cut_session",
    "edit_session",
    "end_session",
    "pause_session",
    "plan_session",
    "resume_session",
    "show_item",
    "start_session",
    "take_item_down",
    "take_over_sessions",
]
