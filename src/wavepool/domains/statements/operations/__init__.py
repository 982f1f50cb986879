"""Writes of statements, open to the domains above."""

from wavepool.domains.statements.operations.objecting import (
    AmountNeeded,
    AnotherPersonNeeded,
    ObjectionAnswered,
    ObjectionError,
    ObjectionStands,
    ObjectionTooLate,
    ObjectorIsNoPerson,
    ReasonNeeded,
    answer_objection,
    raise_objection,
)

__all__ = [
    "AmountNeeded",
    "AnotherPersonNeeded",
    "ObjectionAnswered",
    "ObjectionError",
    "ObjectionStands",
    "ObjectionTooLate",
    "ObjectorIsNoPerson",
    "ReasonNeeded",
    "answer_objection",
    "raise_objection",
]
