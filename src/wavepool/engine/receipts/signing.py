"""Ed25519 signatures of manifests, through the optional package `cryptography`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_private_key,
        load_pem_public_key,
    )
except ImportError:
    IS_SIGNING_AVAILABLE = False
else:
    IS_SIGNING_AVAILABLE = True

ALGORITHM: Final = "ed25519"

_TAG: Final = b"wavepool-manifest-1|"


class SigningUnavailable(Exception):
    """Signing or checking a signature needs the optional package."""

    def __init__(self) -> None:
        super().__init__("signatures are not available here: needs wavepool[signing]")


class KeyUnusable(Exception):
    """The PEM text holds no usable Ed25519 key."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"not a usable Ed25519 key: {problem}")
        self.problem = problem


def sign_manifest(manifest_bytes: bytes, private_key_pem: bytes) -> dict[str, str]:
    """Sign a manifest, byte for byte.

    Args:
        manifest_bytes: the file as it will be published.
        private_key_pem: an Ed25519 private key, PKCS 8 in PEM, not encrypted.

    Returns:
        `algorithm`, `public_key` (hex) and `signature` (hex), as receipts carry
        them under `manifest/signature`. The same input gives the same bytes.

    Raises:
        SigningUnavailable: the package is not installed.
        KeyUnusable: no Ed25519 private key in the text.
    """
    _require_signing()
    try:
        key = load_pem_private_key(private_key_pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable("the key is of another kind")
    return {
        "algorithm": ALGORITHM,
        "public_key": _raw(key.public_key()).hex(),
        "signature": key.sign(_TAG + manifest_bytes).hex(),
    }


def is_signed_by(
    manifest_bytes: bytes, signature: Mapping[str, Any], public_key_pem: bytes
) -> bool:
    """Whether this key signed exactly these bytes.

    Raises:
        SigningUnavailable: the package is not installed.
        KeyUnusable: no Ed25519 public key in the text.
    """
    key = _public_key(public_key_pem)
    if signature["algorithm"] != ALGORITHM or signature["public_key"] != _raw(key).hex():
        return False
    try:
        key.verify(bytes.fromhex(signature["signature"]), _TAG + manifest_bytes)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_name(public_key_pem: bytes) -> str:
    """`ed25519:` and the public key in hex. Raises as `is_signed_by`."""
    return f"{ALGORITHM}:{_raw(_public_key(public_key_pem)).hex()}"


def _public_key(public_key_pem: bytes) -> Ed25519PublicKey:
    _require_signing()
    try:
        key = load_pem_public_key(public_key_pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(str(error)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable("the key is of another kind")
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _require_signing() -> None:
    if not IS_SIGNING_AVAILABLE:
        raise SigningUnavailable
