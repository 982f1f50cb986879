"""Rows of programmes."""

from wavepool.domains.programmes.models.reviews import StandingReview
from wavepool.domains.programmes.models.villages import OriginEvidence, Training, VillageAnchor

__all__ = ["OriginEvidence", "StandingReview", "Training", "VillageAnchor"]
