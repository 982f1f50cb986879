"""Run the command line: inside this process, and as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from typer.testing import CliRunner

from wavepool.cli import build_app

SOURCES = str(Path(__file__).parents[2] / "src")


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, data, notices."""

    exit_code: int
    out: str
    err: str


def run(*arguments: str | Path) -> Ran:
    """Run a command in this process, without plugins."""
    result = CliRunner().invoke(build_app([]), [str(each) for each in arguments])
    return Ran(result.exit_code, result.stdout, result.stderr)


def start(
    *arguments: str | Path,
    environment: Mapping[str, str] | None = None,
    stdout: IO[str] | int = subprocess.PIPE,
) -> subprocess.Popen[str]:
    """Start a command as a process; its streams are pipes unless stdout goes elsewhere."""
    # Whoever runs the tests in the background ignores SIGINT, and a child would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "wavepool.cli", *map(str, arguments)],
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": SOURCES, **(environment or {})},
        )
    finally:
        signal.signal(signal.SIGINT, before)


def process(
    *arguments: str | Path,
    environment: Mapping[str, str] | None = None,
    stdout: IO[str] | int = subprocess.PIPE,
) -> Ran:
    """Run a command as a process to its end."""
    with start(*arguments, environment=environment, stdout=stdout) as running:
        out, err = running.communicate(timeout=120)
    return Ran(running.returncode, out or "", err)
