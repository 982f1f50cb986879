"""Value and share a pool of many payees; answers the CPU of each step."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.child import own_cpu_s
from wavepool.engine.sharing import root_values, share_pool

SEED = 7
EVIDENCE_MAX_MICRO = 10**12
POOL_MICRO = 10**16


def run(*, payees: int) -> dict[str, Any]:
    """Share ten billion minor units among `payees`; conservation is asserted."""
    draw = np.random.default_rng(SEED)
    sums = [draw.integers(0, EVIDENCE_MAX_MICRO, payees) for _ in range(3)]
    cpu = own_cpu_s()
    values = root_values(quality_micro=sums[0], experience_micro=sums[1], commerce_micro=sums[2])
    valued = own_cpu_s()
    shares = share_pool(POOL_MICRO, values)
    shared = own_cpu_s()
    distributed = int(shares.entitlements_micro.sum(dtype=np.int64))
    assert distributed + shares.residue_micro == POOL_MICRO
    return {
        "values_cpu_s": valued - cpu,
        "shares_cpu_s": shared - valued,
        "residue_micro": shares.residue_micro,
        "cpu_s": shared - cpu,
    }
