"""A whole season settled into a folder: stages, state, manifest."""

from wavepool.engine.seasons.out_folder import AnotherRunInFolder
from wavepool.engine.seasons.plan import NothingToSettle, Plan, SeasonHasRejects, Settled
from wavepool.engine.seasons.settle import check_season, settle_season

__all__ = [
    "AnotherRunInFolder",
    "NothingToSettle",
    "Plan",
    "SeasonHasRejects",
    "Settled",
    "check_season",
    "settle_season",
]
