"""What the ledger does when nobody looks: it proves books that came back from a backup."""

from __future__ import annotations

from wavepool.domains.ledger import queries
from wavepool.plumbing import backup

backup.register_check("books", queries.book_faults)
