"""Two jobs that work second by second in turn, so that a busy moment meets both."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

SLOT_S = 1.0
_POLL_S = 0.002
_PATIENCE_S = 600.0


def wait_for_all(folder: str, name: str, *, count: int) -> None:
    """Say that this job is ready, and wait until every job has said so.

    Raises:
        TimeoutError: another did not come.
    """
    (Path(folder) / name).touch()
    patience = time.monotonic() + _PATIENCE_S
    while len(list(Path(folder).iterdir())) < count:
        if time.monotonic() > patience:
            raise TimeoutError(name)
        time.sleep(0.05)


def rate_in_turn(work: Callable[[int], None], *, turn: int, of: int, seconds: float) -> float:
    """Repeat work in the slots of one's own turn; give how often a second of those slots."""
    done, spent = 0, 0.0
    while spent < seconds:
        now = time.time() / SLOT_S
        if int(now) % of != turn:
            time.sleep(_POLL_S)
            continue
        ends, started = (int(now) + 1) * SLOT_S, time.time()
        while time.time() < ends:
            work(done)
            done += 1
        spent += time.time() - started
    return done / spent
