"""Where the text of a policy becomes typed tables: the kinds, their schemas, and their differences."""

from wavepool.domains.policies.models.kinds import (
    ENGINE_KINDS,
    KINDS,
    Kind,
    UnknownKind,
    kind_of,
)
from wavepool.domains.policies.tables.comparing import Change, compare, flatten
from wavepool.domains.policies.tables.documents import (
    Document,
    DocumentUnreadable,
    Fault,
    clean_text,
    content_digest,
    numbered_text,
    read_document,
    text_digest,
)
from wavepool.domains.policies.tables.judging import compose, judge
from wavepool.domains.policies.tables.packaged import packaged_document
from wavepool.domains.policies.tables.payout_schema import Payday as PaydayTerms
from wavepool.domains.policies.tables.payout_schema import Payout, TaxRule
from wavepool.domains.policies.tables.schemas import build

__all__ = [
    "ENGINE_KINDS",
    "KINDS",
    "Change",
    "Document",
    "DocumentUnreadable",
    "Fault",
    "Kind",
    "PaydayTerms",
    "Payout",
    "TaxRule",
    "UnknownKind",
    "build",
    "clean_text",
    "compare",
    "compose",
    "content_digest",
    "flatten",
    "judge",
    "kind_of",
    "numbered_text",
    "packaged_document",
    "read_document",
    "text_digest",
]
