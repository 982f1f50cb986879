"""What people are told: a reward is near and its window ends, an award is approved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import Award, Progress, Take
from wavepool.engine.money import format_minor
from wavepool.plumbing.notifications import notify, register_notice

#: So long before a window ends, whoever lacks one condition is told.
NEAR_END: Final = timedelta(days=7)


def _near_words(data: Mapping[str, Any]) -> Mapping[str, Any]:
    missing = queries.missing_text(
        data["counter"], int(data["missing"]), currency=str(data["currency"])
    )
    return {**data, "missing": missing, "programme": _name(data)}


def _award_words(data: Mapping[str, Any]) -> Mapping[str, Any]:
    amount = f"{format_minor(int(data['minor']), str(data['currency']))} {data['currency']}"
    return {**data, "amount": amount, "programme": _name(data)}


def _name(data: Mapping[str, Any]) -> str:
    return queries.in_readers_language(zh=str(data["zh"]), en=str(data["en"]))


register_notice(
    "programmes.near_miss",
    title=_("%(programme)s: one step away (%(missing)s)"),
    text=_("Everything else is met. The last day that counts is %(last_date)s."),
    tone="warning",
    words=_near_words,
)
register_notice(
    "programmes.award_approved",
    title=_("%(programme)s: %(amount)s is approved"),
    text=_("It is part of the statement of %(month)s."),
    tone="ok",
    words=_award_words,
)


def tell_near_misses(take: Take, *, at: datetime) -> None:
    """Tell creators who lack one condition of a window that ends soon; once for each window."""
    approved = Award.objects.filter(
        is_final=True, is_once=True, once_key=OuterRef("once_key"), person_id=OuterRef("person_id")
    )
    rows = Progress.objects.filter(
        ~Exists(approved),
        take=take,
        short=1,
        agency=None,
        person__isnull=False,
        starts_date__lte=take.today_date,
        ends_date__gt=take.today_date,
        ends_date__lte=take.today_date + NEAR_END,
    )
    near = list(rows.select_related("creator").order_by("pk"))
    if not near:
        return
    names = _names(take, at=at)
    for each in near:
        lacking = next(row for row in each.conditions if row["have"] < row["need"])
        _tell(
            "programmes.near_miss",
            each,
            key=f"{each.once_key}:{each.creator_id}:{each.ends_date.isoformat()}",
            at=at,
            data={
                **names[each.programme_id],
                "counter": lacking["counter"],
                "missing": lacking["need"] - lacking["have"],
                "currency": each.currency,
                "last_date": queries.last_day(each.ends_date).isoformat(),
            },
        )


def tell_approved(take: Take, *, at: datetime) -> None:
    """Tell whoever gets an award of a final take."""
    awards = Award.objects.filter(take=take).select_related("creator", "agency").order_by("pk")
    found = list(awards)
    if not found:
        return
    names = _names(take, at=at)
    for each in found:
        _tell(
            "programmes.award_approved",
            each,
            key=f"{each.period}:{each.key}"[:160],
            at=at,
            data={
                **names[each.programme_id],
                "minor": each.award_minor,
                "currency": each.currency,
                "month": each.period,
            },
        )


def _tell(
    kind: str, row: Award | Progress, *, key: str, at: datetime, data: Mapping[str, Any]
) -> None:
    """Tell those who see the money of whoever claims."""
    if row.agency is not None:
        party, party_id, route, slug = "agency", row.agency.pk, "people.agency", row.agency.slug
    else:
        assert row.creator is not None, "somebody claims"
        party, party_id = "creator", row.creator.pk
        route, slug = "programmes.studio_tasks", row.creator.handle
    accounts = people.list_account_ids(party=party, party_ids=[party_id], right="finance")
    notify(kind, accounts, key=key, at=at, data=data, route=route, names=[slug])


def _names(take: Take, *, at: datetime) -> dict[str, dict[str, str]]:
    document = queries.get_rules(take.policy_number, at=at).document
    return {each.id: {"zh": each.name_zh, "en": each.name_en} for each in document.programmes}
