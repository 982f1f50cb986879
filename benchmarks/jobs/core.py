"""The common core of the settlement on a peer; its figures must equal the engine's."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.core import engine_totals, read_terms


class PeerDiffers(AssertionError):
    """A peer's figures are not the engine's, so its time means nothing."""

    def __init__(self, peer: str, names: list[str]) -> None:
        super().__init__(f"{peer} differs from the engine in {', '.join(names)}")
        self.peer = peer
        self.names = names


def run(*, peer: str, season: str, out: str, period: str) -> dict[str, Any]:
    """Compute the core of one period on `polars` or `pandas`."""
    module = import_module(f"benchmarks.peers.{peer}_core")
    terms = read_terms(Path(season), period)
    found = module.compute(Path(season), Path(out) / period / "credits.parquet", terms)
    wanted = engine_totals(Path(out), period)
    differs = sorted(name for name in wanted if found[name] != wanted[name])
    if differs:
        raise PeerDiffers(peer, differs)
    return {"totals": found}
