"""Rows of statements."""

from wavepool.domains.statements.models.closes import Close
from wavepool.domains.statements.models.corrections import Correction
from wavepool.domains.statements.models.objections import Objection
from wavepool.domains.statements.models.payments import StatementPayment
from wavepool.domains.statements.models.statements import Line, Shift, Statement
from wavepool.domains.statements.models.takes import Take
from wavepool.domains.statements.models.trust import TrustReview

__all__ = [
    "Close",
    "Correction",
    "Line",
    "Objection",
    "Shift",
    "Statement",
    "StatementPayment",
    "Take",
    "TrustReview",
]
