"""Kill a process at every boundary of what it does to the store.

A boundary lies before and after every SQL statement and every commit. Random
kills miss the few that matter; these are enumerated.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from promises.own_store import fork, forked, joined

Work = Callable[[], None]


class Boundaries:
    """Counts the boundaries that this process passes, and ends it at one of them."""

    def __init__(self, *, fatal: int | None = None) -> None:
        self.fatal = fatal
        self.passed = 0
        self.commits: list[int] = []

    def reach(self) -> None:
        """Pass one, or die there."""
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count on the default connection while the block runs."""
        watched = connections["default"]
        commit = watched._commit

        def commit_between_boundaries() -> Any:
            self.reach()
            self.commits.append(self.passed)
            done = commit()
            self.reach()
            return done

        watched._commit = commit_between_boundaries  # type: ignore[method-assign]
        with watched.execute_wrapper(self._execute):
            yield
        watched._commit = commit  # type: ignore[method-assign]

    def _execute(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.reach()
        done = execute(*statement)
        self.reach()
        return done


def count_boundaries(work: Work) -> int:
    """How many boundaries the work passes, in a child of its own."""
    return watch(work)[0]


def watch(work: Work) -> tuple[int, list[int]]:
    """The boundaries that the work passes in a child, and which of them stand before a commit."""
    reader, writer = os.pipe()

    def counted() -> None:
        boundaries = Boundaries()
        with boundaries.watching():
            work()
        os.write(writer, json.dumps([boundaries.passed, boundaries.commits]).encode())

    code = joined(fork(counted))
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    assert code == 0, f"the work ended with {code}"
    passed, commits = json.loads(text)
    return passed, commits


def kill_at(boundary: int, work: Work) -> None:
    """Run the work in a child that kills itself at a boundary.

    Raises:
        AssertionError: the child ended in another way.
    """

    def doomed() -> None:
        with Boundaries(fatal=boundary).watching():
            work()

    code = forked(doomed)
    assert code == -signal.SIGKILL, f"boundary {boundary}: ended with {code}, not killed"
