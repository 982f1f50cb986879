"""Reads of live sessions, open to the domains above it."""

from wavepool.domains.live.queries.effective import (
    EFFECTIVE_MIN_MS,
    effective_ms,
)
from wavepool.domains.live.queries.sessions import (
    ON_AIR,
    PUBLIC,
    access_session,
    every_session,
    find_session,
    find_session_of_piece,
    get_public_session,
    get_session,
    list_pauses,
    list_scheduled_of,
    list_sessions_on_air,
    list_shown,
    list_upcoming_sessions,
    sessions_of_creator,
)
from wavepool.domains.live.queries.states import (
    session_state,
    session_state_choices,
)
from wavepool.domains.live.tables import sessions_table

__all__ = [
    "EFFECTIVE_MIN_MS",
    "ON_AIR",
    "PUBLIC",
    "access_session",
    "effective_ms",
    "every_session",
    "find_session",
    "find_session_of_piece",
    "get_public_session",
    "get_session",
    "list_pauses",
    "list_scheduled_of",
    "list_sessions_on_air",
    "list_shown",
    "list_upcoming_sessions",
    "session_state",
    "session_state_choices",
    "sessions_of_creator",
    "sessions_table",
]
