"""Through the gate: name, bytes, header, child, store."""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import secrets
import subprocess
import sys
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.models import SafeUpload
from wavepool.plumbing.uploads import child, types
from wavepool.plumbing.uploads.dimensions import NoDimensions, dimensions_of
from wavepool.plumbing.uploads.errors import FileBroken, FileTooHeavy, FileTooLarge, FileUnwanted

_CHILD: Final = Path(child.__file__)
_SECONDS: Final = 20
_MEMORY: Final = 1 << 30
_NAME_MAX: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeContent:
    """A file that was looked at and lies in a place of ours until it is stored or dropped.

    Attributes:
        type: what it is.
        name: what its sender called it, cleaned.
        path: where it lies.
        size_bytes, sha256: of what lies there.
        width, height: of an image.
    """

    type: types.FileType
    name: str
    path: Path
    size_bytes: int
    sha256: str
    width: int | None = None
    height: int | None = None


@contextlib.contextmanager
def inspect(file: UploadedFile[Any], *, kinds: Collection[str]) -> Iterator[SafeContent]:
    """Look at a file; what comes out is safe to read while the context lasts.

    Raises:
        FileUnwanted, FileTooLarge, FileTooHeavy, FileBroken
    """
    name = clean_name(file.name or "")
    wanted = _type_by_name(name, kinds)
    if file.size is not None and file.size > wanted.bytes_max:
        raise _too_large(wanted)
    spooled = _place("incoming", secrets.token_hex(16))
    written = spooled.with_suffix(".out")
    try:
        _spool(file, spooled, wanted)
        _check_beginning(spooled, wanted)
        width, height = _check_header(spooled, wanted)
        _look(spooled, written, wanted)
        safe = written if wanted.kind == "image" else spooled
        with safe.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        yield SafeContent(
            type=wanted,
            name=name,
            path=safe,
            size_bytes=safe.stat().st_size,
            sha256=digest,
            width=width,
            height=height,
        )
    finally:
        spooled.unlink(missing_ok=True)
        written.unlink(missing_ok=True)


def accept(
    file: UploadedFile[Any],
    *,
    kinds: Collection[str],
    actor: Actor,
    at: datetime,
    party: tuple[str, int] | None = None,
    is_public: bool = False,
) -> SafeUpload:
    """Let a file in: look at it, store it under a random name, write its row.

    Args:
        file: as Django gives it.
        kinds: which of "image", "document", "table" are wanted here.
        actor: who sends it.
        at: when.
        party: kind and id of the workspace that it belongs to; its people may read it.
        is_public: whether everybody may read it, as a picture of goods.

    Raises:
        FileUnwanted, FileTooLarge, FileTooHeavy, FileBroken
    """
    kind, party_id = party or ("", None)
    with inspect(file, kinds=kinds) as content:
        word = secrets.token_hex(20)
        place = f"{word[:2]}/{word[2:]}.{content.type.extensions[0]}"
        content.path.rename(_place(*place.split("/")))
    return SafeUpload.objects.create(
        public_id=ids.new_id("file"),
        kind=content.type.kind,
        media_type=content.type.media_type,
        extension=content.type.extensions[0],
        name=content.name,
        path=place,
        size_bytes=content.size_bytes,
        sha256=content.sha256,
        width=content.width,
        height=content.height,
        account_id=actor.account_id,
        party_kind=kind,
        party_id=party_id,
        is_public=is_public,
        created_at=at,
    )


def find_upload(public_id: str) -> SafeUpload | None:
    """A stored file by its public id."""
    return SafeUpload.objects.filter(public_id=public_id).first()


def open_upload(upload: SafeUpload) -> BinaryIO:
    """Open a stored file for reading."""
    return (Path(settings.MEDIA_ROOT) / upload.path).open("rb")


def drop(public_id: str) -> None:
    """Take a stored file away, with the caller's transaction; one that is gone stays gone."""
    upload = SafeUpload.objects.filter(public_id=public_id).first()
    if upload is None:
        return
    place = Path(settings.MEDIA_ROOT) / upload.path
    upload.delete()
    transaction.on_commit(lambda: place.unlink(missing_ok=True))


def clean_name(name: str) -> str:
    """A file name for people's eyes: one line, no paths, no signs that turn text around.

    >>> clean_name("../../etc/pass\\nwd.png")
    'passwd.png'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: _NAME_MAX - 1 - len(ending)]}{dot}{ending}" if len(ending) < 12 else ""


def _type_by_name(name: str, kinds: Collection[str]) -> types.FileType:
    found = types.EXTENSIONS.get(name.rpartition(".")[2].lower())
    if found is None or found.kind not in kinds:
        endings = sorted(ending for ending, each in types.EXTENSIONS.items() if each.kind in kinds)
        raise FileUnwanted(
            _("This file is of no type that can be sent here: %(endings)s.")
            % {"endings": ", ".join(endings)}
        )
    return found


def _spool(file: UploadedFile[Any], place: Path, wanted: types.FileType) -> None:
    """Write it down chunk by chunk; whatever length it claims, its bytes are counted."""
    size = 0
    with place.open("wb") as sink:
        place.chmod(0o600)
        for chunk in file.chunks():
            size += len(chunk)
            if size > wanted.bytes_max:
                raise _too_large(wanted)
            sink.write(chunk)
    if size == 0:
        raise FileBroken(_("This file is empty."))


def _check_beginning(place: Path, wanted: types.FileType) -> None:
    with place.open("rb") as content:
        head = content.read(4_096)
    if not wanted.begins(head):
        raise FileUnwanted(_("The content of this file is not what its name says."))


def _check_header(place: Path, wanted: types.FileType) -> tuple[int | None, int | None]:
    """Width and height of an image, refused before anything is decoded."""
    if wanted.kind != "image":
        return None, None
    with place.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            width, height = dimensions_of(wanted.name, content)
        except NoDimensions as error:
            raise _broken() from error
    if width * height > types.PIXELS_MAX or max(width, height) > types.SIDE_MAX:
        raise FileTooHeavy(_("This image has more than 40 million pixels."))
    if width * height == 0:
        raise _broken()
    return width, height


def _look(place: Path, written: Path, wanted: types.FileType) -> None:
    """Let the child look; its end is the verdict."""
    limits = {
        "memory": _MEMORY,
        "seconds": _SECONDS,
        "written": 4 * wanted.bytes_max,
        "pixels": types.PIXELS_MAX,
        "frames": types.FRAMES_MAX,
        "frame_pixels": types.FRAME_PIXELS_MAX,
        "unpacked": types.UNPACKED_MAX,
        "ratio": types.RATIO_MAX,
        "members": types.MEMBERS_MAX,
    }
    command = [sys.executable, "-I", "-B", str(_CHILD), wanted.name, json.dumps(limits)]
    with place.open("rb") as source, written.open("wb") as sink:
        try:
            ended = subprocess.run(
                command,
                stdin=source,
                stdout=sink,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
                timeout=2 * _SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_heavy() from error
    if ended.returncode == child.BROKEN:
        raise _broken()
    if ended.returncode != 0:
        raise _too_heavy()


def _place(*parts: str) -> Path:
    place = Path(settings.MEDIA_ROOT).joinpath(*parts)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def _too_large(wanted: types.FileType) -> FileTooLarge:
    size = wanted.bytes_max // types.MEBIBYTE
    return FileTooLarge(_("This file is larger than %(size)s MiB.") % {"size": size})


def _too_heavy() -> FileTooHeavy:
    return FileTooHeavy(_("This file unpacks to more than we can look at."))


def _broken() -> FileBroken:
    return FileBroken(_("This file cannot be read, or holds what we do not take in."))
