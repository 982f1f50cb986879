"""The words of an incentive document: programmes, conditions, windows and schedules."""

from dataclasses import dataclass
from typing import Final, Literal

COUNTERS: Final = (
    "sessions",
    "live_days",
    "effective_sessions",
    "effective_days",
    "effective_hours",
    "effective_weeks",
    "received_minor",
    "best_month_received_minor",
    "fans",
    "farm_sessions",
    "farm_received_minor",
)
"""What a condition can ask for. The two farm counters need columns of the same name."""

MICRO: Final = 1_000_000
"""Micro-units in one minor unit."""

Subject = Literal["creator", "agency"]
Gate = Literal["person_for_life", "none"]
Evaluated = Literal["month", "quarter", "year"]
Opens = Literal["first_live", "award", "programme", "period"]


@dataclass(frozen=True, slots=True)
class Condition:
    """`counter` reaches `at_least` inside the window.

    `weeks` and `days_per_week` belong to `effective_weeks` alone: of the window's first `weeks`
    weeks, at least `at_least` have `days_per_week` effective days or more.
    """

    counter: str
    at_least: int
    weeks: int = 0
    days_per_week: int = 0


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may take part. `first_live_to` is exclusive; days since 1970-01-01 in the local zone."""

    kinds: tuple[str, ...] = ()
    first_live_from: int | None = None
    first_live_to: int | None = None
    requires_contract: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The days that count: `days` long, from `from_day` days after it opens.

    It opens with the person's first live day, with the close of the period in which the person's
    first award of `programme` was granted, with the programme, or with each period. Windows of
    the last two kinds have their own end and ignore `days`; a lump sum ignores it as well, for
    each of its milestones names its own days. A claim stays open `grace_days` past
    the window, so that a hold which is lifted costs nobody a reward that was earned.
    """

    opens: Opens
    days: int = 0
    from_day: int = 0
    grace_days: int = 0
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A lump sum, paid once when every condition holds `within_days` of the window's start."""

    id: str
    within_days: int
    conditions: tuple[Condition, ...]
    reward_minor: int
    traffic_units: int = 0


@dataclass(frozen=True, slots=True)
class Bracket:
    """From `above` units on: `base_minor`, and `rate_micro` for each further unit.

    `rate_micro` is in millionths of a minor unit, so that on money it reads as parts per million.
    """

    above: int
    base_minor: int
    rate_micro: int


@dataclass(frozen=True, slots=True)
class Grade:
    """Anchors whose best natural month reaches `at_least_minor`, and what they are worth."""

    id: str
    at_least_minor: int
    brackets: tuple[Bracket, ...]


@dataclass(frozen=True, slots=True)
class LumpSum:
    """One-time rewards of a creator."""

    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True)
class Tiered:
    """A marginal schedule on one counter; units beyond `cap_units` count no more."""

    counter: str
    brackets: tuple[Bracket, ...]
    cap_units: int | None = None


@dataclass(frozen=True, slots=True)
class PerAnchor:
    """One reward of an agency for each anchor it introduced that meets every condition."""

    conditions: tuple[Condition, ...]
    reward_minor: int
    traffic_units: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """An agency's reward stacked over the quantity and the quality of its new anchors.

    Grades from lowest to highest; an anchor takes the highest that it reaches.
    """

    conditions: tuple[Condition, ...]
    grades: tuple[Grade, ...]


Schedule = LumpSum | Tiered | PerAnchor | Frame


@dataclass(frozen=True, slots=True)
class Planned:
    """The published budget of one evaluation. The `budgets` table alone releases money."""

    minor: int
    traffic_units: int = 0


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme, in force on the local days [from_day, to_day).

    `lifetime_key` names the right that a person can use once; a later edition of a programme
    that repeats the key does not renew it. `near_ppm` is how near every condition must be for a
    near miss.
    """

    id: str
    name_zh: str
    name_en: str
    subject: Subject
    currency: str
    from_day: int
    to_day: int
    evaluated: Evaluated
    gate: Gate
    lifetime_key: str
    near_ppm: int
    eligibility: Eligibility
    window: Window
    schedule: Schedule
    planned: Planned | None

    def get_milestone_key(self, milestone: str) -> str:
        """Return the lifetime key of one of its milestones (or "anchor", "counted", …)."""
        return f"{self.lifetime_key}:{milestone}"


@dataclass(frozen=True, slots=True)
class Programmes:
    """A versioned document of programmes."""

    id: str
    version: int
    notice_days: int
    programmes: tuple[Programme, ...]

    def get_programme(self, programme_id: str) -> Programme:
        """Return the programme of this id.

        Raises:
            UnknownProgramme: the document has none.
        """
        for programme in self.programmes:
            if programme.id == programme_id:
                return programme
        raise UnknownProgramme(programme_id, document=self.id)


class UnknownProgramme(LookupError):
    """The document has no programme of that id."""

    def __init__(self, programme_id: str, *, document: str) -> None:
        self.programme_id = programme_id
        self.document = document
        super().__init__(f"{document} has no programme {programme_id!r}")
