"""Back up and restore: the two commands."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from wavepool.plumbing.backup import stores
from wavepool.plumbing.backup.archive import (
    BESIDE,
    STORE,
    UPLOADS,
    BackupDamaged,
    BackupExists,
    Manifest,
    read_manifest,
    unpack,
    write_archive,
)
from wavepool.plumbing.backup.checks import run_checks
from wavepool.plumbing.errors import PlatformError


class StoreNotEmpty(PlatformError):
    """A backup goes into an empty store only: nothing is ever overwritten."""

    kind: ClassVar[str] = "backup.store_not_empty"


class BackupTooNew(PlatformError):
    """A newer release wrote it; this one does not know its tables."""

    kind: ClassVar[str] = "backup.too_new"


class CheckFailed(PlatformError):
    """The store was restored, but a check found it wrong."""

    kind: ClassVar[str] = "backup.check_failed"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(_("The restored store is not sound: %s") % "; ".join(faults))
        self.faults = faults


def back_up(file: Path, *, at: datetime) -> Manifest:
    """Write the whole store, the uploads and the facts beside it to one file, while people work.

    What lies beside the store is held before the store is copied, so that nothing that the copy
    speaks of can be swept away meanwhile, and once more afterwards, so that what was
    written meanwhile is there. The store is copied in one moment; a row is committed after its
    file, and a log only grows, so every byte that the copy speaks of is there.

    Raises:
        BackupExists: the file exists.
    """
    if file.exists():
        raise BackupExists(_("%s exists; a backup overwrites nothing.") % file)
    file.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder,
        tempfile.TemporaryDirectory(prefix=".backup-", dir=_data_folder()) as held,
    ):
        place = Path(folder) / STORE
        _hold(Path(held))
        tables = stores.copy_out(place)
        _hold(Path(held))
        manifest = Manifest(
            vendor=connection.vendor,
            made_at=at.isoformat().replace("+00:00", "Z"),
            release=version("wavepool"),
            migrations=_applied(),
            tables=tables,
        )
        beside = _beside(Path(held), still=Path(folder) / "still")
        return write_archive(file, manifest, {STORE: place, **_uploads(), **beside})


def restore(file: Path) -> Manifest:
    """Bring a backup into an empty store and an empty folder of uploads, then check it.

    Raises:
        BackupDamaged: a byte of it changed, or it belongs to another kind of store.
        BackupTooNew: a newer release wrote it.
        StoreNotEmpty: there is something in the store or among the uploads.
        CheckFailed: it is restored, but a registered check found a fault.
    """
    if stores.has_tables() or any(_upload_folder().glob("*")) or any(_files_beside()):
        raise StoreNotEmpty(
            _("The store is not empty. Restore into a new data folder or a new database.")
        )
    _refuse_foreign(read_manifest(file))
    folder = settings.DATA_DIR
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as unpacked:
        manifest, places = unpack(file, Path(unpacked))
        for name, place in places.items():
            if name != STORE:
                target = _target(name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(place, target)
                target.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        stores.copy_in(places[STORE], manifest.tables)
    faults = run_checks()
    if faults:
        raise CheckFailed(faults)
    return manifest


def _refuse_foreign(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        message = _("This backup is of %(theirs)s and goes back to %(theirs)s only.")
        raise BackupDamaged(message % {"theirs": manifest.vendor})
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if not known.issuperset(manifest.migrations):
        raise BackupTooNew(_("A newer release wrote this backup; install that release first."))


def _applied() -> tuple[str, ...]:
    recorded = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(f"{app}.{name}" for app, name in recorded))


def _upload_folder() -> Path:
    return Path(settings.MEDIA_ROOT)


def _data_folder() -> Path:
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _target(name: str) -> Path:
    """Where a member of the archive belongs."""
    if name.startswith(UPLOADS):
        return _upload_folder() / name.removeprefix(UPLOADS)
    return Path(settings.DATA_DIR) / name


def _files_beside() -> Iterator[tuple[str, Path]]:
    """Name and place of every file beside the store; scratch of a run that goes on is none."""
    for root in BESIDE:
        folder = Path(settings.DATA_DIR) / root
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink() and "scratch" not in path.parts:
                yield f"{root}{path.relative_to(folder).as_posix()}", path


def _hold(held: Path) -> None:
    """Give every file beside the store a second name, so that it outlives being swept."""
    for name, path in list(_files_beside()):
        target = held / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if target.exists() and target.samefile(path):
                continue
            target.unlink(missing_ok=True)
            target.hardlink_to(path)
        except FileNotFoundError:
            continue  # swept before the copy, so nothing that is copied speaks of it


def _beside(held: Path, *, still: Path) -> dict[str, Path]:
    """The held files by their names; of a log that grows, what it is now."""
    found = {}
    for path in sorted(path for path in held.rglob("*") if path.is_file()):
        name = path.relative_to(held).as_posix()
        found[name] = path
        if name.startswith("segments/"):
            found[name] = still / name
            found[name].parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, found[name])
    return found


def _uploads() -> dict[str, Path]:
    folder = _upload_folder()
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {f"{UPLOADS}{path.relative_to(folder).as_posix()}": path for path in found}
