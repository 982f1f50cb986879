"""Make Django ready for a command of the terminal."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

import django

KEY_FILE: Final = "secret-key"


def make_ready(*, data: Path | None = None) -> Path:
    """Give Django its settings; return the folder where this machine keeps its data.

    The folder comes from `data` or `WAVEPOOL_DATA` and is made when it is
    missing. Where the operator gave no secret key, one is kept in the folder,
    readable by its owner alone, so that sessions outlive the process.
    """
    folder = data or Path(os.environ.get("WAVEPOOL_DATA", "wavepool-data"))
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["WAVEPOOL_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wavepool.site.settings")
    if not os.environ.get("WAVEPOOL_SECRET_KEY"):
        os.environ["WAVEPOOL_SECRET_KEY"] = _kept_key(folder / KEY_FILE)
    django.setup()
    return folder


def _kept_key(place: Path) -> str:
    """Read the key of this data folder; draw it the first time."""
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return place.read_text(encoding="ascii").strip()
