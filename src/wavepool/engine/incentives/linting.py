"""Judge an incentive document: whatever can be farmed, jumps or has no budget is refused."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from wavepool.engine.incentives.programmes import (
    MICRO,
    Bracket,
    Condition,
    Frame,
    Grade,
    LumpSum,
    PerAnchor,
    Programme,
    Programmes,
    Tiered,
)

_REWARD_MAX = 10**12
_PPM = 1_000_000
_DAYS_A_WEEK = 7
# The books keep 80 characters of "settlement:2026-09:FUND:programme:<id>:budget:CNY", and 120 of
# an award's key "A:<id>:<right>:<milestone>:<subject>:<anchor>" with two numbers of 19 digits.
_ID_MAX = 35
_NAMES_MAX = 76
_RATE_MAX = 10**12
# Two accounts can share money only; both can be live at once and be followed by one fan.
_CONSERVED = frozenset({"received_minor", "farm_received_minor"})


class Finding(NamedTuple):
    """One rule that a document breaks, the key path where it does, and why that matters."""

    rule: str
    where: str
    message: str


class ProgrammesRefused(ValueError):
    """The document breaks rules, so nothing may be paid by it."""

    def __init__(self, document: str, *, findings: tuple[Finding, ...]) -> None:
        self.document = document
        self.findings = findings
        listed = "; ".join(f"{each.where}: {each.message}" for each in findings)
        super().__init__(f"{document} is refused: {listed}")


def lint_programmes(programmes: Programmes) -> tuple[Finding, ...]:
    """List every rule that the document breaks; empty means that it may pay.

    Rules: `phi_zero`, `discontinuous`, `not_monotone`, `rewards_splitting`,
    `lump_without_person`, `negative_amount`, `amount_too_large`, `no_budget`,
    `grades_out_of_order`, `no_conditions`, `unreachable`, `window_without_programme`,
    `schedule_of_another_subject`, `duplicate_id`, `empty_span`,
    `id_too_long`.

    Guarantee: a document without findings is monotone, continuous in its tiered schedules,
    proof against splitting, and pays lump sums once per verified person.
    """
    findings: list[Finding] = []
    for place, programme in enumerate(programmes.programmes):
        where = f"programmes[{place}]"
        findings += _length(programme, where)
        findings += _span(programme, where)
        findings += _budget(programme, where)
        findings += _window(programme, where, programmes)
        findings += _schedule(programme, where)
    findings += _duplicates(
        [each.id for each in programmes.programmes], where="programmes", what="programme"
    )
    return tuple(findings)


def _length(programme: Programme, where: str) -> Iterator[Finding]:
    """What is paid is named by the programme; the books have room for so much."""
    if len(programme.id) > _ID_MAX:
        yield Finding("id_too_long", f"{where}.id", f"more than {_ID_MAX} characters")
        return
    schedule = programme.schedule
    own = [each.id for each in schedule.milestones] if isinstance(schedule, LumpSum) else []
    longest = max(map(len, [*own, "counted"]))
    if len(programme.id) + len(programme.lifetime_key) + longest > _NAMES_MAX:
        message = f"more than {_NAMES_MAX} characters with the programme's id and its milestones'"
        yield Finding("id_too_long", f"{where}.lifetime_key", message)


def _schedule(programme: Programme, where: str) -> Iterator[Finding]:
    schedule = programme.schedule
    wanted = "creator" if isinstance(schedule, LumpSum | Tiered) else "agency"
    if programme.subject != wanted:
        message = f"this schedule pays a {wanted}, not a {programme.subject}"
        yield Finding("schedule_of_another_subject", f"{where}.subject", message)
    match schedule:
        case LumpSum():
            yield from _lump_sum(programme, schedule, where)
        case Tiered():
            yield from _tiered(programme, schedule, f"{where}.tiered")
        case PerAnchor():
            yield from _per_anchor(programme, schedule, where)
        case Frame():
            yield from _frame(programme, schedule, f"{where}.frame")


def _lump_sum(programme: Programme, schedule: LumpSum, where: str) -> Iterator[Finding]:
    yield from _person(programme, where)
    yield from _duplicates(
        [each.id for each in schedule.milestones], where=f"{where}.lump_sum", what="milestone"
    )
    for place, milestone in enumerate(schedule.milestones):
        at = f"{where}.lump_sum.milestones[{place}]"
        yield from _amount(milestone.reward_minor, f"{at}.reward_minor")
        yield from _amount(milestone.traffic_units, f"{at}.traffic_units")
        if milestone.within_days < 1:
            yield Finding("unreachable", f"{at}.within_days", "no day lies inside it")
        yield from _conditions(milestone.conditions, at, days=milestone.within_days)


def _per_anchor(programme: Programme, schedule: PerAnchor, where: str) -> Iterator[Finding]:
    yield from _person(programme, where)
    at = f"{where}.per_anchor"
    yield from _amount(schedule.reward_minor, f"{at}.reward_minor")
    yield from _amount(schedule.traffic_units, f"{at}.traffic_units")
    yield from _conditions(schedule.conditions, at, days=_window_days(programme))


def _tiered(programme: Programme, schedule: Tiered, where: str) -> Iterator[Finding]:
    yield from _brackets(schedule.brackets, where)
    if schedule.counter in {"effective_weeks", "best_month_received_minor"}:
        yield Finding(
            "not_monotone", f"{where}.counter", "a sum over days is needed, not a best or a count"
        )
    if schedule.cap_units is not None:
        yield from _amount(schedule.cap_units, f"{where}.cap_units")
    farmable = (
        schedule.cap_units is not None
        or schedule.counter not in _CONSERVED
        or not _is_convex(schedule.brackets)
    )
    if programme.gate != "person_for_life" and farmable:
        message = (
            "two accounts would earn more than one: let rates rise on money, or gate by person"
        )
        yield Finding("rewards_splitting", where, message)


def _frame(programme: Programme, schedule: Frame, where: str) -> Iterator[Finding]:
    yield from _person(programme, where.removesuffix(".frame"))
    yield from _conditions(schedule.conditions, where, days=_window_days(programme))
    yield from _duplicates([each.id for each in schedule.grades], where=where, what="grade")
    for place, grade in enumerate(schedule.grades):
        at = f"{where}.grades[{place}]"
        yield from _amount(grade.at_least_minor, f"{at}.at_least_minor")
        yield from _brackets(grade.brackets, at)
        if not _is_convex(grade.brackets):
            message = "two agencies would earn more than one: marginal rates must rise"
            yield Finding("rewards_splitting", at, message)
    for place, (lower, higher) in enumerate(pairwise(schedule.grades)):
        if not _is_better(higher, lower):
            message = "a better grade asks for more and pays at least as much at every number"
            yield Finding("grades_out_of_order", f"{where}.grades[{place + 1}]", message)
    if not schedule.grades:
        yield Finding("no_conditions", f"{where}.grades", "a frame needs a grade")


def _brackets(brackets: tuple[Bracket, ...], where: str) -> Iterator[Finding]:
    if not brackets or (brackets[0].above, brackets[0].base_minor) != (0, 0):
        yield Finding("phi_zero", f"{where}.brackets", "nothing must pay nothing: Φ(0) = 0")
    for place, bracket in enumerate(brackets):
        at = f"{where}.brackets[{place}]"
        if bracket.rate_micro < 0:
            yield Finding("not_monotone", f"{at}.rate", "a falling schedule punishes growth")
        if bracket.rate_micro > _RATE_MAX:
            yield Finding("amount_too_large", f"{at}.rate", "a rate is at most 10^12 micro-units")
        yield from _amount(bracket.base_minor, f"{at}.base_minor")
    for place, (lower, higher) in enumerate(pairwise(brackets)):
        at = f"{where}.brackets[{place + 1}]"
        if higher.above <= lower.above:
            yield Finding("not_monotone", f"{at}.above", "brackets must begin one after another")
            continue
        reached = lower.base_minor * MICRO + lower.rate_micro * (higher.above - lower.above)
        if higher.base_minor * MICRO != reached:
            message = f"a jump: the bracket before it ends at {reached} millionths"
            yield Finding("discontinuous", f"{at}.base_minor", message)


def _conditions(
    conditions: tuple[Condition, ...], where: str, *, days: int | None
) -> Iterator[Finding]:
    if not conditions:
        yield Finding("no_conditions", f"{where}.conditions", "a reward must ask for something")
    for place, condition in enumerate(conditions):
        at = f"{where}.conditions[{place}]"
        yield from _amount(condition.at_least, f"{at}.at_least")
        if condition.at_least == 0:
            yield Finding("no_conditions", f"{at}.at_least", "everyone has at least nothing")
        most = _most(condition, days)
        if most is not None and condition.at_least > most:
            yield Finding("unreachable", f"{at}.at_least", f"the window allows {most} at most")
        if condition.counter == "effective_weeks":
            yield from _weeks(condition, at, days=days)


def _weeks(condition: Condition, where: str, *, days: int | None) -> Iterator[Finding]:
    if days is not None and condition.weeks * _DAYS_A_WEEK > days:
        yield Finding("unreachable", f"{where}.weeks", "the window is shorter than its weeks")
    if not 1 <= condition.days_per_week <= _DAYS_A_WEEK:
        yield Finding("unreachable", f"{where}.days_per_week", "a week has one to seven days")


def _most(condition: Condition, days: int | None) -> int | None:
    if condition.counter == "effective_weeks":
        return condition.weeks
    if condition.counter in {"effective_days", "live_days"}:
        return days
    return None


def _person(programme: Programme, where: str) -> Iterator[Finding]:
    if programme.gate != "person_for_life":
        message = "a lump sum is gated by one verified person for life, or accounts are farmed"
        yield Finding("lump_without_person", f"{where}.gate", message)


def _budget(programme: Programme, where: str) -> Iterator[Finding]:
    planned = programme.planned
    if planned is None or (planned.minor == 0 and planned.traffic_units == 0):
        yield Finding("no_budget", f"{where}.budget", "a programme publishes what it may spend")
        return
    yield from _amount(planned.minor, f"{where}.budget.planned_minor", most=10**15)
    yield from _amount(planned.traffic_units, f"{where}.budget.planned_traffic_units", most=10**15)


def _window(programme: Programme, where: str, programmes: Programmes) -> Iterator[Finding]:
    window = programme.window
    for name, days in (
        ("days", window.days),
        ("from_day", window.from_day),
        ("grace_days", window.grace_days),
    ):
        yield from _amount(days, f"{where}.window.{name}")
    lump = isinstance(programme.schedule, LumpSum)
    if window.opens in {"first_live", "award"} and window.days < 1 and not lump:
        yield Finding("unreachable", f"{where}.window.days", "no day lies inside it")
    earlier = {
        each.id
        for each in programmes.programmes
        if each.id != programme.id and isinstance(each.schedule, LumpSum)
    }
    if window.opens == "award" and window.programme not in earlier:
        message = "the window opens with an award of another lump sum of this document"
        yield Finding("window_without_programme", f"{where}.window.programme", message)
    if isinstance(programme.schedule, Frame) and window.opens != "programme":
        message = "a frame counts over its programme's own dates"
        yield Finding("window_without_programme", f"{where}.window.opens", message)


def _span(programme: Programme, where: str) -> Iterator[Finding]:
    if programme.to_day <= programme.from_day:
        yield Finding("empty_span", f"{where}.to_date", "it ends before it begins")
    if not 0 <= programme.near_ppm <= _PPM:
        yield Finding("negative_amount", f"{where}.near_ppm", "a share lies in 0 to 10^6 ppm")


def _amount(amount: int, where: str, *, most: int = _REWARD_MAX) -> Iterator[Finding]:
    if amount < 0:
        yield Finding("negative_amount", where, f"{amount} is below zero")
    elif amount > most:
        yield Finding("amount_too_large", where, f"{amount} is above {most}")


def _duplicates(ids: list[str], *, where: str, what: str) -> Iterator[Finding]:
    for each, times in Counter(ids).items():
        if times > 1:
            yield Finding("duplicate_id", where, f"{times} {what}s are called {each!r}")


def _is_convex(brackets: tuple[Bracket, ...]) -> bool:
    return all(lower.rate_micro <= higher.rate_micro for lower, higher in pairwise(brackets))


def _is_better(higher: Grade, lower: Grade) -> bool:
    """Compare two piecewise-linear Φ: at every kink, and by the last rate beyond them."""
    kinks = {each.above for each in (*higher.brackets, *lower.brackets)}
    return (
        higher.at_least_minor > lower.at_least_minor
        and all(_phi(higher.brackets, kink) >= _phi(lower.brackets, kink) for kink in kinks)
        and _last_rate(higher.brackets) >= _last_rate(lower.brackets)
    )


def _phi(brackets: tuple[Bracket, ...], units: int) -> int:
    """Return Φ(units) in micro-units, also for brackets that do not begin at zero."""
    reached = [each for each in brackets if each.above <= units]
    if not reached:
        return 0
    held = reached[-1]
    return held.base_minor * MICRO + held.rate_micro * (units - held.above)


def _last_rate(brackets: tuple[Bracket, ...]) -> int:
    return brackets[-1].rate_micro if brackets else 0


def _window_days(programme: Programme) -> int | None:
    if programme.window.opens in {"first_live", "award"}:
        return programme.window.days
    return programme.to_day - programme.from_day if programme.window.opens == "programme" else None
