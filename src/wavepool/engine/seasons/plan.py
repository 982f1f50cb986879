"""What to settle, what came of it, and why it could not be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wavepool.engine.columns import ColumnMap
from wavepool.engine.incentives import Programmes
from wavepool.engine.policy import Policy


class SeasonHasRejects(Exception):
    """Input rows were rejected and the caller did not allow it; nothing was settled."""

    def __init__(self, rejected: int, path: Path) -> None:
        super().__init__(f"{rejected} input rows are rejected, listed in {path}")
        self.rejected = rejected
        self.path = path


class NothingToSettle(Exception):
    """The season has no touch and no order line, or none in the period asked for."""


@dataclass(frozen=True)
class Plan:
    """What to settle and how; the same plan on the same input gives the same digests."""

    season: Path
    out: Path
    policy: Policy
    programmes: Sequence[Programmes] = ()
    period: str | None = None
    opening: Path | None = None
    engine: str = "duckdb"
    columns_map: ColumnMap | None = None
    allow_rejects: bool = False
    is_looking_for_rings: bool = False
    threads: int = 2
    memory_mb: int = 4_000
    signing_key: bytes | None = None


@dataclass(frozen=True)
class Settled:
    """A finished settlement: its folder, its periods and their digests."""

    out: Path
    periods: tuple[str, ...]
    digest: str
    rejected: int
    was_finished: bool
