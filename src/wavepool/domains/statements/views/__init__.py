"""Pages of statements."""

from wavepool.domains.statements.views import documents, objections, why
from wavepool.domains.statements.views.closes import approve, close, closes, prepare, reject
from wavepool.domains.statements.views.pages import (
    agency_statement,
    agency_statements,
    merchant_statement,
    merchant_statements,
    staff_statement,
    staff_statements,
    studio_statement,
    studio_statements,
)

__all__ = [
    "agency_statement",
    "agency_statements",
    "approve",
    "close",
    "closes",
    "documents",
    "merchant_statement",
    "merchant_statements",
    "objections",
    "prepare",
    "reject",
    "staff_statement",
    "staff_statements",
    "studio_statement",
    "studio_statements",
    "why",
]
