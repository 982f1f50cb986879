"""What `manage.py check` says about the ground that the site stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.backends.sqlite3.base import Database  # type: ignore[attr-defined]

# Earlier releases can corrupt a database when its write-ahead log is reset.
SAFE_SQLITE: Final = (3, 51, 3)


def unsafe_sqlite(**_: Any) -> Sequence[checks.CheckMessage]:
    """Warn where the embedded store runs on a SQLite with the log-reset defect."""
    if connection.vendor != "sqlite" or Database.sqlite_version_info >= SAFE_SQLITE:
        return []
    wanted = ".".join(map(str, SAFE_SQLITE))
    return [
        checks.Warning(
            f"SQLite {Database.sqlite_version} can corrupt its write-ahead log.",
            hint=f"Install pysqlite3 (SQLite {wanted} or newer) or use PostgreSQL.",
            id="wavepool.W001",
        )
    ]


def open_demonstration(**_: Any) -> Sequence[checks.CheckMessage]:
    """Refuse a demonstration that the world can reach: its door asks for no password."""
    if not settings.IS_DEMO or not settings.IS_SECURE:
        return []
    return [
        checks.Error(
            "A demonstration signs anybody in without a password.",
            hint="Unset WAVEPOOL_DEMO where the site is reached from other machines.",
            id="wavepool.E001",
        )
    ]


def sandbox_payments(**_: Any) -> Sequence[checks.CheckMessage]:
    """Warn where a site that the world reaches takes payments that move no money."""
    if settings.PAYMENTS != "sandbox" or not settings.IS_SECURE:
        return []
    return [
        checks.Warning(
            "The sandbox takes payments: goods leave and no money comes.",
            hint="Unset WAVEPOOL_PAYMENTS where real orders are placed.",
            id="wavepool.W002",
        )
    ]


def register_checks() -> None:
    """Register every check of the site."""
    checks.register(checks.Tags.database)(unsafe_sqlite)
    checks.register(checks.Tags.security, deploy=True)(open_demonstration)
    checks.register(checks.Tags.security, deploy=True)(sandbox_payments)
