"""Steps of one process: seconds, CPU and the largest memory within each."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Steps = list[dict[str, Any]]


@contextmanager
def step(steps: Steps, name: str, *, is_part: bool = False) -> Iterator[None]:
    """Time a step; the kernel's mark of the largest memory is set back at its start.

    Args:
        is_part: it lies within another step, whose mark it leaves alone.
    """
    if not is_part:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    before, wall = usage.ru_utime + usage.ru_stime, time.monotonic()
    yield
    usage = resource.getrusage(resource.RUSAGE_SELF)
    steps.append(
        {
            "name": name,
            "is_part": is_part,
            "wall_s": time.monotonic() - wall,
            "cpu_s": usage.ru_utime + usage.ru_stime - before,
            "peak_mb": _peak_mb(),
        }
    )


def timed(
    call: Callable[..., Any], steps: Steps, label: str, *, is_part: bool = False
) -> Callable[..., Any]:
    """The same call, noted as a step each time."""

    def measured(*given: Any, **named: Any) -> Any:
        with step(steps, label, is_part=is_part):
            return call(*given, **named)

    return measured


def _peak_mb() -> int:
    words = Path("/proc/self/status").read_text(encoding="ascii")
    return int(words.partition("VmHWM:")[2].split()[0]) // 1024
