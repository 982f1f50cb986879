"""Divide random payees over several accounts, by the million."""

from __future__ import annotations

from typing import Any

from wavepool.engine.sharing import fuzz_partitions

SEED = 7


def run(*, partitions: int) -> dict[str, Any]:
    """Answer how many partitions gained and the largest gain."""
    return dict(fuzz_partitions(seed=SEED, partitions=partitions)._asdict())
