"""The audit trail: who did what to whom, appended and chained.

Every row carries the digest of the row before, so an edit, a deletion or a swap
breaks the chain at that place. The head is signed and written outside the
database (`export_head`), so cutting the end off, or computing the whole chain
anew, disagrees with a head that the database cannot reach.
"""

from wavepool.plumbing.audit.chain import GENESIS, actor_text, data_text, record, seal
from wavepool.plumbing.audit.guards import missing_guards
from wavepool.plumbing.audit.heads import (
    ExportedHead,
    HeadKeyUnusable,
    export_head,
    find_newest_head,
    list_heads,
)
from wavepool.plumbing.audit.verify import TrailReport, verify_trail

__all__ = [
    "GENESIS",
    "ExportedHead",
    "HeadKeyUnusable",
    "TrailReport",
    "actor_text",
    "data_text",
    "export_head",
    "find_newest_head",
    "list_heads",
    "missing_guards",
    "record",
    "seal",
    "verify_trail",
]
