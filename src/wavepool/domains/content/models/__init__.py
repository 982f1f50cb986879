"""Rows of content; foreign keys from other domains name them by string."""

from wavepool.domains.content.models.admissions import Admission
from wavepool.domains.content.models.channels import Channel
from wavepool.domains.content.models.pieces import (
    MILLION,
    Disclosure,
    Format,
    Piece,
    PieceItem,
    PieceVersion,
    Series,
)
from wavepool.domains.content.models.quality import QUALITIES, QualityMark

__all__ = [
    "MILLION",
    "QUALITIES",
    "Admission",
    "Channel",
    "Disclosure",
    "Format",
    "Piece",
    "PieceItem",
    "PieceVersion",
    "QualityMark",
    "Series",
]
