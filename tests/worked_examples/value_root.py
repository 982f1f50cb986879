"""Worked tables of docs/algorithms/value.md."""

from collections.abc import Sequence

import numpy as np

from wavepool.engine.sharing import SceneRow, combine_scenes, root_value
from wavepool.engine.sharing.attacks import floored_on_totals, floored_per_event


def value(quality_micro: int, experience_micro: int, commerce_micro: int) -> int:
    """The value of three sums with weights 4, 3, 3."""
    return root_value(
        quality_micro=quality_micro,
        experience_micro=experience_micro,
        commerce_micro=commerce_micro,
    )


def split(whole: Sequence[int], first: Sequence[int], second: Sequence[int]) -> dict[str, int]:
    """The value of evidence together, and divided over two accounts."""
    assert [a + b for a, b in zip(first, second, strict=True)] == list(whole)
    return {"together": value(*whole), "apart": value(*first) + value(*second)}


def floors(good_events: int, bad_events: int) -> dict[str, int]:
    """Perfect and worthless events, together and with the bad ones in a second account."""
    kinds = [(good_events, bad_events), (good_events, 0), (0, bad_events)]
    per_event, on_totals = [], []
    for good, bad in kinds:
        influence = np.full((1, good + bad), 1_000_000)
        signals = np.array([[[1_000_000] * 3] * good + [[0] * 3] * bad])
        per_event.append(value(*floored_per_event(influence, signals)[0].tolist()))
        on_totals.append(value(*floored_on_totals(influence, signals)[0].tolist()))
    return {
        "per event, together": per_event[0],
        "per event, apart": per_event[1] + per_event[2],
        "on totals, together": on_totals[0],
        "on totals, apart": on_totals[1] + on_totals[2],
    }


def scenes(headlines: int, headlines_ppm: int, short_video: int, short_video_ppm: int) -> int:
    """One payee's value in a pool of two scenes."""
    pools = combine_scenes(
        payee_ids=[1, 1],
        scene_ids=["headlines", "short_video"],
        values=[headlines, short_video],
        scenes={
            "headlines": SceneRow("big", headlines_ppm),
            "short_video": SceneRow("big", short_video_ppm),
        },
    )
    return int(pools["big"].values[0])
