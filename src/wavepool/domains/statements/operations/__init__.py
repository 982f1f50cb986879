"""Writes of statements: months come in, are reconciled, approved, posted and issued."""

from wavepool.domains.statements.operations.closing import (
    POST_JOB,
    approve_close,
    prepare_close,
    reject_close,
    subject_of,
)
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
from wavepool.domains.statements.operations.posting import post_month
from wavepool.domains.statements.operations.reconciling import Check, reconcile
from wavepool.domains.statements.operations.refusals import (
    ClosedBefore,
    CloseError,
    DoesNotReconcile,
    EarlierMonthOpen,
    MonthNotSettled,
    NothingPrepared,
)
from wavepool.domains.statements.operations.taking import (
    PayeeUnknown,
    StatementDoesNotAddUp,
    month_end,
    take_in,
)

__all__ = [
    "POST_JOB",
    "AmountNeeded",
    "AnotherPersonNeeded",
    "Check",
    "CloseError",
    "ClosedBefore",
    "DoesNotReconcile",
    "EarlierMonthOpen",
    "MonthNotSettled",
    "NothingPrepared",
    "ObjectionAnswered",
    "ObjectionError",
    "ObjectionStands",
    "ObjectionTooLate",
    "ObjectorIsNoPerson",
    "PayeeUnknown",
    "ReasonNeeded",
    "StatementDoesNotAddUp",
    "answer_objection",
    "approve_close",
    "month_end",
    "post_month",
    "prepare_close",
    "raise_objection",
    "reconcile",
    "reject_close",
    "subject_of",
    "take_in",
]
