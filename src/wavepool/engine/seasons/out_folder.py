"""The folder a settlement is written to: stages that end in one atomic rename each."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavepool.engine.relations import DiskFull, Relations

RUN_FILE = "run.json"
MANIFEST_FILE = "manifest.json"
POLICY_FILE = "policy.toml"
PROGRAMMES_FILE = "programmes.json"
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


class AnotherRunInFolder(Exception):
    """The folder holds a settlement of another input or policy."""

    def __init__(self, folder: Path, *, differs: list[str]) -> None:
        super().__init__(
            f"{folder} holds a settlement with another {', '.join(differs)}; "
            "choose another folder or remove this one"
        )
        self.folder = folder
        self.differs = differs


@dataclass(frozen=True)
class PeriodFolder:
    """One period's tables; `state/` is what the next period opens from."""

    path: Path

    @property
    def period(self) -> str:
        """Return the period's id, the folder's name."""
        return self.path.name

    def stage_is_done(self, stage: str) -> bool:
        """Tell whether the stage's marker exists and each of its files is as it was written."""
        marker = self._marker(stage)
        if not marker.exists():
            return False
        files: dict[str, int] = json.loads(marker.read_text(encoding="utf-8"))["files"]
        return all(
            (self.path / name).exists() and (self.path / name).stat().st_size == size
            for name, size in files.items()
        )

    def end_stage(self, stage: str, names: list[str]) -> None:
        """Write the stage's marker, after which a resumed run skips the stage."""
        files = {
            f"{name}.parquet": (self.path / f"{name}.parquet").stat().st_size for name in names
        }
        write_json(self._marker(stage), {"stage": stage, "files": files})

    def save(self, rel: Relations, name: str, *, order_by: str, state: bool = False) -> str:
        """Write relation `name` as Parquet; returns its name inside the period's folder."""
        place = f"state/{name}" if state else name
        target = self.path / f"{place}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        rel.save(name, target, order_by=order_by)
        return place

    def scan(self, rel: Relations, name: str, *, relation: str = "") -> None:
        """Register a written table again, from its file."""
        rel.scan(relation or name, [self.path / f"{name}.parquet"])

    def _marker(self, stage: str) -> Path:
        return self.path / f"stage-{stage}.json"


def claim_folder(out: Path, identity: Mapping[str, Any]) -> bool:
    """Take the folder for a run of this identity; tells whether it was begun before.

    Raises:
        AnotherRunInFolder: the folder belongs to another input, policy or engine version.
    """
    out.mkdir(parents=True, exist_ok=True)
    run = out / RUN_FILE
    if not run.exists():
        write_json(run, dict(identity))
        return False
    found = json.loads(run.read_text(encoding="utf-8"))
    differs = sorted(key for key in identity if found.get(key) != identity[key])
    if differs:
        raise AnotherRunInFolder(out, differs=differs)
    return True


def write_json(path: Path, document: Mapping[str, Any] | list[Any]) -> None:
    """Write a document so that a reader sees all of it or nothing."""
    write_bytes(
        path, (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    )


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file by way of a neighbour, flushed to disk before the rename. Raises DiskFull."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(f"{path}: {error.strerror}") from error
        raise
    partial.replace(path)


def file_sha256(path: Path) -> str:
    """Digest of a file's bytes; guards a folder, does not identify a result."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
