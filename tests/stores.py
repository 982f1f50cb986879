"""The stores that the platform's tests run on: SQLite, or a PostgreSQL of the tests' own.

The PostgreSQL comes from the system's packages. It listens on loopback at a
free port, keeps its data in a temporary folder and dies with the tests.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql")
# What a throw-away server may leave out; durability is not what these tests look at.
FAST = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=128MB")


class PostgresMissing(RuntimeError):
    """The PostgreSQL programs are not on this machine."""


def use(store: str) -> None:
    """Point `DATABASE_URL` at a store; a PostgreSQL is started once and shared by workers."""
    if store == "postgresql":
        if "WAVEPOOL_TEST_POSTGRES" not in os.environ:
            os.environ["WAVEPOOL_TEST_POSTGRES"] = start_postgres()
        os.environ["DATABASE_URL"] = os.environ["WAVEPOOL_TEST_POSTGRES"]
    elif store != "sqlite":
        message = f"WAVEPOOL_TEST_STORE is sqlite or postgresql, not {store}"
        raise ValueError(message)


def in_use() -> str:
    """The store that this run was asked to use."""
    return os.environ.get("WAVEPOOL_TEST_STORE", "sqlite")


def start_postgres(*, settings: tuple[str, ...] = FAST) -> str:
    """Start a server on a free loopback port; give its URL. It stops with this process.

    Raises:
        PostgresMissing: the system's package is not installed.
    """
    binaries = find_postgres()
    folder = Path(tempfile.mkdtemp(prefix="wavepool-pg-"))
    as_owner = _owner(folder)
    port = free_port()
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "wavepool", "-A", "trust", "-E", "UTF8"]
    _run([*as_owner, *initdb, "--locale=C.UTF-8", "--no-sync"], folder)
    options = " ".join(f"-c {each}" for each in (*settings, f"port={port}"))
    options += f" -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    ctl = [*as_owner, binaries / "pg_ctl", "-D", data, "-w"]
    _run([*ctl, "-l", folder / "log", "-o", options, "start"], folder)
    atexit.register(_stop, ctl, folder, os.getpid())
    return f"postgresql://wavepool@127.0.0.1:{port}/postgres"


def find_postgres() -> Path:
    """The folder of the newest installed PostgreSQL's programs.

    Raises:
        PostgresMissing: there is none.
    """
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        message = "PostgreSQL is missing: apt-get install postgresql"
        raise PostgresMissing(message)
    return found[-1].parent


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _run(command: list[str | Path], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)


def _owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; then its own user gets the folder."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def _stop(ctl: list[str | Path], folder: Path, started_by: int) -> None:
    if os.getpid() == started_by:
        subprocess.run([*ctl, "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
