"""Pages of pools."""

from wavepool.domains.pools.views.fund import (
    approve_change,
    ask_change,
    fund,
    funds,
    open_fund,
    public_fund,
    reject_change,
    release,
)
from wavepool.domains.pools.views.staff import (
    answer,
    close,
    objection,
    pay,
    period,
    pools,
    publish,
    shares,
)
from wavepool.domains.pools.views.studio import raise_objection, studio_value

__all__ = [
    "answer",
    "approve_change",
    "ask_change",
    "close",
    "fund",
    "funds",
    "objection",
    "open_fund",
    "pay",
    "period",
    "pools",
    "public_fund",
    "publish",
    "raise_objection",
    "reject_change",
    "release",
    "shares",
    "studio_value",
]
