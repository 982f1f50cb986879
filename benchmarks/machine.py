"""The machine and the versions behind a run; no host, no path."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "wavepool",
    "duckdb",
    "numpy",
    "pyarrow",
    "polars",
    "pandas",
    "pyspark",
    "channelattribution",
)


def facts() -> list[tuple[str, str]]:
    """Name and value of each fact: cores, memory, load at the start, versions."""
    found = [
        ("processor", f"{_processor()}, {os.cpu_count()} cores seen"),
        ("memory", f"{_memory_gb()} GB"),
        ("load at the start", f"{os.getloadavg()[0]:.1f}"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("Python", platform.python_version()),
    ]
    return found + [(name, _version(name)) for name in PACKAGES]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _memory_gb() -> int:
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return round(pages * page / 2**30)
