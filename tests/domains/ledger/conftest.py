"""Books to post to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domains.ledger.small_books import open_books


@pytest.fixture
def books(db: None, settings: Any, tmp_path: Path) -> None:
    """Open accounts, and no exported heads of the audit trail but the test's own."""
    settings.DATA_DIR = tmp_path
    open_books()
