"""Making one person's numbers one number, where that person agreed to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from wavepool.domains.events.models import Consent, Stitch
from wavepool.domains.events.operations.facts import Fact
from wavepool.domains.events.queries import numbers
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE

#: The job that gives earlier touches of a stitched viewer their new number.
RENUMBER: Final = "events.renumber"
_NUMBERS_AT_ONCE: Final = 5_000


def renumber_facts(facts: Iterable[Fact]) -> None:
    """Give facts of viewers who were recognised their person's number."""
    facts = list(facts)
    known = stitched({fact.viewer_id for fact in facts})
    for fact in facts:
        fact.viewer_id = known.get(fact.viewer_id, fact.viewer_id)


def stitched(viewer_ids: Iterable[int]) -> Mapping[int, int]:
    """The person's number for each viewer that was recognised."""
    wanted, found = sorted(viewer_ids), {}
    for start in range(0, len(wanted), _NUMBERS_AT_ONCE):
        some = wanted[start : start + _NUMBERS_AT_ONCE]
        rows = Stitch.objects.filter(left_id__in=some)
        found.update(dict(rows.values_list("left_id", "right_id")))
    return found


def stitch_facts(facts: Sequence[Fact], *, as_of: datetime) -> int:
    """Remember who recognised themselves, with consent; tell how many are new.

    A page of our own recognises a signed-in person whose consent is in force. Another
    source says so itself, by `identify` or `alias` with `context.consent.stitch` true.
    """
    pairs = {left: right for left, right in _pairs(facts) if left != right}
    known = stitched(pairs)
    fresh = {left: right for left, right in pairs.items() if left not in known}
    if not fresh:
        return 0
    Stitch.objects.bulk_create(
        [Stitch(left_id=left, right_id=right, seen_at=as_of) for left, right in fresh.items()],
        ignore_conflicts=True,
    )
    payload = {"numbers": [[left, right] for left, right in sorted(fresh.items())]}
    key = f"{RENUMBER}:{min(fresh)}:{as_of.isoformat()}"
    jobs.enqueue(RENUMBER, key=key, actor=MACHINE, payload=payload, at=as_of)
    return len(fresh)


def _pairs(facts: Sequence[Fact]) -> Iterator[tuple[int, int]]:
    accounts = {fact.account_id for fact in facts if fact.account_id and fact.anonymous_id}
    agreed = Consent.objects.filter(account_id__in=accounts, withdrawn_at=None)
    willing = set(agreed.values_list("account_id", flat=True))
    for fact in facts:
        slug = fact.sender.slug
        if fact.account_id is not None:
            if fact.account_id in willing and fact.anonymous_id:
                yield numbers.viewer_number(slug, fact.anonymous_id), fact.account_id
        elif fact.kind in {"identify", "alias"} and fact.user_id and _agreed(fact.context):
            before = fact.properties.get("previous_id") if fact.kind == "alias" else None
            before = before or fact.anonymous_id
            if before:
                right = numbers.viewer_number(slug, fact.user_id)
                yield numbers.viewer_number(slug, before), right


def _agreed(context: object) -> bool:
    if not isinstance(context, Mapping):
        return False
    consent = context.get("consent")
    return isinstance(consent, Mapping) and consent.get("stitch") is True
