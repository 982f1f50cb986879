"""Residual exposure: the money that lockstep calibration cannot speak about."""

from __future__ import annotations

import pyarrow as pa

from wavepool.engine.integrity.buckets import STRATUM_FILL, BucketShape, lay_buckets
from wavepool.engine.integrity.lockstep import LockstepResult
from wavepool.engine.relations import Relations, step_sql

FEW_MEETINGS = 5


def residual_exposure(
    rel: Relations,
    result: LockstepResult,
    *,
    bucket_ms: int,
    bucket_cap: int,
    stratum_fill: int = STRATUM_FILL,
    contracts: str | None = None,
    few_meetings: int = FEW_MEETINGS,
) -> pa.Table:
    """Sum the money of lines whose buyers could hide from the lockstep test.

    Reads `credits` (outcomes `direct` and `indirect`). Every such line stands in the
    first class that fits: `flagged` (its buyer is), `one_house` (its buyer bought at
    one house only and can have no link), `crowded_bucket` (its bucket exceeds the cap
    even as a tenth of a window), `few_meetings` (its buyer has at most `few_meetings`
    purchases in buckets shared with anybody), `watched` (the rest). The middle three
    are residual: a ring there would go unseen.

    Args:
        result: what `find_lockstep_groups` returned for the same arguments.

    Returns:
        currency, class, is_residual, buyers, lines, direct_minor, pool_minor, sorted
        by currency and class. The classes of a currency sum to all its lines.
    """
    shape = BucketShape(bucket_ms=bucket_ms, bucket_cap=bucket_cap, stratum_fill=stratum_fill)
    lay_buckets(rel, shape, contracts=contracts)
    rel.put("integrity_flagged_ids", result.evidence.select(["buyer_id"]))
    return rel.fetch(step_sql(__package__, "exposure", dialect=rel.dialect, few=few_meetings))
