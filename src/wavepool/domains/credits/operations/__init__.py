"""Writes of credits: runs, estimates, and the doors through which a season comes together."""

from wavepool.domains.credits.operations.asking import (
    RUN_JOB,
    followers,
    on_run_done,
    request_run,
)
from wavepool.domains.credits.operations.errors import (
    MonthSettled,
    MonthUnreadable,
    RowsLeftOut,
    RunError,
    RunFailed,
    RunUnderWay,
)
from wavepool.domains.credits.operations.estimating import (
    confirm_lines,
    estimate_fresh,
    estimate_since,
    sweep_estimates,
)
from wavepool.domains.credits.operations.pruning import end_lost_runs, prune_runs
from wavepool.domains.credits.operations.running import run_in_background
from wavepool.domains.credits.operations.sources import (
    add_source,
    set_fresh_facts,
    set_touch_files,
    shape_source,
)

__all__ = [
    "RUN_JOB",
    "MonthSettled",
    "MonthUnreadable",
    "RowsLeftOut",
    "RunError",
    "RunFailed",
    "RunUnderWay",
    "add_source",
    "confirm_lines",
    "end_lost_runs",
    "estimate_fresh",
    "estimate_since",
    "followers",
    "on_run_done",
    "prune_runs",
    "request_run",
    "run_in_background",
    "set_fresh_facts",
    "set_touch_files",
    "shape_source",
    "sweep_estimates",
]
