"""Heads of the trail, signed and written where the database cannot reach them.

Each head is one file in `audit-heads/` of the data folder: number and digest of
the trail's last row, and a signature. With `WAVEPOOL_AUDIT_KEY` (a file with an
Ed25519 private key in PEM) anybody with the public key can check it; without,
it is an HMAC under the site's secret key. Copy the folder to another machine:
whoever holds both the database and this folder can rewrite both.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from wavepool.engine.receipts import canonical_json
from wavepool.plumbing.models import AuditHead

_TAG: Final = b"wavepool-audit-head-1\n"


class HeadKeyUnusable(Exception):
    """`WAVEPOOL_AUDIT_KEY` names no Ed25519 private key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedHead:
    """One head as its file says it.

    Attributes:
        number: how many rows the trail had.
        digest: digest of its last row.
        at: when it was written.
        path: the file.
        trust: "signed" by a key of ours, "unknown" key, or "forged".
    """

    number: int
    digest: str
    at: datetime
    path: Path
    trust: str


def export_head(*, at: datetime) -> ExportedHead | None:
    """Sign the trail's head and write it to its own file; None while the trail is empty.

    Writing the same head again changes nothing.

    Raises:
        HeadKeyUnusable: the key file holds no Ed25519 private key.
    """
    head = AuditHead.objects.filter(number__gt=0).first()
    if head is None:
        return None
    content = {
        "number": head.number,
        "digest": head.digest,
        "at": at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    path = heads_folder() / f"{head.number:012d}.json"
    if not path.exists() or _read(path).digest != head.digest:
        signed = {**content, **_sign(_TAG + canonical_json(content))}
        # A head that disagrees with an earlier one is kept beside it: both are evidence.
        while path.exists():
            path = path.with_name(f"{path.stem}-again.json")
        _write(path, json.dumps(signed, indent=1).encode())
    return _read(path)


def list_heads() -> tuple[ExportedHead, ...]:
    """Every exported head, in the order of the trail."""
    folder = heads_folder()
    found = [_read(path) for path in folder.glob("*.json")]
    return tuple(sorted(found, key=lambda head: (head.number, head.path.name)))


def find_newest_head() -> ExportedHead | None:
    """The exported head with the highest number, if there is one."""
    return max(list_heads(), key=lambda head: head.number, default=None)


def heads_folder() -> Path:
    """Where heads are written; made where it is missing."""
    folder = Path(settings.DATA_DIR) / "audit-heads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _read(path: Path) -> ExportedHead:
    try:
        said = json.loads(path.read_bytes())
        content = {name: said[name] for name in ("number", "digest", "at")}
        head_at = datetime.fromisoformat(content["at"])
        number, digest = int(content["number"]), str(content["digest"])
    except (ValueError, KeyError, TypeError):
        return ExportedHead(
            number=0, digest="", at=datetime.fromtimestamp(0, UTC), path=path, trust="forged"
        )
    trust = _trust(_TAG + canonical_json(content), said)
    return ExportedHead(number=number, digest=digest, at=head_at, path=path, trust=trust)


def _write(path: Path, content: bytes) -> None:
    """Durable before it is there, and read-only."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o400)
    part.rename(path)


def _sign(message: bytes) -> dict[str, str]:
    if settings.AUDIT_KEY:
        key = _ed25519()
        return {
            "algorithm": "ed25519",
            "key": key.public_key().public_bytes_raw().hex(),
            "signature": key.sign(message).hex(),
        }
    secret = next(_secrets())
    return {
        "algorithm": "hmac-sha256",
        "key": _name(secret),
        "signature": hmac.digest(secret, message, "sha256").hex(),
    }


def _trust(message: bytes, said: dict[str, Any]) -> str:
    algorithm, name = said.get("algorithm"), said.get("key")
    try:
        signature = bytes.fromhex(str(said.get("signature", "")))
    except ValueError:
        return "forged"
    if algorithm == "ed25519" and settings.AUDIT_KEY:
        key = _ed25519().public_key()
        if key.public_bytes_raw().hex() == name:
            try:
                key.verify(signature, message)
            except InvalidSignature:
                return "forged"
            return "signed"
    if algorithm == "hmac-sha256":
        for secret in _secrets():
            if _name(secret) == name:
                right = hmac.compare_digest(hmac.digest(secret, message, "sha256"), signature)
                return "signed" if right else "forged"
    return "unknown"


def _secrets() -> Iterator[bytes]:
    """Keys for heads from the site's secret keys, the present one first."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield hmac.digest(key.encode(), _TAG, "sha256")


def _name(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()[:16]


def _ed25519() -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(Path(settings.AUDIT_KEY).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise HeadKeyUnusable(str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise HeadKeyUnusable("the key is of another kind")
    return key
