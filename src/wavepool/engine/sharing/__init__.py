"""From evidence to money: values, pools, carries, and the attacks on them."""

from wavepool.engine.sharing.attacks import (
    AttackResult,
    FuzzReport,
    fuzz_partitions,
    search_attacks,
)
from wavepool.engine.sharing.carries import (
    AgencyAboveEntitlement,
    CarrySettlement,
    agency_parts,
    settle_carry,
)
from wavepool.engine.sharing.margins import (
    MarginalGain,
    PoolStanding,
    SceneSums,
    StandingInconsistent,
    marginal_gain,
)
from wavepool.engine.sharing.pools import PoolShares, distributable_micro, share_pool
from wavepool.engine.sharing.roots import (
    DEFAULT_TENTHS,
    WeightsNotTenths,
    root_value,
    root_values,
)
from wavepool.engine.sharing.scenes import (
    PayeeRepeated,
    PoolValues,
    SceneRow,
    UnknownScene,
    combine_scenes,
)
from wavepool.engine.sharing.whole_columns import (
    ColumnsDiffer,
    NotWholeNumbers,
    RateOutOfRange,
)

__all__ = [
    "DEFAULT_TENTHS",
    "AgencyAboveEntitlement",
    "AttackResult",
    "CarrySettlement",
    "ColumnsDiffer",
    "FuzzReport",
    "MarginalGain",
    "NotWholeNumbers",
    "PayeeRepeated",
    "PoolShares",
    "PoolStanding",
    "PoolValues",
    "RateOutOfRange",
    "SceneRow",
    "SceneSums",
    "StandingInconsistent",
    "UnknownScene",
    "WeightsNotTenths",
    "agency_parts",
    "combine_scenes",
    "distributable_micro",
    "fuzz_partitions",
    "marginal_gain",
    "root_value",
    "root_values",
    "search_attacks",
    "settle_carry",
    "share_pool",
]
