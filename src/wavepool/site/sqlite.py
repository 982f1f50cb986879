"""Put a safe SQLite in place before Django reaches for the interpreter's own.

The interpreter links the SQLite of its system, which on long-lived systems has
a defect that can corrupt the write-ahead log. `pysqlite3` brings a newer one.
"""

from __future__ import annotations

import sqlite3
import sys

try:
    import pysqlite3
except ModuleNotFoundError:  # no build for this system; a check warns when it matters
    pysqlite3 = None

#: Run on every new connection. FULL makes a commit durable before it is acknowledged.
INIT_COMMAND = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
    "PRAGMA busy_timeout=20000;PRAGMA cache_size=-20000;"
)


def use_safe_sqlite() -> tuple[int, int, int]:
    """Swap the module in; give the version that Django will run on."""
    if pysqlite3 is not None and pysqlite3.sqlite_version_info > sqlite3.sqlite_version_info:
        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
        version: tuple[int, int, int] = pysqlite3.sqlite_version_info
        return version
    return sqlite3.sqlite_version_info
