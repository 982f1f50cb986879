"""Where tables live, and how one portable SQL text per step runs there."""

from wavepool.engine.relations.digest import content_digest, row_text_sql
from wavepool.engine.relations.duck import DuckRelations, hide_progress
from wavepool.engine.relations.engines import open_relations
from wavepool.engine.relations.session import (
    DiskFull,
    NumberTooLarge,
    Relations,
    RelationsError,
    UnknownRelation,
    UnreadableParquet,
)
from wavepool.engine.relations.steps import StepParameterMissing, step_sql

__all__ = [
    "DiskFull",
    "DuckRelations",
    "NumberTooLarge",
    "Relations",
    "RelationsError",
    "StepParameterMissing",
    "UnknownRelation",
    "UnreadableParquet",
    "content_digest",
    "hide_progress",
    "open_relations",
    "row_text_sql",
    "step_sql",
]
