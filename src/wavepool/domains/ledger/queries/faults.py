"""What speaks against the books, in sentences."""

from __future__ import annotations

from wavepool.domains.ledger.queries.proofs import prove_books


def book_faults() -> list[str]:
    """One sentence per difference that a proof of all of the books finds; it only reads."""
    return [
        f"{each.rule}: {each.place}: expected {each.expected}, found {each.found}"
        for each in prove_books().findings
    ]
