"""The quantity and quality grid of a frame, for pages and the command line."""

from collections.abc import Iterable, Sequence

import pyarrow as pa

from wavepool.engine.incentives.programmes import MICRO, Bracket, Frame, Grade, Programme
from wavepool.engine.incentives.schedules import frame_minor

GRID_SCHEMA = pa.schema(
    {
        "anchors": pa.int64(),
        "grade": pa.string(),
        "frame_minor": pa.int64(),
        "per_anchor_minor": pa.int64(),
        "next_anchor_minor": pa.int64(),
        "bracket_above": pa.int64(),
        "next_bracket_above": pa.int64(),
        "missing": pa.int64(),
        "next_rate_minor": pa.int64(),
    }
)


class NoFrame(ValueError):
    """The programme has no frame, so it has no grid."""

    def __init__(self, programme_id: str) -> None:
        self.programme_id = programme_id
        super().__init__(f"{programme_id} has no frame over quantity and quality")


class UnknownGrade(LookupError):
    """The frame has no grade of that id."""

    def __init__(self, grade: str, *, programme_id: str) -> None:
        self.grade = grade
        self.programme_id = programme_id
        super().__init__(f"{programme_id} has no grade {grade!r}")


def grid(
    programme: Programme, n_range: Iterable[int], grades: Sequence[str] | None = None
) -> pa.Table:
    """Tabulate a frame: what so many anchors of one grade are worth, and the next bracket.

    Args:
        programme: one with a frame.
        n_range: numbers of anchors, >= 0.
        grades: grade ids; None for all of them, from lowest to highest.

    Returns:
        anchors, grade, frame_minor, per_anchor_minor (floored), next_anchor_minor (what one more
        of the grade adds), bracket_above, next_bracket_above? and missing? (anchors from which the
        rate rises, and how many are to go; null in the last bracket), next_rate_minor?; in the
        order of `n_range`, then of `grades`. Mixed grades: `frame_minor(schedule, counts)`.

    Raises:
        NoFrame: the programme has another schedule.
        UnknownGrade: the frame has no such grade.
    """
    schedule = programme.schedule
    if not isinstance(schedule, Frame):
        raise NoFrame(programme.id)
    known = {each.id: place for place, each in enumerate(schedule.grades)}
    named = list(known) if grades is None else list(grades)
    for each in named:
        if each not in known:
            raise UnknownGrade(each, programme_id=programme.id)
    rows = [_cell(schedule, known[grade], anchors) for anchors in n_range for grade in named]
    return pa.Table.from_pylist(rows, schema=GRID_SCHEMA)


def _cell(schedule: Frame, place: int, anchors: int) -> dict[str, object]:
    grade = schedule.grades[place]
    frame = _frame_of(schedule, place, anchors)
    current, following = _brackets_at(grade, anchors)
    return {
        "anchors": anchors,
        "grade": grade.id,
        "frame_minor": frame,
        "per_anchor_minor": frame // anchors if anchors else 0,
        "next_anchor_minor": _frame_of(schedule, place, anchors + 1) - frame,
        "bracket_above": current.above,
        "next_bracket_above": following.above if following else None,
        "missing": following.above - anchors if following else None,
        "next_rate_minor": following.rate_micro // MICRO if following else None,
    }


def _frame_of(schedule: Frame, place: int, anchors: int) -> int:
    counts = [0] * len(schedule.grades)
    counts[place] = anchors
    return frame_minor(schedule, counts)


def _brackets_at(grade: Grade, anchors: int) -> tuple[Bracket, Bracket | None]:
    """Return the bracket that the next anchor falls into, and the one after it."""
    place = max(at for at, each in enumerate(grade.brackets) if each.above <= anchors)
    rest = grade.brackets[place + 1 :]
    return grade.brackets[place], rest[0] if rest else None
