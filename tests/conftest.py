"""What holds for every test: no network but loopback, no silent skip, seeded chance.

- Sockets reach loopback and nothing else; anything else is `NetworkRefused`.
- A test marked `must_run` that skips becomes a failure in CI; elsewhere it skips with its reason.
- The platform's tests run on SQLite, and on an own PostgreSQL with `WAVEPOOL_TEST_STORE=postgresql`.
- Hypothesis runs few examples by default, the same ones in CI, many with `WAVEPOOL_THOROUGH=1`.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Generator
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

import platform_ready  # first: it gives Django its settings
import stores
from loopback import is_loopback_address, is_loopback_name
from worlds import cast

assert platform_ready.READY

settings.register_profile("modest", max_examples=40, deadline=None)
settings.register_profile("ci", parent=settings.get_profile("modest"), derandomize=True)
settings.register_profile(
    "thorough",
    max_examples=2_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class NetworkRefused(AssertionError):
    """A test tried to leave the machine."""

    def __init__(self, target: object) -> None:
        super().__init__(f"tests reach loopback only, not {target!r}")


def pytest_configure(config: pytest.Config) -> None:
    """Close the network and choose how hard property tests try."""
    _guard_sockets()
    thorough, in_ci = os.environ.get("WAVEPOOL_THOROUGH"), os.environ.get("CI")
    if config.getoption("--hypothesis-profile", default=None) is None:
        settings.load_profile("thorough" if thorough else "ci" if in_ci else "modest")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches a store; the rest ran on SQLite already."""
    if stores.in_use() == "sqlite":
        return
    kept = [item for item in items if _touches_a_store(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _touches_a_store(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("both_stores")
    fixtures = set(getattr(item, "fixturenames", ()))
    return marked is not None or not fixtures.isdisjoint({"db", "transactional_db", "live_server"})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a `must_run` test into a failure in CI."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _must_run_here(item):
        report.outcome = "failed"
        report.longrepr = f"must run in CI, but was skipped: {call.excinfo and call.excinfo.value}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse in CI that a whole file with `must_run` tests skips itself."""
    report = yield
    is_file = isinstance(collector, pytest.File) and collector.path.suffix == ".py"
    skips_itself = report.skipped and is_file and os.environ.get("CI")
    if skips_itself and "must_run" in collector.path.read_text(encoding="utf-8"):
        report.outcome = "failed"
        report.longrepr = f"must run in CI, but was skipped whole: {collector.path.name}"
    return report


def _must_run_here(item: pytest.Item) -> bool:
    return bool(os.environ.get("CI")) and item.get_closest_marker("must_run") is not None


def _guard_sockets() -> None:
    """Wrap every door of `socket` that names another machine."""
    for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        door = getattr(socket.socket, name)
        if not hasattr(door, "is_guarded"):
            setattr(socket.socket, name, _guarded(door, position))
    if not hasattr(socket.getaddrinfo, "is_guarded"):
        socket.getaddrinfo = _guarded_lookup(socket.getaddrinfo)


def _guarded(door: Callable[..., Any], position: int) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any, **options: Any) -> Any:
        if self.family != socket.AF_UNIX and not is_loopback_address(args[position]):
            raise NetworkRefused(args[position])
        return door(self, *args, **options)

    guarded.is_guarded = True  # type: ignore[attr-defined]
    return guarded


def _guarded_lookup(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **options: Any) -> Any:
        if not is_loopback_name(host):
            raise NetworkRefused(host)
        return lookup(host, *args, **options)

    guarded.is_guarded = True  # type: ignore[attr-defined]
    return guarded


@pytest.fixture(autouse=True)
def first_language() -> None:
    """Begin in the site's first language, whatever the test before spoke last."""
    translation.deactivate()


@pytest.fixture
def world(db: None) -> Any:
    """The cast in an empty store; see tests/worlds/cast.py."""
    return cast.make_cast()
