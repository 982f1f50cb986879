"""Worked tables of docs/algorithms/content.md."""

from __future__ import annotations

from collections.abc import Sequence

import platform_ready
from wavepool.domains.content.queries.completeness import completeness_of, filled_parts
from wavepool.domains.live.queries.effective import effective_ms

assert platform_ready.READY


def completeness(
    title: str,
    body_length: int,
    has_cover: bool,  # noqa: FBT001  a column of the table
    has_cover_alt: bool,  # noqa: FBT001  the same
    items: int,
    language: str = "",
) -> int:
    """How complete a piece is, by what is filled."""
    filled = filled_parts(
        title=title,
        body="x" * body_length,
        cover="file" if has_cover else "",
        cover_alt="words" if has_cover_alt else "",
        items=items,
        language=language,
    )
    return completeness_of(filled)


def on_air(started_ms: int, ended_ms: int, pauses: Sequence[tuple[int, int]]) -> int:
    """The effective time of a session."""
    return effective_ms(started_ms=started_ms, ended_ms=ended_ms, pauses=pauses)
