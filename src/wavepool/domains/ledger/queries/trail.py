"""The batches as the audit trail remembers them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from wavepool.domains.ledger.models import Batch
from wavepool.plumbing.audit import verify_trail
from wavepool.plumbing.models import AuditRow

_SUBJECT: Final = "ledger_batch:"
_KINDS: Final = tuple(f"ledger.{kind}" for kind in Batch.Kind.values)
_CHUNK: Final = 5_000


def trail_findings(since: int) -> Iterator[dict[str, str]]:
    """Batches that the trail does not know by their digest, and those that it misses."""
    remembered = dict(_remembered(since))
    batches = Batch.objects.filter(pk__gt=since).values_list("pk", "key", "digest")
    for batch_id, key, digest in batches.order_by("pk").iterator(chunk_size=_CHUNK):
        found = remembered.pop(batch_id, "")
        if found != digest:
            yield _finding(key, expected=digest, found=found or "no row")
    for batch_id, digest in sorted(remembered.items()):
        yield _finding(f"batch {batch_id}", expected=digest, found="no batch")


def chain_findings() -> Iterator[dict[str, str]]:
    """What speaks against the trail itself."""
    report = verify_trail()
    if not report.is_intact:
        place = f"audit row {report.first_bad}" if report.first_bad else "audit trail"
        yield {
            "rule": "audit trail",
            "place": place,
            "expected": "as it was written",
            "found": report.problem or "forged heads or missing triggers",
        }


def _remembered(since: int) -> Iterator[tuple[int, str]]:
    """Ids and digests of batches after `since`, as the trail has them."""
    rows = AuditRow.objects.filter(kind__in=_KINDS)
    if since:
        # A batch comes to the trail in its own transaction, so later ones stand further on.
        first = AuditRow.objects.filter(subject=f"{_SUBJECT}{since}").values("number")[:1]
        rows = rows.filter(number__gt=first) if first.exists() else rows
    for subject, data in rows.values_list("subject", "data").iterator(chunk_size=_CHUNK):
        batch_id = int(subject.removeprefix(_SUBJECT))
        if batch_id > since:
            yield batch_id, json.loads(data)["digest"]


def _finding(place: str, *, expected: str, found: str) -> dict[str, str]:
    return {"rule": "audit trail of a batch", "place": place, "expected": expected, "found": found}
