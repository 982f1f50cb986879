"""Levels and tiers computed anew: from the facts of a run, by the policy in force, chunk by chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import operations as people_operations
from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import StandingReview
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob
from wavepool.plumbing.notifications import notify, register_notice

_CHUNK: Final = 200
_KINDS: Final = ("level", "tier")


def _tier_words(data: Mapping[str, Any]) -> Mapping[str, Any]:
    labels = dict(people.tier_choices())
    return {**data, "standing": labels.get(data["standing"], data["standing"])}


register_notice(
    "programmes.level_changed",
    title=_("Your level is now %(standing)s"),
    text=_("The page of your level says what it was computed from and what the next one takes."),
)
register_notice(
    "programmes.tier_changed",
    title=_("Your tier is now %(standing)s"),
    text=_("Boards compare you with others of the tier; pay does not depend on it."),
    words=_tier_words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a review decides.

    Attributes:
        standing: what the creator has from now on.
        missed_since_at: since when the facts reach less; None where they reach it.
        kept_until_at: until when it is kept all the same.
    """

    standing: int
    missed_since_at: datetime | None = None
    kept_until_at: datetime | None = None


def settle_level(
    *, current: int, reached: int, missed_since_at: datetime | None, keep_days: int, at: datetime
) -> Outcome:
    """Rise at once; fall only when the facts have reached less for the days of grace.

    Guarantee: monotone in `reached` and in `current`; the same again gives the same.

    >>> noon = datetime(2026, 11, 2, 12)
    >>> settle_level(current=3, reached=2, missed_since_at=None, keep_days=30, at=noon).standing
    3
    >>> settle_level(current=2, reached=3, missed_since_at=None, keep_days=30, at=noon).standing
    3
    """
    if reached >= current:
        return Outcome(standing=reached)
    since = missed_since_at or at
    until = since + timedelta(days=keep_days)
    if at >= until:
        return Outcome(standing=reached)
    return Outcome(standing=current, missed_since_at=since, kept_until_at=until)


def slot_of(kind: str, *, at: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the slot that a moment lies in: the local week of a level, month of a tier.

    >>> friday = datetime(2026, 11, 27, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> slot_of("level", at=friday, zone=ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-11-23T00:00:00+08:00'
    """
    day = at.astimezone(zone).date()
    first = day - timedelta(days=day.weekday()) if kind == "level" else day.replace(day=1)
    return datetime.combine(first, time(), zone)


def review_standings(job: RunningJob) -> dict[str, int]:
    """Review every creator whose level or tier was not reviewed in the running week or month.

    Each chunk commits with its cursor, and a creator's review names its slot, so whoever dies
    here is gone on with and nobody is reviewed twice in a slot. Without a run nothing changes.
    """
    source = queries.find_source()
    if source is None:
        return {}
    place, last = job.cursor or (0, 0)
    counts = {}
    for at_kind in range(place, len(_KINDS)):
        kind, changed = _KINDS[at_kind], 0
        slot_at = slot_of(kind, at=job.clock(), zone=source.zone)
        while chunk := _next(last):
            with transaction.atomic():
                due = _due(chunk, kind=kind, slot_at=slot_at)
                review = _review_levels if kind == "level" else _review_tiers
                changed += review(source, due, slot_at=slot_at, as_of=job.clock())
                last = chunk[-1].pk
                job.checkpoint([at_kind, last])
            job.progress(last, note=kind)
        last = 0
        counts[kind] = changed
    return counts


def _next(after: int) -> list[Any]:
    return list(people.list_creators().filter(pk__gt=after).order_by("pk")[:_CHUNK])


def _due(chunk: Sequence[Any], *, kind: str, slot_at: datetime) -> list[Any]:
    rows = StandingReview.objects.filter(
        creator_id__in=[each.pk for each in chunk], kind=kind, slot_at__gte=slot_at
    )
    done = set(rows.values_list("creator_id", flat=True))
    return [each for each in chunk if each.pk not in done]


def _review_levels(
    source: queries.Source, creators: Sequence[Any], *, slot_at: datetime, as_of: datetime
) -> int:
    rules = queries.level_rules(at=as_of)
    end = slot_at.date()
    first = end - timedelta(days=rules.window_days)
    found = queries.facts_of(source, [each.pk for each in creators], first=first, end=end)
    before = _reviews("level", creators)
    changed = 0
    for creator in creators:
        facts, earlier = found[creator.pk], before.get(creator.pk)
        outcome = settle_level(
            current=creator.level,
            reached=queries.level_reached(rules, facts),
            missed_since_at=earlier.missed_since_at if earlier else None,
            keep_days=rules.keep_days,
            at=slot_at,
        )
        changed += _keep(
            source,
            creator,
            kind="level",
            facts=facts,
            reached=str(queries.level_reached(rules, facts)),
            outcome=outcome,
            window=(first, end),
            slot_at=slot_at,
            version=rules.version,
            as_of=as_of,
        )
    return changed


def _review_tiers(
    source: queries.Source, creators: Sequence[Any], *, slot_at: datetime, as_of: datetime
) -> int:
    rules = queries.tier_rules(at=as_of)
    end = slot_at.date()
    first = (end - timedelta(days=1)).replace(day=1)
    sales = queries.month_sales(
        source, [each.pk for each in creators], month=first.strftime("%Y-%m")
    )
    changed = 0
    for creator in creators:
        facts = queries.Facts(effective_days=0, sales_minor=sales.get(creator.pk, 0))
        reached = queries.tier_reached(
            rules,
            sales_minor=facts.sales_minor,
            first_live_at=creator.first_live_at,
            at=slot_at,
        )
        changed += _keep(
            source,
            creator,
            kind="tier",
            facts=facts,
            reached=reached,
            outcome=None,
            window=(first, end),
            slot_at=slot_at,
            version=rules.version,
            as_of=as_of,
        )
    return changed


def _keep(
    source: queries.Source,
    creator: Any,
    *,
    kind: str,
    facts: queries.Facts,
    reached: str,
    outcome: Outcome | None,
    window: tuple[date, date],
    slot_at: datetime,
    version: int,
    as_of: datetime,
) -> int:
    """Write one review down and set the standing; tell whether it changed."""
    standing = str(outcome.standing) if outcome else reached
    StandingReview.objects.update_or_create(
        creator_id=creator.pk,
        kind=kind,
        defaults={
            "reviewed_at": as_of,
            "slot_at": slot_at,
            "window_from_date": window[0],
            "window_to_date": window[1],
            "effective_days": facts.effective_days,
            "sales_minor": facts.sales_minor,
            "currency": source.currency,
            "reached": reached,
            "standing": standing,
            "missed_since_at": outcome.missed_since_at if outcome else None,
            "kept_until_at": outcome.kept_until_at if outcome else None,
            "policy_number": version,
            "run_id": source.run.public_id,
        },
    )
    before = str(creator.level) if kind == "level" else creator.tier
    if before == standing:
        return 0
    reason = (
        f"{window[0]} to {window[1]}: {facts.effective_days} effective days, sales of "
        f"{facts.sales_minor} minor units ({source.currency}); {kind} policy, version {version}."
    )
    if kind == "level":
        people_operations.set_level(
            creator_id=creator.pk, level=int(standing), reason=reason, actor=MACHINE, as_of=as_of
        )
    else:
        people_operations.set_tier(
            creator_id=creator.pk, tier=standing, reason=reason, actor=MACHINE, as_of=as_of
        )
    notify(
        f"programmes.{kind}_changed",
        people.list_account_ids(party="creator", party_ids=[creator.pk], right="view"),
        key=f"{creator.pk}:{slot_at.date()}",
        at=as_of,
        data={"standing": standing},
        route="programmes.studio_level",
        names=[creator.handle],
    )
    return 1


def _reviews(kind: str, creators: Sequence[Any]) -> dict[int, StandingReview]:
    rows = StandingReview.objects.filter(kind=kind, creator_id__in=[each.pk for each in creators])
    return {each.creator_id: each for each in rows}
