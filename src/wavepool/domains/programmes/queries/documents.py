"""The rules of programmes: which there are, what each is called, and how each stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies import queries as policies
from wavepool.domains.programmes.tables import day_of
from wavepool.engine.incentives import Programme, Programmes, read_programmes
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A version of the rules.

    Attributes:
        number: of the version; 0 where none holds.
        zone: of the days that the rules name.
        is_announced: whether its notice is running.
    """

    number: int
    document: Programmes
    zone: ZoneInfo
    from_at: datetime | None = None
    is_announced: bool = False

    @property
    def href(self) -> str:
        """Where the version can be read, with its notice."""
        return reverse("policies.rule_version", args=["programme", self.number])


@lru_cache(maxsize=32)
def read_document(_digest: str, text: str) -> Programmes:
    """Read a document once; a text of a known digest was read before."""
    return read_programmes(text)


def find_rules(*, at: datetime) -> Rules | None:
    """The rules in force at a moment, or None."""
    found = policies.list_in_force(at=at)
    version = found.get("programme")
    if version is None:
        return None
    return Rules(
        number=version.number,
        document=read_document(version.digest, version.text),
        zone=zone_at(at),
        from_at=version.valid_from_at,
    )


def list_coming_rules(*, at: datetime) -> list[Rules]:
    """Versions whose notice runs, the next one first."""
    coming = [
        each
        for each in policies.list_public_versions("programme")
        if each.valid_from_at is not None and each.valid_from_at > at and not each.withdrawn_at
    ]
    return [
        Rules(
            number=each.number,
            document=read_document(each.digest, each.text),
            zone=zone_at(at),
            from_at=each.valid_from_at,
            is_announced=True,
        )
        for each in reversed(coming)
    ]


def list_draft_rules(actor: Actor) -> list[tuple[int, str]]:
    """Versions of the rules that staff work on: number and address."""
    rows = policies.list_versions(actor).filter(kind="programme", stage="draft")
    numbers = rows.order_by("number").values_list("number", flat=True)
    return [(each, reverse("policies.version", args=["programme", each])) for each in numbers]


def get_rules(number: int, *, at: datetime) -> Rules:
    """A version that was announced.

    Raises:
        NotFound: there is none.
    """
    version = policies.get_public_version("programme", number)
    return Rules(
        number=number,
        document=read_document(version.digest, version.text),
        zone=zone_at(at),
        from_at=version.valid_from_at,
    )


def zone_at(at: datetime) -> ZoneInfo:
    """The zone whose days count."""
    try:
        return ZoneInfo(policies.compose_engine_policy(at=at).zone)
    except policies.NoPolicyInForce:
        return ZoneInfo("UTC")


def today_at(at: datetime, zone: ZoneInfo) -> date:
    """The local day of a moment."""
    return at.astimezone(zone).date()


def midnight_of(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def end_of(ends: date, zone: ZoneInfo) -> datetime:
    """The last second that counts, of an exclusive end."""
    return midnight_of(ends, zone) - timedelta(seconds=1)


def last_day(ends: date) -> date:
    """The last day that counts, of an exclusive end."""
    return ends - timedelta(days=1)


def state_of_programme(programme: Programme, rules: Rules, *, at: datetime) -> State:
    """How a programme of announced rules stands: published, in force, over."""
    first = midnight_of(day_of(programme.from_day), rules.zone)
    ends = midnight_of(day_of(programme.to_day), rules.zone)
    begins = max(first, rules.from_at) if rules.from_at else first
    if at >= ends:
        return State(name="over", label=_("Over"), why=_("Its last day is past."))
    if at < begins:
        why = _("Announced; it binds from its first day on and never before.")
        return State(name="published", label=_("Announced"), tone="info", why=why, until=begins)
    return State(
        name="in_force",
        label=_("In force"),
        tone="ok",
        until=end_of(day_of(programme.to_day), rules.zone),
    )


def programme_name(programme: Programme) -> str:
    """A programme's name in the reader's language."""
    is_chinese = (get_language() or "").startswith("zh")
    return programme.name_zh if is_chinese else programme.name_en
