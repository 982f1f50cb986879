"""Worked tables of docs/algorithms/incentives.md."""

from collections.abc import Sequence

import numpy as np

from wavepool.engine.incentives import (
    Bracket,
    Frame,
    Programme,
    Tiered,
    frame_minor,
    grid,
    load_programmes,
    tiered_minor,
)
from wavepool.engine.incentives.budget_cards import scale_back

ONE_THEN_TWO_PERCENT = Tiered(
    "received_minor", (Bracket(0, 0, 10_000), Bracket(100_000, 1_000, 20_000))
)


def _shipped_frame() -> tuple[Programme, Frame]:
    programme = load_programmes("incentives_2022").get_programme("agency_frame")
    assert isinstance(programme.schedule, Frame)
    return programme, programme.schedule


def tier(received_minor: int) -> dict[str, int]:
    """1 % of received sales, and 2 % of what is above ¥1,000."""
    return {"claim_minor": int(tiered_minor(ONE_THEN_TWO_PERCENT, np.array([received_minor]))[0])}


def share(claims: Sequence[int], remaining_minor: int) -> dict[str, object]:
    """Claims of one programme against what remains of its budget."""
    scaled = scale_back(np.array(claims, dtype=np.int64), remaining=remaining_minor)
    awards = scaled // 1_000_000
    return {
        "scaled_micro": scaled.tolist(),
        "award_minor": awards.tolist(),
        "left_minor": remaining_minor - int(awards.sum()),
    }


def cell(anchors: int, grade: str) -> dict[str, object]:
    """One cell of the shipped frame's grid."""
    programme, _ = _shipped_frame()
    (row,) = grid(programme, [anchors], [grade]).to_pylist()
    return dict(row)


def frame(b: int, a: int, s: int) -> dict[str, int]:
    """The shipped frame for so many anchors of each grade."""
    _, schedule = _shipped_frame()
    return {"frame_minor": frame_minor(schedule, (b, a, s))}


def quarters(frames: Sequence[int]) -> dict[str, object]:
    """Claims of a year from the frame at each quarter's end."""
    claims: list[int] = []
    for each in frames:
        claims.append(max(each - sum(claims), 0))
    return {"claims": claims, "total": sum(claims)}
