"""What is configured, reachable, unsafe: the doctor's look at a site."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from django.conf import settings
from django.db import DatabaseError, connection

from wavepool.plumbing import audit
from wavepool.site import checks, health, telemetry

LOOPBACK: Final = {"localhost", "127.0.0.1", "[::1]", "testserver"}
_HEAD_AGE_MAX: Final = timedelta(days=2)
_SQLITE_FULL: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the doctor looked at.

    Attributes:
        name: what it is.
        state: "ok"; "note", which a person should know; "unsafe", which production forbids.
        says: what stands there, and what helps.
    """

    name: str
    state: Literal["ok", "note", "unsafe"]
    says: str


def is_production() -> bool:
    """Whether people reach the site by HTTPS or by a name that is not loopback's."""
    return settings.IS_SECURE or not set(settings.ALLOWED_HOSTS) <= LOOPBACK


def examine(*, has_key: bool, at: datetime) -> list[Finding]:
    """Look at everything; what needs the store is left out when the store is away."""
    findings = [*_settings(has_key=has_key), _folder(), _files(), _mail(), _telemetry()]
    try:
        findings += [*_store(), *_running(at=at)]
    except DatabaseError as error:
        says = f"unreachable: {error}".splitlines()[0]
        findings.append(Finding(name="database", state="unsafe", says=says))
    return findings


def _settings(*, has_key: bool) -> Iterator[Finding]:
    rules: tuple[tuple[str, bool, str, str], ...] = (
        (
            "secret key",
            has_key,
            "given by the environment",
            "kept in the data folder; give WAVEPOOL_SECRET_KEY",
        ),
        ("https", settings.IS_SECURE, "on", "off; set WAVEPOOL_HTTPS=1 behind TLS"),
        ("debug", not settings.DEBUG, "off", "on; it shows code and settings to everybody"),
        (
            "demo",
            not settings.IS_DEMO,
            "off",
            "on; everybody enters as anybody, without a password",
        ),
        ("hosts", "*" not in settings.ALLOWED_HOSTS, ", ".join(settings.ALLOWED_HOSTS), "any name"),
    )
    for name, is_well, well, ill in rules:
        yield Finding(name=name, state="ok" if is_well else "unsafe", says=well if is_well else ill)
    if settings.IS_SECURE and not settings.PROXIES:
        says = "0; behind a proxy every visitor has its address: set WAVEPOOL_PROXIES"
        yield Finding(name="proxies", state="note", says=says)


def _folder() -> Finding:
    folder = Path(settings.DATA_DIR)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
    except OSError as error:
        return Finding(name="data folder", state="unsafe", says=f"not writable: {error}")
    return Finding(name="data folder", state="ok", says=str(folder))


def _files() -> Finding:
    if not settings.FILES_ORIGIN:
        says = "from the origin of the pages, sandboxed; set WAVEPOOL_FILES_ORIGIN to part them"
        return Finding(name="files origin", state="note", says=says)
    wrong = checks.files_origin()
    if wrong:
        return Finding(name="files origin", state="unsafe", says=f"{wrong[0].msg} {wrong[0].hint}")
    return Finding(name="files origin", state="ok", says=settings.FILES_ORIGIN)


def _mail() -> Finding:
    backend = settings.EMAIL_BACKEND.rpartition(".backends.")[2].partition(".")[0]
    if backend == "smtp":
        return Finding(name="mail", state="ok", says=f"by {settings.EMAIL_HOST}")
    says = f"goes to {backend}, to nobody; set WAVEPOOL_EMAIL_URL"
    return Finding(name="mail", state="note", says=says)


def _telemetry() -> Finding:
    if not telemetry.is_asked_for(os.environ):
        return Finding(name="telemetry", state="ok", says="off")
    if not telemetry.is_installed():
        says = "asked for, but wavepool[telemetry] is not installed"
        return Finding(name="telemetry", state="unsafe", says=says)
    return Finding(name="telemetry", state="ok", says="on")


def _store() -> Iterator[Finding]:
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()
    missing = health.missing_migrations()
    says = f"{len(missing)} missing: run `migrate`" if missing else "all applied"
    yield Finding(name="migrations", state="unsafe" if missing else "ok", says=says)


def _look(sql: str) -> str:
    """One value of the store, as text."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchone()[0])


def _sqlite() -> Iterator[Finding]:
    version = _look("SELECT sqlite_version()")
    yield Finding(name="database", state="ok", says=f"SQLite {version}")
    warned = checks.unsafe_sqlite()
    if warned:
        yield Finding(name="sqlite", state="unsafe", says=f"{warned[0].msg} {warned[0].hint}")
    mode, level = _look("PRAGMA journal_mode"), int(_look("PRAGMA synchronous"))
    is_durable = mode == "wal" and level >= _SQLITE_FULL
    says = f"journal {mode}, synchronous {level}"
    yield Finding(name="durability", state="ok" if is_durable else "unsafe", says=says)


def _postgresql() -> Iterator[Finding]:
    yield Finding(name="database", state="ok", says=f"PostgreSQL {_look('SHOW server_version')}")
    said = {
        name: _look(f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")
    }
    is_durable = "off" not in said.values()
    says = ", ".join(f"{name} {value}" for name, value in said.items())
    yield Finding(name="durability", state="ok" if is_durable else "unsafe", says=says)


def _running(*, at: datetime) -> Iterator[Finding]:
    if health.missing_migrations():
        return
    worker = health.worker_state(at=at)
    yield Finding(name="worker", state="ok" if worker == "ok" else "note", says=worker)
    missing = audit.missing_guards()
    if missing:
        says = f"triggers are gone: {', '.join(missing)}"
        yield Finding(name="audit trail", state="unsafe", says=says)
        return
    try:
        head = audit.find_newest_head()
    except audit.HeadKeyUnusable as error:
        yield Finding(name="audit trail", state="unsafe", says=f"WAVEPOOL_AUDIT_KEY: {error}")
        return
    if head is None or at - head.at > _HEAD_AGE_MAX:
        says = "no signed head was written in the last two days; is a worker running?"
        yield Finding(name="audit trail", state="note", says=says)
    else:
        says = f"{head.number} rows under a {head.trust} head of {head.at:%Y-%m-%d %H:%M} UTC"
        yield Finding(name="audit trail", state="ok", says=says)
