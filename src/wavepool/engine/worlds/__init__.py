"""A seeded market with honest people and cheats, and the truth about both."""

from wavepool.engine.worlds.build import WorldFacts, WorldFolderNotEmpty, build_world
from wavepool.engine.worlds.concentration import (
    Concentration,
    NothingExposed,
    measure_concentration,
)
from wavepool.engine.worlds.plan import (
    Sizes,
    WorldPlan,
    WorldPlanInvalid,
    honest_plan,
    sizes_of,
    sniped_plan,
)

__all__ = [
    "Concentration",
    "NothingExposed",
    "Sizes",
    "WorldFacts",
    "WorldFolderNotEmpty",
    "WorldPlan",
    "WorldPlanInvalid",
    "build_world",
    "honest_plan",
    "measure_concentration",
    "sizes_of",
    "sniped_plan",
]
