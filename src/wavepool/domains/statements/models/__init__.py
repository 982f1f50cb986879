"""Rows of statements."""

from wavepool.domains.statements.models.closes import Close
from wavepool.domains.statements.models.objections import Objection
from wavepool.domains.statements.models.statements import Line, Shift, Statement
from wavepool.domains.statements.models.takes import Take

__all__ = ["Close", "Line", "Objection", "Shift", "Statement", "Take"]
