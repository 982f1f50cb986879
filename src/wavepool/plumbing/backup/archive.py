"""The file of a backup: an ordinary zip that knows every byte of itself.

`manifest.json` says what is inside; `store` is the database; `uploads/…` are the
files that people sent; `lake/…`, `segments/…`, `runs/…` and `seasons/…` are the facts
and results that lie beside the store. The zip's comment is the SHA-256, in hex, of every byte
before it, so one flipped bit anywhere is found before anything is believed.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, ClassVar, Final

from django.utils.translation import gettext as _

from wavepool.plumbing.errors import PlatformError

FORMAT: Final = 1
STORE: Final = "store"
UPLOADS: Final = "uploads/"
#: Folders of the data folder that rows of the store speak of.
BESIDE: Final = ("lake/", "segments/", "seasons/", "runs/")
_MANIFEST: Final = "manifest.json"
_SEAL: Final = 64
_CHUNK: Final = 1 << 20


class BackupDamaged(PlatformError):
    """The file is no backup, or not the one that was written."""

    kind: ClassVar[str] = "backup.damaged"


class BackupExists(PlatformError):
    """A backup never overwrites a file."""

    kind: ClassVar[str] = "backup.exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds.

    Attributes:
        vendor: "sqlite" or "postgresql"; a backup goes back to its own kind.
        made_at: RFC 3339, UTC.
        release: the version of wavepool that wrote it.
        migrations: "app.name" of every migration that its store had.
        tables: rows of every table.
        digests: SHA-256 of every member of the archive but the manifest.
        format: of the archive.
    """

    vendor: str
    made_at: str
    release: str
    migrations: tuple[str, ...]
    tables: Mapping[str, int]
    digests: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT


def write_archive(file: Path, manifest: Manifest, members: Mapping[str, Path]) -> Manifest:
    """Write a backup beside `file`, then give it its name; nothing else is ever seen there.

    Raises:
        BackupExists: the file exists.
    """
    if file.exists():
        raise BackupExists(_("%s exists; a backup overwrites nothing.") % file)
    digests = {name: digest_of(path) for name, path in sorted(members.items())}
    whole = Manifest(**{**asdict(manifest), "digests": digests})
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.comment = b"0" * _SEAL
            archive.writestr(_MANIFEST, json.dumps(asdict(whole), indent=1, sort_keys=True))
            for name, path in sorted(members.items()):
                archive.write(path, name)
        _seal(out)
        os.fsync(out.fileno())
    partial.replace(file)
    return whole


def read_manifest(file: Path) -> Manifest:
    """What a backup holds, after every byte of it was looked at.

    Raises:
        BackupDamaged: it is no backup, or its bytes changed.
    """
    with _opened(file) as archive:
        return _manifest(archive)


def unpack(file: Path, folder: Path) -> tuple[Manifest, dict[str, Path]]:
    """Unpack a backup into a folder and compare every member with its digest.

    Returns:
        The manifest, and the place of each member by its name.

    Raises:
        BackupDamaged: it is no backup, or its bytes changed.
    """
    with _opened(file) as archive:
        manifest = _manifest(archive)
        if {*archive.namelist()} != {*manifest.digests, _MANIFEST}:
            raise _damaged()
        places = {}
        for number, (name, digest) in enumerate(sorted(manifest.digests.items())):
            if name != STORE and not _is_inside(name):
                raise _damaged()
            places[name] = folder / str(number)
            with archive.open(name) as source, places[name].open("wb") as target:
                if _copied(source, target) != digest:
                    raise _damaged()
    return manifest, places


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal(out: BinaryIO) -> None:
    """Write the digest of everything before it over the comment at the end."""
    end = out.seek(0, os.SEEK_END)
    digest = _digest_until(out, end - _SEAL)
    out.seek(end - _SEAL)
    out.write(digest.encode("ascii"))
    out.flush()


def _digest_until(file: BinaryIO, end: int) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    left = end
    while left > 0 and (chunk := file.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, once its seal is found whole."""
    try:
        with file.open("rb") as source:
            end = source.seek(0, os.SEEK_END) - _SEAL
            expected = _digest_until(source, end).encode("ascii")
            source.seek(max(end, 0))
            if end <= 0 or source.read() != expected:
                raise _damaged()
            with zipfile.ZipFile(source) as archive:
                yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise _damaged() from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    document: dict[str, Any] = json.loads(archive.read(_MANIFEST))
    if document.get("format") != FORMAT:
        raise _damaged()
    return Manifest(**{**document, "migrations": tuple(document["migrations"])})


def _is_inside(name: str) -> bool:
    """Whether a member's name stays inside one of the folders that a backup fills."""
    parts = PurePosixPath(name).parts
    return name.startswith((UPLOADS, *BESIDE)) and ".." not in parts and "\\" not in name


def _copied(source: Any, target: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _damaged() -> BackupDamaged:
    return BackupDamaged(_("This file is not a whole backup; nothing was restored."))
