"""A whole season settled into a folder: stages, state, manifest."""

from wavepool.engine.seasons.estimating import Estimates, estimate_lines
from wavepool.engine.seasons.explaining import (
    Explanation,
    LineNotFound,
    NotASettlement,
    explain_line,
)
from wavepool.engine.seasons.frames import (
    CheckedFrames,
    FramesHaveRejects,
    SettledFrames,
    TableNotFound,
    check_frames,
    settle_frames,
)
from wavepool.engine.seasons.out_folder import AnotherRunInFolder
from wavepool.engine.seasons.plan import NothingToSettle, Plan, SeasonHasRejects, Settled
from wavepool.engine.seasons.settle import check_season, settle_season

__all__ = [
    "AnotherRunInFolder",
    "CheckedFrames",
    "Estimates",
    "Explanation",
    "FramesHaveRejects",
    "LineNotFound",
    "NotASettlement",
    "NothingToSettle",
    "Plan",
    "SeasonHasRejects",
    "Settled",
    "SettledFrames",
    "TableNotFound",
    "check_frames",
    "check_season",
    "estimate_lines",
    "explain_line",
    "settle_frames",
    "settle_season",
]
