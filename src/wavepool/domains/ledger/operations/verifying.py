"""Proving the books and keeping what was proved."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

import structlog
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger import queries
from wavepool.domains.ledger.models import Verification
from wavepool.domains.ledger.queries import Finding, Proof
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_log = structlog.get_logger("wavepool.ledger")
#: Ids are given before a commit, so a batch may appear behind one that was proved already.
OVERLAP: Final = 1_000


class BooksDiffer(PlatformError):
    """A proof found something in the books that is not what it must be.

    Attributes:
        finding: the first of them.
        count: how many there are.
    """

    kind: ClassVar[str] = "ledger.books_differ"
    status: ClassVar[int] = 500

    def __init__(self, finding: Finding, *, count: int) -> None:
        words = _(
            "The books do not reconcile. %(rule)s, %(place)s: expected %(expected)s, found"
            " %(found)s. Differences: %(count)d."
        )
        super().__init__(words % {**finding.as_data(), "count": count})
        self.finding = finding
        self.count = count


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


def insist(proof: Proof) -> None:
    """Let no proof that failed pass in silence.

    Raises:
        BooksDiffer: something does not reconcile; it names the first.
    """
    if proof.reconciles:
        return
    first = proof.findings[0]
    _log.error("books_differ", count=len(proof.findings), **first.as_data())
    raise BooksDiffer(first, count=len(proof.findings))


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
