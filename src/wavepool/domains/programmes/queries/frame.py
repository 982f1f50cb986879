"""An agency's annual frame: what the latest run leaves, as the grid and the anchors behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial

from django.utils.functional import Promise

from wavepool.domains.credits import queries as credits
from wavepool.domains.policies import queries as policies
from wavepool.domains.programmes.queries.documents import last_day
from wavepool.domains.programmes.queries.progress import counter_label
from wavepool.domains.programmes.tables import AgencyFrame, Board, day_of, read_board
from wavepool.domains.scores import queries as scores
from wavepool.engine.incentives import Frame, PerAnchor, Programme, grid, read_programmes


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestBoard:
    """The board of the run that the pages show.

    Attributes:
        board: the frame and everybody's place in it.
        run_id: the run's public id.
        as_of: up to when it knows facts.
        period: the month that it was computed for.
        policy_number: the version of the programmes' document.
    """

    board: Board
    run_id: str
    as_of: datetime
    period: str
    policy_number: int

    @property
    def programme(self) -> Programme:
        """The programme whose frame it is."""
        return self.board.programme

    @property
    def schedule(self) -> Frame:
        """The frame's schedule."""
        assert isinstance(self.board.programme.schedule, Frame)
        return self.board.programme.schedule

    def place_of(self, agency_id: int) -> AgencyFrame:
        """An agency's place; one that has no anchor has an empty one."""
        empty = AgencyFrame(counts=(0,) * len(self.schedule.grades), frame_minor=0, claimed_minor=0)
        return self.board.agencies.get(agency_id, empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the grid: a bracket of numbers at one grade.

    Attributes:
        first_minor, last_minor: what an anchor is worth at the bracket's first and last number;
            `last_minor` is None in the last bracket, which has no end.
        now_minor: what each is worth at the agency's own number, where it stands in the bracket.
        anchors: how many of the agency's anchors stand in this cell.
    """

    first_minor: int
    last_minor: int | None
    now_minor: int | None
    anchors: int

    @property
    def is_rising(self) -> bool:
        """Whether the bracket's last number is worth more than its first."""
        return self.last_minor is None or self.last_minor > self.first_minor

    @property
    def is_current(self) -> bool:
        """Whether the agency's number lies in this bracket."""
        return self.now_minor is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """One grade of the grid, over all brackets."""

    grade: str
    at_least_minor: int
    count: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the next bracket would do to one grade.

    Attributes:
        missing: anchors to go until more than the threshold count.
        before_minor, after_minor: what each anchor of the grade is worth now and then.
    """

    grade: str
    missing: int
    before_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The grid of quantity and quality as a page shows it.

    Attributes:
        brackets: first and last number of anchors of each column; the last has no end.
        rows: the grades, the highest first.
        steps: what the next bracket changes for the grades that the agency has, or for all while
            it has none; empty in the last bracket.
    """

    brackets: tuple[tuple[int, int | None], ...]
    rows: tuple[GradeRow, ...]
    steps: tuple[Step, ...]

    @property
    def total_minor(self) -> int:
        """The frame, added up from the cells as they are rounded: at most a unit an anchor less."""
        cells = [cell for row in self.rows for cell in row.cells if cell.is_current]
        return sum(cell.anchors * (cell.now_minor or 0) for cell in cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A condition that an anchor does not meet yet."""

    counter: str
    label: str | Promise
    have: int
    need: int

    @property
    def missing(self) -> int:
        """How much is to go."""
        return max(self.need - self.have, 0)

    @property
    def is_money(self) -> bool:
        """Whether it is counted in minor units."""
        return self.counter.endswith("_minor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """An introduced anchor in the frame.

    Attributes:
        state: counted, held, open, refused, or "" where no run knows the introduction yet.
        reason: why it does not count; a name.
        grade: its grade's id, "" without one.
        missing: conditions that are not met yet.
        until: the first day that counts no more.
        next_grade, next_missing_minor: the grade above, and how much more received sales in one
            month lift it there; "" and 0 in the highest.
        base: month and minor units of the base reward, if it was paid.
    """

    state: str
    reason: str
    grade: str
    best_month_minor: int
    missing: tuple[Missing, ...]
    until: date | None
    next_grade: str
    next_missing_minor: int
    base: tuple[str, int] | None

    @property
    def last_date(self) -> date | None:
        """The last day that counts."""
        return None if self.until is None else last_day(self.until)


def find_board() -> LatestBoard | None:
    """The frame as the latest run leaves it; None without a run or without a frame in force.

    A run never changes, so its board is computed once for a process.
    """
    run = credits.latest_run() or credits.find_last_final()
    if run is None:
        return None
    months = scores.run_of(run.public_id).months
    if not months:
        return None
    return _board_of(run.public_id, months[-1])


@lru_cache(maxsize=8)
def _board_of(run_id: str, period: str) -> LatestBoard | None:
    run = credits.get_run(run_id)
    version = policies.policy_in_force("programme", at=run.as_of)
    programmes = read_programmes(version.text).programmes
    framed = _in_force(programmes, Frame, period)
    if framed is None:
        return None
    board = read_board(
        framed,
        _in_force(programmes, PerAnchor, period),
        partial(credits.read_run, run, period=period),
        season=credits.season_folder(run),
        policy=scores.run_of(run_id).tables.policy,
        period=period,
    )
    return LatestBoard(
        board=board,
        run_id=run_id,
        as_of=run.as_of,
        period=period,
        policy_number=version.number,
    )


def grid_of(latest: LatestBoard, agency_id: int) -> Grid:
    """The grid for an agency: every cell by the engine's own schedule."""
    place, schedule = latest.place_of(agency_id), latest.schedule
    kinks = sorted({each.above for grade in schedule.grades for each in grade.brackets})
    brackets = tuple(
        (kink + 1, kinks[at + 1] if at + 1 < len(kinks) else None) for at, kink in enumerate(kinks)
    )
    here = next(
        (at for at, (first, last) in enumerate(brackets) if last is None or place.anchors <= last),
        0,
    )
    numbers = {first for first, _last in brackets} | {last for _f, last in brackets if last}
    numbers |= {max(place.anchors, 1)}
    worth = {
        (row["anchors"], row["grade"]): row["per_anchor_minor"]
        for row in grid(latest.programme, sorted(numbers)).to_pylist()
    }
    rows = tuple(
        GradeRow(
            grade=grade.id,
            at_least_minor=grade.at_least_minor,
            count=count,
            cells=tuple(
                Cell(
                    first_minor=worth[first, grade.id],
                    last_minor=worth[last, grade.id] if last else None,
                    now_minor=worth[max(place.anchors, 1), grade.id] if at == here else None,
                    anchors=count if at == here else 0,
                )
                for at, (first, last) in enumerate(brackets)
            ),
        )
        for grade, count in zip(schedule.grades, place.counts, strict=True)
    )
    steps: tuple[Step, ...] = ()
    if here + 1 < len(brackets):
        after = brackets[here + 1][0]
        steps = tuple(
            Step(
                grade=grade.id,
                missing=after - place.anchors,
                before_minor=worth[max(place.anchors, 1), grade.id],
                after_minor=worth[after, grade.id],
            )
            for grade, count in reversed(list(zip(schedule.grades, place.counts, strict=True)))
            if count or not place.anchors
        )
    return Grid(brackets=brackets, rows=tuple(reversed(rows)), steps=steps)


def anchor_of(latest: LatestBoard | None, *, agency_id: int, creator_id: int) -> Anchor:
    """An introduced anchor's place in the frame."""
    row = latest.board.anchors.get((agency_id, creator_id)) if latest else None
    if latest is None or row is None:
        return Anchor(
            state="",
            reason="",
            grade="",
            best_month_minor=0,
            missing=(),
            until=None,
            next_grade="",
            next_missing_minor=0,
            base=None,
        )
    grades = latest.schedule.grades
    place = -1 if row["grade"] is None else row["grade"]
    above = grades[place + 1] if place + 1 < len(grades) else None
    conditions = json.loads(row["conditions"] or "[]")
    missing = tuple(
        Missing(
            counter=each["counter"],
            label=counter_label(each["counter"]),
            have=each["have"],
            need=each["need"],
        )
        for each in conditions
        if each["have"] < each["need"] and row["state"] == "open"
    )
    counts = row["state"] == "counted"
    return Anchor(
        state=row["state"],
        reason=row["reason"],
        grade=grades[place].id if place >= 0 else "",
        best_month_minor=row["best_month_minor"],
        missing=missing,
        until=None if row["until_day"] is None else day_of(row["until_day"]),
        next_grade=above.id if above and counts else "",
        next_missing_minor=(
            max(above.at_least_minor - row["best_month_minor"], 0) if above and counts else 0
        ),
        base=latest.board.paid.get((agency_id, creator_id)),
    )


def last_day_of(programme: Programme) -> date:
    """The last day that counts."""
    return last_day(day_of(programme.to_day))


def first_day_of(programme: Programme) -> date:
    """The first day that counts."""
    return day_of(programme.from_day)


def _in_force(programmes: tuple[Programme, ...], kind: type, period: str) -> Programme | None:
    """The first programme with such a schedule that shares a day with a month."""
    first = date.fromisoformat(f"{period}-01")
    end = (first + timedelta(days=31)).replace(day=1)
    fitting = (
        each
        for each in programmes
        if isinstance(each.schedule, kind)
        and day_of(each.from_day) < end
        and first < day_of(each.to_day)
    )
    return next(fitting, None)
