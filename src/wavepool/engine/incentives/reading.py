"""Read an incentive document, strictly: an unknown key is an error, never a silence."""

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from wavepool.engine.incentives.programmes import (
    COUNTERS,
    MICRO,
    Bracket,
    Condition,
    Eligibility,
    Evaluated,
    Frame,
    Gate,
    Grade,
    LumpSum,
    Milestone,
    Opens,
    PerAnchor,
    Planned,
    Programme,
    Programmes,
    Schedule,
    Subject,
    Tiered,
    Window,
)
from wavepool.engine.incentives.toml_sections import ProgrammeInvalid, Section
from wavepool.engine.money import CURRENCY_EXPONENTS

_NEAR_PPM = 500_000
_DATE = re.compile(r"\b(\d{4})(-\d{2}-\d{2})\b")
_SUBJECTS: tuple[Subject, ...] = ("creator", "agency")
_GATES: tuple[Gate, ...] = ("person_for_life", "none")
_EVALUATED: tuple[Evaluated, ...] = ("month", "quarter", "year")
_OPENS: tuple[Opens, ...] = ("first_live", "award", "programme", "period")


def load_programmes(name_or_path: str | Path) -> Programmes:
    """Read a document of incentive programmes.

    Args:
        name_or_path: the name of a packaged document ("incentives_2022") or a TOML file.

    Raises:
        ProgrammeInvalid: a key is missing, unknown, of another type or out of range.
        FileNotFoundError: no such file or packaged document.

    Guarantee: checks the form only. `lint_programmes` judges the rules, and `evaluate` refuses
    a document that it finds fault with.

    >>> [programme.id for programme in load_programmes("incentives_2022").programmes][:2]
    ['new_anchor_cash', 'retention_cash']
    """
    if isinstance(name_or_path, Path) or name_or_path.endswith(".toml"):
        return read_programmes(Path(name_or_path).read_text(encoding="utf-8"))
    documents = files("wavepool.engine.policy").joinpath("documents")
    return read_programmes(documents.joinpath(f"{name_or_path}.toml").read_text(encoding="utf-8"))


def read_programmes(text: str) -> Programmes:
    """Read a document from its TOML text.

    Raises:
        ProgrammeInvalid: as `load_programmes`, and when the text is not TOML.
    """
    try:
        keys = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeInvalid("document", rule="is TOML", value=str(error)) from error
    root = Section(keys, "")
    head = root.section("document")
    programmes = Programmes(
        id=head.text("id"),
        version=head.whole("version"),
        notice_days=head.whole("notice_days", 0),
        programmes=tuple(map(_programme, root.sections("programmes"))),
    )
    head.close()
    root.close()
    return programmes


def move_years(text: str, *, years: int) -> str:
    """Move every date of a document by whole years, for a season of another year.

    Args:
        text: TOML with dates like 2022-03-31; none of them is a 29 February.

    >>> move_years("from_date = 2022-01-01  # of 2022", years=4)
    'from_date = 2026-01-01  # of 2022'
    """
    return _DATE.sub(lambda found: f"{int(found[1]) + years}{found[2]}", text)


def _programme(section: Section) -> Programme:
    programme_id = section.text("id")
    programme = Programme(
        id=programme_id,
        name_zh=section.text("name_zh"),
        name_en=section.text("name_en"),
        subject=section.choice("subject", _SUBJECTS),
        currency=section.choice("currency", tuple(CURRENCY_EXPONENTS)),
        from_day=section.day("from_date"),
        to_day=section.day("to_date"),
        evaluated=section.choice("evaluated", _EVALUATED),
        gate=section.choice("gate", _GATES),
        lifetime_key=section.text("lifetime_key", programme_id),
        near_ppm=section.whole("near_ppm", _NEAR_PPM),
        eligibility=_eligibility(section.section("eligibility")),
        window=_window(section.section("window")),
        schedule=_schedule(section),
        planned=_planned(section.section("budget")) if section.has("budget") else None,
    )
    section.close()
    return programme


def _eligibility(section: Section) -> Eligibility:
    eligibility = Eligibility(
        kinds=section.texts("kinds"),
        first_live_from=section.day_or_none("first_live_from"),
        first_live_to=section.day_or_none("first_live_to"),
        requires_contract=section.flag("requires_contract"),
    )
    section.close()
    return eligibility


def _window(section: Section) -> Window:
    window = Window(
        opens=section.choice("opens", _OPENS),
        days=section.whole("days", 0),
        from_day=section.whole("from_day", 0),
        grace_days=section.whole("grace_days", 0),
        programme=section.text("programme", ""),
    )
    section.close()
    return window


def _planned(section: Section) -> Planned:
    planned = Planned(
        minor=section.whole("planned_minor"),
        traffic_units=section.whole("planned_traffic_units", 0),
    )
    section.close()
    return planned


def _schedule(section: Section) -> Schedule:
    readers: dict[str, Callable[[Section], Schedule]] = {
        "lump_sum": _lump_sum,
        "tiered": _tiered,
        "per_anchor": _per_anchor,
        "frame": _frame,
    }
    named = [name for name in readers if section.has(name)]
    if len(named) != 1:
        rule = f"has exactly one schedule of {', '.join(readers)}"
        raise ProgrammeInvalid(section.where, rule=rule, value=named)
    inner = section.section(named[0])
    schedule = readers[named[0]](inner)
    inner.close()
    return schedule


def _lump_sum(section: Section) -> LumpSum:
    return LumpSum(tuple(map(_milestone, section.sections("milestones"))))


def _milestone(section: Section) -> Milestone:
    milestone = Milestone(
        id=section.text("id"),
        within_days=section.whole("within_days"),
        conditions=_conditions(section),
        reward_minor=section.whole("reward_minor"),
        traffic_units=section.whole("traffic_units", 0),
    )
    section.close()
    return milestone


def _tiered(section: Section) -> Tiered:
    return Tiered(
        counter=section.choice("counter", COUNTERS),
        brackets=_brackets(section),
        cap_units=section.whole("cap_units") if section.has("cap_units") else None,
    )


def _per_anchor(section: Section) -> PerAnchor:
    return PerAnchor(
        conditions=_conditions(section),
        reward_minor=section.whole("reward_minor"),
        traffic_units=section.whole("traffic_units", 0),
    )


def _frame(section: Section) -> Frame:
    return Frame(
        conditions=_conditions(section), grades=tuple(map(_grade, section.sections("grades")))
    )


def _grade(section: Section) -> Grade:
    grade = Grade(
        id=section.text("id"),
        at_least_minor=section.whole("at_least_minor"),
        brackets=_brackets(section),
    )
    section.close()
    return grade


def _conditions(section: Section) -> tuple[Condition, ...]:
    return tuple(map(_condition, section.sections("conditions")))


def _condition(section: Section) -> Condition:
    counter = section.choice("counter", COUNTERS)
    weekly = counter == "effective_weeks"
    condition = Condition(
        counter=counter,
        at_least=section.whole("at_least"),
        weeks=section.whole("weeks") if weekly else 0,
        days_per_week=section.whole("days_per_week") if weekly else 0,
    )
    section.close()
    return condition


def _brackets(section: Section) -> tuple[Bracket, ...]:
    return tuple(map(_bracket, section.sections("brackets")))


def _bracket(section: Section) -> Bracket:
    if section.has("rate_minor"):
        rate_micro = section.whole("rate_minor") * MICRO
    else:
        rate_micro = section.whole("rate_micro")
    bracket = Bracket(
        above=section.whole("above"), base_minor=section.whole("base_minor"), rate_micro=rate_micro
    )
    section.close()
    return bracket
