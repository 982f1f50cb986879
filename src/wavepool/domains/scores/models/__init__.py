"""Rows of scores."""

from wavepool.domains.scores.models.drafts import Draft
from wavepool.domains.scores.models.figures import (
    BaseRate,
    CreatorScore,
    PayeeScore,
    PieceScore,
    SceneScore,
    SlotScore,
)

__all__ = [
    "BaseRate",
    "CreatorScore",
    "Draft",
    "PayeeScore",
    "PieceScore",
    "SceneScore",
    "SlotScore",
]
