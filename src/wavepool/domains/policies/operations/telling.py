"""Telling the people whom a change reaches, chunk by chunk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies import queries
from wavepool.domains.policies.models import PolicyVersion
from wavepool.domains.policies.tables import kind_of
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.jobs import RunningJob
from wavepool.plumbing.notifications import notify, register_notice

TELL: Final = "policies.tell_affected"
#: Parties whose owners are told in one transaction.
PARTIES_AT_ONCE: Final = 500


def _words(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**data, "policy": kind_of(data["policy"]).label}


register_notice(
    "policies.announced",
    title=_("A rule changes: %(policy)s, version %(number)s"),
    text=_("It holds from %(from_at)s. %(summary)s"),
    tone="warning",
    words=_words,
)
register_notice(
    "policies.withdrawn",
    title=_("A change was taken back: %(policy)s, version %(number)s"),
    text=_("The rule before holds on. The reason: %(reason)s"),
    words=_words,
)


def tell_later(version: PolicyVersion, what: str, *, actor: Actor, as_of: datetime) -> None:
    """Queue the telling of whom a version reaches: "announced" or "withdrawn"."""
    payload = {"kind": version.kind, "number": version.number, "what": what}
    jobs.enqueue(TELL, key=f"{version.subject}:{what}", actor=actor, payload=payload, at=as_of)


def tell_affected(job: RunningJob) -> None:
    """Tell the owners of everybody whom a version reaches; a resumed job goes on where it was."""
    version = PolicyVersion.objects.get(kind=job.payload["kind"], number=job.payload["number"])
    at = version.announced_at
    assert at is not None, "only what was announced is told"
    groups = queries.list_affected_by(version, at=at)
    place, after, done = job.cursor or (0, 0, 0)
    total = sum(group.count for group in groups if group.rows is not None)
    while place < len(groups):
        with transaction.atomic():
            accounts, last = queries.list_owner_ids(
                groups[place], after=after, limit=PARTIES_AT_ONCE
            )
            _tell(version, job.payload["what"], accounts, at=job.clock())
            place, after = (place + 1, 0) if last is None else (place, last)
            done += 0 if last is None else PARTIES_AT_ONCE
            job.checkpoint((place, after, done))
        job.progress(done, total)


def _tell(version: PolicyVersion, what: str, account_ids: list[int], *, at: datetime) -> None:
    data = {"policy": version.kind, "number": version.number, "summary": version.summary}
    if version.valid_from_at is not None:
        data["from_at"] = version.valid_from_at.isoformat()
    if version.reason:
        data["reason"] = version.reason
    is_withdrawn_meanwhile = what == "announced" and version.valid_from_at is None
    if is_withdrawn_meanwhile:
        return
    notify(
        f"policies.{what}",
        account_ids,
        key=version.subject,
        data=data,
        route="policies.rule_diff",
        names=[version.kind, version.number],
        at=at,
    )
