"""Consent to be recognised, and being forgotten."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from wavepool.domains.events.models import Consent, IdentityLink, QuarantinedEvent, Stitch, Viewer
from wavepool.domains.events.operations import rewriting
from wavepool.domains.events.operations.compacting import compact_all
from wavepool.domains.events.queries.numbers import VIEWERS_FROM
from wavepool.domains.events.queries.places import Places
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor


def give_consent(*, account_id: int, actor: Actor, as_of: datetime) -> Consent:
    """Let visits from before the sign-in count as this account's."""
    with transaction.atomic():
        found, made = Consent.objects.get_or_create(
            account_id=account_id, withdrawn_at=None, defaults={"given_at": as_of}
        )
        if made:
            _note("consent_given", account_id, actor=actor, as_of=as_of)
        return found


def withdraw_consent(*, account_id: int, actor: Actor, as_of: datetime) -> bool:
    """Stop recognising at once; what was joined before is undone only by `forget_person`.

    Returns:
        Whether there was a consent to withdraw.
    """
    with transaction.atomic():
        open_ones = Consent.objects.filter(account_id=account_id, withdrawn_at=None)
        is_withdrawn = bool(open_ones.update(withdrawn_at=as_of))
        # Visits of this browser that are not yet taken in stay anonymous from here on.
        Stitch.objects.filter(right_id=account_id).delete()
        if is_withdrawn:
            _note("consent_withdrawn", account_id, actor=actor, as_of=as_of)
        return is_withdrawn


def forget_person(
    *, account_id: int, actor: Actor, as_of: datetime, places: Places | None = None
) -> int:
    """Erase who watched: an account's visits stay as a stranger's whom nobody can name.

    What the log holds is taken in first, so nothing of the person stays there. Every number
    of the person, stitched ones too, becomes one number drawn for this alone and written
    nowhere; ids, properties, context and message ids of its events are blanked; parts with
    the old numbers are deleted at once.

    Returns:
        How many parts of the lake were written anew.
    """
    compact_all(as_of=as_of, places=places)
    stitched = Stitch.objects.filter(right_id=account_id).values_list("left_id", flat=True)
    numbers = [account_id, *stitched]
    # The id is drawn at random and not kept, so nobody computes the number again.
    drawn = hashlib.sha256(ids.new_id("gone").encode()).digest()
    stranger = VIEWERS_FROM + (int.from_bytes(drawn[:8]) >> 4)
    changed = rewriting.forget_viewers(dict.fromkeys(numbers, stranger), as_of=as_of)
    names = [f"buyer:{number}" for number in numbers]
    with transaction.atomic():
        Consent.objects.filter(account_id=account_id).delete()
        Stitch.objects.filter(right_id=account_id).delete()
        Viewer.objects.filter(viewer_id__in=numbers).delete()
        IdentityLink.objects.filter(Q(left_id__in=names) | Q(right_id__in=names)).delete()
        _own_refused(account_id).delete()
        _note("person_forgotten", account_id, actor=actor, as_of=as_of)
    return changed


def _own_refused(account_id: int) -> QuerySet[QuarantinedEvent]:
    text = f'"accountId":{account_id},'
    return QuarantinedEvent.objects.filter(source=None, text__contains=text)


def _note(deed: str, account_id: int, *, actor: Actor, as_of: datetime) -> None:
    subject = f"account:{account_id}"
    audit.record(kind=f"events.{deed}", subject=subject, actor=actor, at=as_of, data={})
