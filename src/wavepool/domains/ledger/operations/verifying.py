"""Proving the books and keeping what was proved."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from wavepool.domains.ledger import queries
from wavepool.domains.ledger.models import Verification
from wavepool.domains.ledger.queries import Proof
from wavepool.plumbing.actor import Actor

#: Ids are given before a commit, so a batch may appear behind one that was proved already.
OVERLAP: Final = 1_000


def verify_books(*, actor: Actor, as_of: datetime) -> Proof:
    """Prove all of the books and keep the result."""
    return _keep(queries.prove_books(), actor=actor, as_of=as_of)


def verify_new_books(*, actor: Actor, as_of: datetime) -> Proof:
    """Prove what came after the last sound proof, and keep the result.

    The last thousand batches before it are proved again. Books that were never
    proved are proved whole.
    """
    since = max(0, queries.last_sound_batch() - OVERLAP)
    return _keep(queries.prove_books(since=since), actor=actor, as_of=as_of)


def _keep(proof: Proof, *, actor: Actor, as_of: datetime) -> Proof:
    Verification.objects.create(
        is_full=proof.is_full,
        checked_at=as_of,
        up_to_batch_id=proof.up_to,
        batch_count=proof.batch_count,
        account_count=proof.account_count,
        findings=[each.as_data() for each in proof.findings],
        actor=actor.name,
    )
    return proof
