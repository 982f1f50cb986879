"""The functional core: tables in, tables out.

The whole way at once: `settle_frames` takes tables in memory, `settle_season` a
folder. Step by step: one room per method, each a module with its own functions,
such as `commission.cut_line`, `sharing.share_pool`, `incentives.evaluate`.

>>> from wavepool import engine
>>> engine.money.split_minor(100, [1, 1, 1])
(34, 33, 33)
"""

from wavepool.engine import (
    attribution,
    columns,
    commission,
    incentives,
    integrity,
    money,
    policy,
    postings,
    receipts,
    relations,
    scoring,
    seasons,
    sharing,
    worlds,
)
from wavepool.engine.policy import Policy, default_policy, load_policy
from wavepool.engine.receipts import sentence, verify_receipt, verify_with_manifest
from wavepool.engine.seasons import (
    CheckedFrames,
    Explanation,
    FramesHaveRejects,
    Plan,
    Settled,
    SettledFrames,
    check_frames,
    explain_line,
    settle_frames,
    settle_season,
)
from wavepool.engine.worlds import build_world

__all__ = [
    "CheckedFrames",
    "Explanation",
    "FramesHaveRejects",
    "Plan",
    "Policy",
    "Settled",
    "SettledFrames",
    "attribution",
    "build_world",
    "check_frames",
    "columns",
    "commission",
    "default_policy",
    "explain_line",
    "incentives",
    "integrity",
    "load_policy",
    "money",
    "policy",
    "postings",
    "receipts",
    "relations",
    "scoring",
    "seasons",
    "sentence",
    "settle_frames",
    "settle_season",
    "sharing",
    "verify_receipt",
    "verify_with_manifest",
    "worlds",
]
