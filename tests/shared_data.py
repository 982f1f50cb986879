"""Real public data that stands beside the project, never inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def shared_folder() -> Path:
    """Where the data is looked for: `WAVEPOOL_SHARED_DATA`, else `../shared/data`."""
    named = os.environ.get("WAVEPOOL_SHARED_DATA")
    return Path(named) if named else PROJECT.parent / "shared" / "data"


def shared_file(*parts: str) -> Path:
    """Path of a file or folder of the shared data; skips the test when it is absent.

    Tests that read it are never marked `must_run`: a clone without the data is whole.
    """
    path = shared_folder().joinpath(*parts)
    if not path.exists():
        pytest.skip(
            f"shared data absent: {'/'.join(parts)} (WAVEPOOL_SHARED_DATA names its folder)"
        )
    return path
