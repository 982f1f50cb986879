"""From a finished install to the first page of the demonstration: seconds, and memory at its peak."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import JobFailed
from benchmarks.report import Row

INTRO = (
    "`wavepool demo` in an empty folder until its role picker answers 200: generating, settling and "
    "moving in a market, then opening it. Memory is the peak of all its processes' resident sets "
    "together, read every 50 ms, so pages that they share count more than once."
)
SECONDS_MAX, MEMORY_MB_MAX = 60, 1_000


def run(bench: Bench) -> None:
    """Open the demonstration once and close it."""
    bench.report.begin("First page", INTRO)
    folder = bench.data / "first-page"
    shutil.rmtree(folder, ignore_errors=True)
    seconds, peak_mb = _open_once(folder, is_small=bench.is_quick)
    bench.report.add(
        Row(
            "install to first page",
            f"{seconds:.0f} s",
            target=f"{SECONDS_MAX} s",
            is_met=seconds <= SECONDS_MAX,
        )
    )
    bench.report.add(
        Row(
            "peak memory until then",
            f"{peak_mb:,.0f} MB",
            target=f"{MEMORY_MB_MAX:,} MB",
            is_met=peak_mb <= MEMORY_MB_MAX,
        )
    )


def _open_once(folder: Path, *, is_small: bool) -> tuple[float, float]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [sys.executable, "-m", "wavepool.cli", "demo", "--folder", str(folder)]
    command += ["--port", str(port), "--touches", "20000", *(["--small"] if is_small else [])]
    started, peak_mb = time.monotonic(), 0.0
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while time.monotonic() - started < 300:
            peak_mb = max(peak_mb, _resident_mb(process.pid))
            if _answers(f"http://127.0.0.1:{port}/demo/"):
                return time.monotonic() - started, peak_mb
            if process.poll() is not None:
                break
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
    raise JobFailed("first_page", "the demonstration did not open")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _resident_mb(pid: int) -> float:
    """Resident memory of a process and all below it."""
    total_kb = 0
    for each in (pid, *_below(pid)):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{each}/status").read_text(encoding="ascii").splitlines():
                if line.startswith("VmRSS:"):
                    total_kb += int(line.split()[1])
    return total_kb / 1024


def _below(pid: int) -> list[int]:
    children = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            text = (task / "children").read_text(encoding="ascii")
            children += [int(word) for word in text.split()]
    return [*children, *(each for child in children for each in _below(child))]
