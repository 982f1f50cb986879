"""What `manage.py check` says about the ground that the site stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

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


def sandbox_payouts(**_: Any) -> Sequence[checks.CheckMessage]:
    """Warn where a site that the world reaches pays people by a rail that moves no money."""
    if "sandbox" not in settings.PAYOUT_RAILS or not settings.IS_SECURE:
        return []
    return [
        checks.Warning(
            "The sandbox pays people out: they count as paid and no money moves.",
            hint="Leave sandbox out of WAVEPOOL_PAYOUT_RAILS where people are owed real money.",
            id="wavepool.W003",
        )
    ]


def files_origin(**_: Any) -> Sequence[checks.CheckMessage]:
    """Refuse an origin of files that is none: with a path, or with a host of the pages."""
    if not settings.FILES_ORIGIN:
        return []
    parts = urlsplit(settings.FILES_ORIGIN)
    is_origin = parts.scheme in {"http", "https"} and parts.netloc
    is_bare = is_origin and not (parts.path or parts.query or parts.fragment or parts.username)
    if is_bare and not files_share_a_host():
        return []
    return [
        checks.Error(
            "WAVEPOOL_FILES_ORIGIN is no origin apart from the pages'.",
            hint="Give scheme and host alone, and a host that WAVEPOOL_HOSTS does not name.",
            id="wavepool.E002",
        )
    ]


def files_share_a_host() -> bool:
    """Whether pages are reached by the very host and port of files; a port of its own tells apart."""
    parts = urlsplit(settings.FILES_ORIGIN)
    names = [name for name in settings.ALLOWED_HOSTS if name.strip("[]") == parts.hostname]
    return "*" in settings.ALLOWED_HOSTS or (parts.port is None and len(names) > 1)


def register_checks() -> None:
    """Register every check of the site."""
    checks.register(checks.Tags.database)(unsafe_sqlite)
    checks.register(checks.Tags.security, deploy=True)(open_demonstration)
    checks.register(checks.Tags.security, deploy=True)(sandbox_payments)
    checks.register(checks.Tags.security, deploy=True)(sandbox_payouts)
    checks.register(checks.Tags.security)(files_origin)
