"""Import this before anything of the platform: it gives Django its settings for the tests.

A data folder of this run, a fixed key, the store that `WAVEPOOL_TEST_STORE` asks for.
"""

from __future__ import annotations

import os
import tempfile
from typing import Final

import django
import pytest

import append_only
import stores

os.environ["DJANGO_SETTINGS_MODULE"] = "wavepool.site.settings"
os.environ.setdefault("WAVEPOOL_DATA", tempfile.mkdtemp(prefix="wavepool-tests-"))
os.environ.setdefault("WAVEPOOL_SECRET_KEY", "a key of the tests, and of nothing else " * 2)
try:
    stores.use(stores.in_use())
except stores.PostgresMissing as missing:
    # Elsewhere a run without the server is skipped as a whole; CI has to have it.
    pytest.exit(f"skipped: {missing}", returncode=1 if os.environ.get("CI") else 0)
django.setup()
append_only.let_tests_flush()

READY: Final = True
