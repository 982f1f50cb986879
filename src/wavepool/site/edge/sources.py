"""Who may send: write keys, read from the snapshot that the platform writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wavepool.plumbing.digests import WRITE_KEY, keyed_digest

_LOOK_SECONDS: Final = 0.5
_REMEMBERED: Final = 4_096


@dataclass(slots=True)
class Allowance:
    """What one source may still send right now."""

    source: int
    tokens: float
    filled_at: float

    def take(self, events: int, *, rate: int, now: float) -> float:
        """Take events from the allowance; 0, or the seconds after which they would fit."""
        most = 2.0 * rate
        self.tokens = min(most, self.tokens + (now - self.filled_at) * rate)
        self.filled_at = now
        # A batch larger than the whole allowance passes when that is full.
        wanted = min(float(events), most)
        if wanted <= self.tokens:
            self.tokens -= wanted
            return 0.0
        return (wanted - self.tokens) / rate


class SourceBook:
    """Write keys by digest; a changed snapshot is read within half a second.

    Args:
        path: the snapshot, `{"sources": [{"id": 1, "digests": ["…"]}]}`.
        keys: secret keys under which digests may have been made, the present one first.
        now: a monotonic clock in seconds.
    """

    def __init__(self, path: Path, *, keys: Sequence[bytes], now: Callable[[], float]) -> None:
        self._path, self._keys, self._now = path, keys, now
        self._looked_at = float("-inf")
        self._stamp: tuple[int, int] | None = None
        self._by_digest: dict[str, int] = {}
        self._by_token: dict[str, int] = {}
        self._allowances: dict[int, Allowance] = {}

    def find(self, token: str) -> Allowance | None:
        """The source of a write key, or None."""
        self._refresh()
        found = self._by_token.get(token)
        if found is None:
            for key in self._keys:
                found = self._by_digest.get(keyed_digest(token, key=key, tag=WRITE_KEY))
                if found is not None:
                    break
            else:
                return None
            if len(self._by_token) < _REMEMBERED:
                self._by_token[token] = found
        return self._allowances.setdefault(found, Allowance(found, float("inf"), self._now()))

    @property
    def count(self) -> int:
        """How many keys are known."""
        return len(self._by_digest)

    def _refresh(self) -> None:
        now = self._now()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        try:
            facts = self._path.stat()
            stamp = (facts.st_mtime_ns, facts.st_ino)
            if stamp == self._stamp:
                return
            document = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return
        self._stamp = stamp
        self._by_token.clear()
        self._by_digest = {
            digest: int(source["id"])
            for source in document["sources"]
            for digest in source["digests"]
        }
