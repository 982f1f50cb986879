"""A worker's life inside this process: it ends at a boundary, and another life goes on.

A boundary lies before and after every SQL statement, every commit, and every call of a provider
that tells of itself. From the fatal one on nothing of that life reaches the store any more, and
its connection is dropped, so that what was not committed is gone, as after SIGKILL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import Error, connections

from promises.kept_digest import Rows, differences, everything
from promises.own_store import copied, pointed_at


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Life:
    """Counts the boundaries that it passes, and ends at one of them.

    Attributes:
        commits: the boundaries that stand right before and right after a commit.
    """

    fatal: int | None = None
    passed: int = 0
    is_over: bool = False
    commits: list[int] = field(default_factory=list)

    def reach(self) -> None:
        """Pass one, or end there."""
        if not self.is_over:
            self.passed += 1
            self.is_over = self.passed == self.fatal
        if self.is_over:
            raise Killed

    @contextmanager
    def lived(self) -> Iterator[None]:
        """Count on the default connection while the block runs."""
        watched = connections["default"]
        commit = watched._commit

        def commit_between_boundaries() -> Any:
            self.commits += [self.passed + 1, self.passed + 2]
            self.reach()
            done = commit()
            self.reach()
            return done

        watched._commit = commit_between_boundaries  # type: ignore[method-assign]
        with watched.execute_wrapper(self._execute):
            yield

    def _execute(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.reach()
        done = execute(*statement)
        self.reach()
        return done


@dataclass
class Flow:
    """Work that may be killed anywhere, on a store that is prepared once.

    Attributes:
        store: a prepared store that nobody has open.
        work: does the work, and called again goes on with it; told which life it is.
        folder: where copies go.
        begin: sets back what lies outside the store.
        beside: what counts besides the store.
        apart: kinds of rows that may tell of a death: a payout that ended and its successor.
    """

    store: str
    work: Callable[[Life, int], None]
    folder: Path
    begin: Callable[[], None] = lambda: None
    beside: Callable[[], Rows] = list
    apart: frozenset[str] = frozenset()

    def whole(self) -> tuple[dict[str, Rows], Life]:
        """What the work leaves when nobody kills it, and the boundaries it passed."""
        self.begin()
        life = Life()
        with copied(self.store, self.folder) as name:
            with pointed_at(name), life.lived():
                self.work(life, 1)
            with pointed_at(name):
                return self._found(), life

    def killed_at(self, boundary: int) -> dict[str, Rows]:
        """What is there after the work was killed at a boundary and a later life went on."""
        self.begin()
        life = Life(fatal=boundary)
        with copied(self.store, self.folder) as name:
            with pointed_at(name):
                try:
                    with life.lived():
                        self.work(life, 1)
                except (Killed, Error):
                    # Whatever its dying words are: PostgreSQL's driver has its own when a
                    # transaction is left at its commit.
                    if not life.is_over:
                        raise
            assert life.is_over, f"boundary {boundary} was not reached"
            with pointed_at(name):
                self.work(Life(), 2)
            with pointed_at(name):
                return self._found()

    def divergent(self, boundaries: Sequence[int], whole: dict[str, Rows]) -> dict[int, list[str]]:
        """The boundaries after which something is not as in the whole run, and what."""
        found = {each: differences(whole, self.killed_at(each)) for each in boundaries}
        return {each: wrong for each, wrong in found.items() if wrong}

    def _found(self) -> dict[str, Rows]:
        found = {**everything(), "beside": self.beside()}
        return {name: rows for name, rows in found.items() if name not in self.apart}


def sample(life: Life, count: int | None) -> list[int]:
    """Boundaries of a life: all of them, or so many, half of them beside commits.

    Args:
        count: None for all.
    """
    if count is None or count >= life.passed:
        return list(range(1, life.passed + 1))
    near = _even(life.commits, count // 2)
    far = _even(range(1, life.passed + 1), count - count // 2)
    return sorted({*near, *far})


def _even(numbers: Sequence[int], count: int) -> list[int]:
    last = len(numbers) - 1
    return [numbers[place * last // max(1, count - 1)] for place in range(count)]
