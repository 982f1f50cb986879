"""Reads of progress: how far each subject is, what is missing until when, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from wavepool.domains.programmes.models import Award, Progress, Refusal, Take
from wavepool.domains.programmes.queries import programmes as reads
from wavepool.domains.programmes.queries.documents import (
    end_of,
    midnight_of,
    today_at,
    zone_at,
)
from wavepool.domains.risk import queries as risk
from wavepool.engine.money import format_minor
from wavepool.plumbing.states import State, Tone

_PPM: Final = 1_000_000
_SOON: Final = timedelta(days=7)
_COUNTERS: Final[dict[str, Any]] = {
    "sessions": _("live sessions"),
    "live_days": _("days live"),
    "effective_sessions": _("sessions of 30 minutes or more"),
    "effective_days": _("days with a session of 30 minutes or more"),
    "effective_hours": _("hours live"),
    "effective_weeks": _("weeks with enough such days"),
    "received_minor": _("received sales"),
    "best_month_received_minor": _("received sales in the best month"),
    "fans": _("new followers"),
    "farm_sessions": _("sessions from the farm"),
    "farm_received_minor": _("received farm sales"),
}

_WHYS: Final[dict[str, Any]] = {
    "met": _("Every condition is met; it is approved with the month's final run."),
    "approved": _("It is part of the month's statement."),
    "failed": _("The window is over and a condition was missing."),
    "enrolled": _("The days that count have not begun."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One condition: what it has, needs and lacks.

    Attributes:
        label: what is counted.
        note: how it is counted, where the label does not say.
        is_money: whether the figures are minor units.
    """

    counter: str
    label: Any
    note: Any
    have: int
    need: int
    is_money: bool

    @property
    def missing(self) -> int:
        """What is lacking."""
        return max(self.need - self.have, 0)

    @property
    def is_met(self) -> bool:
        """Whether it is met, as the run counted it."""
        return self.have >= self.need

    @property
    def part_ppm(self) -> int:
        """How much of it is there; never more than all."""
        return _PPM if self.is_met else self.have * _PPM // self.need


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One subject's way to one reward, as people read it.

    Attributes:
        is_near: one condition is missing and the window ends within a week.
        last_date: the last day that counts.
        days_left: days that still count, today among them.
    """

    row: Progress
    state: State
    bars: tuple[Bar, ...]
    is_near: bool
    last_date: date
    days_left: int

    @property
    def lacking(self) -> tuple[Bar, ...]:
        """Conditions that are not met."""
        return tuple(each for each in self.bars if not each.is_met)

    @property
    def part_ppm(self) -> int:
        """How far it is: the mean over its conditions."""
        return sum(each.part_ppm for each in self.bars) // max(len(self.bars), 1)


def list_progress(take: Take, *, at: datetime) -> QuerySet[Any]:
    """Progress as a take has it, with `state_name` as of a moment: one query."""
    rows = Progress.objects.filter(take=take).select_related("creator", "agency")
    return _with_states(rows, today=today_at(at, zone_at(at)))


def list_subjects(programme_id: str, *, at: datetime) -> QuerySet[Any]:
    """Progress of everyone in a programme as the latest take has it."""
    take = reads.find_current_take()
    rows = Progress.objects.filter(programme_id=programme_id)
    own = rows.filter(take=take) if take else rows.none()
    found = own.select_related("creator", "agency")
    return _with_states(found, today=today_at(at, zone_at(at)))


def ways_of_creator(take: Take, creator_id: int, *, at: datetime) -> list[Way]:
    """A creator's own ways, by programme and milestone."""
    rows = list_progress(take, at=at).filter(creator_id=creator_id, agency=None)
    zone = zone_at(at)
    return [view_way(each, at=at, zone=zone) for each in rows.order_by("pk")]


def ways_of_agency(take: Take, agency_id: int, *, at: datetime) -> QuerySet[Any]:
    """How far the anchors are whose introduction an agency won."""
    return list_progress(take, at=at).filter(agency_id=agency_id)


def count_states(take: Take, *, at: datetime) -> dict[str, dict[str, int]]:
    """Subjects of each programme by state: one query."""
    found: dict[str, dict[str, int]] = {}
    rows = list_progress(take, at=at).order_by().values("programme_id", "state_name")
    for row in rows.annotate(count=Count("pk")):
        found.setdefault(row["programme_id"], {})[row["state_name"]] = row["count"]
    return found


def narrow_to_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Rows in one state."""
    return rows.filter(state_name=state)


def view_way(row: Any, *, at: datetime, zone: ZoneInfo) -> Way:
    """One row of `list_progress` as people read it."""
    today = today_at(at, zone)
    state = state_of(row, zone=zone)
    days_left = max((row.ends_date - max(today, row.starts_date)).days, 0)
    is_running = state.name == "in_progress"
    return Way(
        row=row,
        state=state,
        bars=tuple(bars_of(row.conditions)),
        is_near=is_running and row.short == 1 and row.ends_date - today <= _SOON,
        last_date=row.ends_date - timedelta(days=1),
        days_left=days_left,
    )


def state_of(row: Any, *, zone: ZoneInfo) -> State:
    """The state of a row of `list_progress`: why, and until when."""
    reason, why, until = row.refusal, _WHYS.get(row.state_name, ""), None
    tone: Tone | None = None
    match row.state_name:
        case "clawed_back":
            why = row.claw_reason
        case "risk_review":
            why = risk.rule_text(row.hold_rule) if row.hold_rule else reads.reason_text("held")
            until = row.hold_until
        case "refused":
            why = reads.reason_text(reason)
        case "met" if reason in reads.WAITS and row.award_pk is None:
            why, until, tone = reads.reason_text(reason), end_of(row.closes_date, zone), "warning"
        case "enrolled":
            until = midnight_of(row.starts_date, zone)
        case "in_progress":
            until = end_of(row.ends_date, zone)
    return reads.state_named(row.state_name, why=why, until=until, tone=tone)


def bars_of(conditions: Iterable[Any]) -> Iterable[Bar]:
    """Conditions as a run noted them."""
    for each in conditions:
        counter = each["counter"]
        note: Any = ""
        if "weeks" in each:
            note = _("%(days)s or more such days a week, within %(weeks)s weeks") % {
                "days": each["days_per_week"],
                "weeks": each["weeks"],
            }
        yield Bar(
            counter=counter,
            label=counter_label(counter),
            note=note,
            have=each["have"],
            need=each["need"],
            is_money=counter.endswith("_minor"),
        )


def counter_label(counter: str) -> Any:
    """What a counter counts."""
    return _COUNTERS.get(counter, counter)


def missing_text(counter: str, missing: int, *, currency: str) -> str:
    """What is lacking, as plain text."""
    amount = str(missing)
    if counter.endswith("_minor"):
        amount = f"{format_minor(missing, currency)} {currency}"
    return str(_("%(what)s: %(amount)s") % {"what": counter_label(counter), "amount": amount})


def _with_states(rows: QuerySet[Any], *, today: date) -> QuerySet[Any]:
    awards = Award.objects.filter(
        take_id__in=reads.current_take_ids(),
        once_key=OuterRef("once_key"),
        creator_id=OuterRef("creator_id"),
    ).order_by("-is_final", "-pk")
    refusals = Refusal.objects.filter(
        take_id=OuterRef("take_id"),
        once_key=OuterRef("once_key"),
        creator_id=OuterRef("creator_id"),
    ).order_by("pk")
    holds = (
        risk.parked_holds()
        .filter(Q(creator_id=OuterRef("creator_id")) | Q(payee_id=OuterRef("payee_id")))
        .order_by("-expires_at", "-pk")
    )
    found = rows.annotate(
        award_pk=Subquery(awards.values("pk")[:1]),
        is_approved=Subquery(awards.values("is_final")[:1], output_field=BooleanField()),
        paid_at=Subquery(awards.values("outcome__paid_at")[:1]),
        claw_minor=Subquery(awards.values("outcome__clawed_back_minor")[:1]),
        claw_reason=Subquery(awards.values("outcome__reason")[:1]),
        refusal=Subquery(refusals.values("reason")[:1]),
        hold_rule=Subquery(holds.values("rule")[:1]),
        hold_until=Subquery(holds.values("expires_at")[:1]),
    )
    states: QuerySet[Any] = found.annotate(
        state_name=Case(
            When(claw_minor__gt=0, then=Value("clawed_back")),
            When(paid_at__isnull=False, then=Value("paid")),
            When(is_approved=True, then=Value("approved")),
            When(award_pk__isnull=False, hold_rule__isnull=False, then=Value("risk_review")),
            When(refusal="held", then=Value("risk_review")),
            When(award_pk__isnull=False, then=Value("met")),
            When(refusal__in=sorted(reads.WAITS), then=Value("met")),
            When(refusal__isnull=False, then=Value("refused")),
            When(short=0, then=Value("met")),
            When(ends_date__lte=today, then=Value("failed")),
            When(starts_date__gt=today, then=Value("enrolled")),
            default=Value("in_progress"),
            output_field=CharField(),
        )
    )
    return states
