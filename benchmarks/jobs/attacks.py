"""Search for partitions that pay, against our rule and the rules of others."""

from __future__ import annotations

from typing import Any

from wavepool.engine.sharing import search_attacks

SEED = 7


def run(*, rounds: int) -> dict[str, Any]:
    """Answer one row per rule."""
    return {"rules": [row._asdict() for row in search_attacks(seed=SEED, rounds=rounds)]}
