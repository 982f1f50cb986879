"""Writes of programmes."""

from wavepool.domains.programmes.operations.errors import (
    AlreadyApplied,
    BadValue,
    NotAFarmer,
    ProofDecided,
    ProofKnown,
    SamePerson,
    VillageError,
    WrongStage,
)
from wavepool.domains.programmes.operations.standing import (
    review_standings,
    settle_level,
    slot_of,
)
from wavepool.domains.programmes.operations.villages import (
    CERTIFIED_FOR,
    accept_application,
    apply_village,
    certify,
    confirm_proof,
    hand_in_origin,
    hand_in_training,
    refuse_application,
    refuse_proof,
)

__all__ = [
    "CERTIFIED_FOR",
    "AlreadyApplied",
    "BadValue",
    "NotAFarmer",
    "ProofDecided",
    "ProofKnown",
    "SamePerson",
    "VillageError",
    "WrongStage",
    "accept_application",
    "apply_village",
    "certify",
    "confirm_proof",
    "hand_in_origin",
    "hand_in_training",
    "refuse_application",
    "refuse_proof",
    "review_standings",
    "settle_level",
    "slot_of",
]
