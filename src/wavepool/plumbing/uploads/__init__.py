"""The upload gate: what may come in, and in which form it stays.

A file is taken when its bytes and its extension agree on a type of the list.
Images and tables are looked at in a child process with little memory and little
time; images are written anew, which leaves hidden data behind. What is stored
lies under a random name and is served as an attachment.

    upload = uploads.accept(file, kinds={"image"}, actor=actor, at=at, party=("shop", 7))
"""

from wavepool.plumbing.uploads.errors import (
    FileBroken,
    FileTooHeavy,
    FileTooLarge,
    FileUnwanted,
    UploadRefused,
)
from wavepool.plumbing.uploads.gate import (
    SafeContent,
    accept,
    drop,
    find_upload,
    inspect,
    open_upload,
)
from wavepool.plumbing.uploads.origin import (
    LINK_SECONDS,
    files_host,
    is_sealed,
    public_address,
    signed_address,
)

__all__ = [
    "LINK_SECONDS",
    "FileBroken",
    "FileTooHeavy",
    "FileTooLarge",
    "FileUnwanted",
    "SafeContent",
    "UploadRefused",
    "accept",
    "drop",
    "files_host",
    "find_upload",
    "inspect",
    "is_sealed",
    "open_upload",
    "public_address",
    "signed_address",
]
