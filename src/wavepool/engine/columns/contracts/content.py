"""Content: viewers, pieces and live sessions."""

from __future__ import annotations

from wavepool.engine.columns.contract import (
    PPM,
    Reference,
    Rule,
    Table,
    identifier,
    moment,
    number,
    share,
    words,
)

FORMATS = (
    "live",
    "short_video",
    "post",
    "article",
    "image_set",
    "list",
    "item_card",
    "qa",
)

VIEWERS = Table(
    "viewers",
    "What is known of a viewer; a viewer who is not listed has the defaults.",
    (
        identifier("viewer_id", "viewer"),
        share("trust_ppm", default=PPM, meaning="how far the viewer's attention counts"),
        words("tier", default="all", meaning="audience tier of the base rates"),
    ),
    key=("viewer_id",),
    is_optional=True,
)

PIECES = Table(
    "pieces",
    "A piece of content; a live session is a piece of format `live`.",
    (
        identifier("piece_id", "piece"),
        identifier("account_id", "account"),
        identifier("channel_id", "channel", meaning="where it was published"),
        words("format", allowed=FORMATS),
        words("category"),
        moment("published_at"),
        share("originality_ppm", default=PPM),
        share("completeness_ppm", default=PPM),
        share("media_quality_ppm", default=PPM),
        share("review_ppm", default=PPM, meaning="reviewed grade"),
        share("ai_share_ppm", default=0, meaning="share made by machine"),
    ),
    key=("piece_id",),
    references=(Reference("account_id", "accounts"), Reference("channel_id", "channels")),
)

SESSIONS = Table(
    "sessions",
    "A live session of a piece.",
    (
        identifier("session_id", "session"),
        identifier("piece_id", "piece", meaning="one session per piece; its format is `live`"),
        moment("started_at"),
        moment("ended_at"),
        number("effective_ms", unit="ms", meaning="time on air that counts"),
    ),
    key=("session_id",),
    references=(Reference("piece_id", "pieces"),),
    rules=(
        Rule(
            "piece is not live",
            "piece_id",
            "to_piece_id.format <> 'live'",
            "the session's piece must have the format live",
        ),
        Rule(
            "ended before started",
            "ended_at",
            "mine.ended_at < mine.started_at",
            "ended_at must not be earlier than started_at",
        ),
        Rule(
            "longer than the session",
            "effective_ms",
            "mine.effective_ms > mine.ended_at - mine.started_at",
            "effective_ms must fit between started_at and ended_at",
        ),
        Rule(
            "piece of two sessions",
            "piece_id",
            "count(*) over (partition by mine.piece_id) > 1",
            "a piece has one session; all rows that share it are rejected",
            is_across=True,
        ),
    ),
)
