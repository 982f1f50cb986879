"""Why a file does not come in."""

from __future__ import annotations

from wavepool.plumbing.errors import PlatformError


class UploadRefused(PlatformError):
    """The base: a file that the gate turned away."""

    kind = "uploads.refused"
    status = 422


class FileUnwanted(UploadRefused):
    """Its bytes, its extension, or both are of no type on the list."""

    kind = "uploads.file_unwanted"
    status = 415


class FileTooLarge(UploadRefused):
    """More bytes than its kind may have."""

    kind = "uploads.file_too_large"
    status = 413


class FileTooHeavy(UploadRefused):
    """Small outside and huge inside: pixels, frames, cells or packed data."""

    kind = "uploads.file_too_heavy"


class FileBroken(UploadRefused):
    """It says what it is, but cannot be read as that."""

    kind = "uploads.file_broken"
