"""What the ledger does when nobody looks: it proves the books, and those of a backup."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger import operations, queries
from wavepool.plumbing import backup
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob, every, register


@register("ledger.verify_new_books", label=_("Proof of the new books"))
def verify_new_books(job: RunningJob) -> None:
    """Prove what came since the last sound proof; the job fails where something differs."""
    proof = operations.verify_new_books(actor=MACHINE, as_of=job.clock())
    operations.insist(proof)
    job.progress(proof.batch_count, proof.batch_count)


@register("ledger.verify_books", label=_("Proof of all books"))
def verify_books(job: RunningJob) -> None:
    """Prove all of the books; the job fails where something differs."""
    proof = operations.verify_books(actor=MACHINE, as_of=job.clock())
    operations.insist(proof)
    job.progress(proof.batch_count, proof.batch_count)


every("ledger.verify_new_books", seconds=600)
every("ledger.verify_books", at="03:30")
backup.register_check("books", queries.book_faults)
