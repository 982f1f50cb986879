"""A data folder of its own for every test of events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from worlds import capture


@pytest.fixture
def data(db: None, settings: Any, tmp_path: Path) -> Path:
    """An empty store with a data folder of this test."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def log(data: Path) -> Iterator[capture.Log]:
    """The log of a server that may send."""
    log = capture.Log(capture.add_source().pk)
    yield log
    log.close()
