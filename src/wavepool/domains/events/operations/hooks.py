"""Webhooks that come in: proved by their signature, kept as they came, understood later.

The signature is that of Standard Webhooks: `webhook-id`, `webhook-timestamp` and the raw
body, joined by dots, under HMAC-SHA-256, in base 64 behind `v1,`; several in one header.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events import queries
from wavepool.domains.events.models import HookEndpoint, InboundHook
from wavepool.domains.events.tables import moment_of
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

#: A message that says it was sent longer ago, or later, than this is not taken.
WINDOW: Final = timedelta(minutes=5)
GRACE: Final = timedelta(days=1)
BODY_MAX: Final = 1 << 20
_PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = range(24, 65)

Understand = Callable[[InboundHook], None]
_CONNECTORS: Final[dict[str, Understand]] = {}


class HookRefused(PlatformError):
    """The message is not proved to be the sender's, or not of now."""

    kind: ClassVar[str] = "events.hook_refused"
    status: ClassVar[int] = 401

    def __init__(self, message: str | Promise, why: str) -> None:
        super().__init__(message)
        self.why = why


class HookFailed(PlatformError):
    """A connector does not understand a message; it is kept with the reason."""

    kind: ClassVar[str] = "events.hook_failed"


class EndpointEnded(PlatformError):
    """The endpoint was closed before."""

    kind: ClassVar[str] = "events.endpoint_ended"


def on_hook(connector: str, understand: Understand) -> None:
    """Register what a connector does with a message; it raises `HookFailed` with the reason."""
    known = _CONNECTORS.setdefault(connector, understand)
    assert known is understand, f"two functions understand hooks of {connector}"


def add_endpoint(
    *, connector: str, name: str, secret: str, actor: Actor, as_of: datetime
) -> HookEndpoint:
    """Open an address for one outside system.

    Args:
        connector: which system, a short word.
        name: for people.
        secret: `whsec_` and 24 to 64 bytes in base 64, drawn by the caller and shown once.
        actor: who opens it.
        as_of: when.
    """
    key_of(secret)
    with transaction.atomic():
        endpoint = HookEndpoint.objects.create(
            public_id=ids.new_id("hook"),
            connector=connector,
            name=name,
            secret=_sealed(secret),
            created_at=as_of,
        )
        _note("endpoint_added", endpoint, actor=actor, as_of=as_of)
    return endpoint


def rotate_secret(*, public_id: str, secret: str, actor: Actor, as_of: datetime) -> HookEndpoint:
    """Give an endpoint another secret; for a day both hold.

    Raises:
        NotFound: there is none.
        EndpointEnded: it was closed.
    """
    key_of(secret)
    with transaction.atomic():
        endpoint = _lock(public_id)
        endpoint.previous_secret, endpoint.previous_until = endpoint.secret, as_of + GRACE
        endpoint.secret = _sealed(secret)
        endpoint.save()
        _note("endpoint_secret_rotated", endpoint, actor=actor, as_of=as_of)
    return endpoint


def end_endpoint(*, public_id: str, actor: Actor, as_of: datetime) -> HookEndpoint:
    """Close an endpoint; what came in stays.

    Raises:
        NotFound: there is none.
        EndpointEnded: it was closed.
    """
    with transaction.atomic():
        endpoint = _lock(public_id)
        endpoint.ended_at = as_of
        endpoint.save()
        _note("endpoint_ended", endpoint, actor=actor, as_of=as_of)
    return endpoint


def receive_hook(
    *, connector: str, endpoint: str, headers: Mapping[str, str], body: bytes, as_of: datetime
) -> bool:
    """Take one message in; understand it later.

    Args:
        connector: from the address.
        endpoint: from the address, a public id.
        headers: of the request, names in lower case.
        body: byte by byte.
        as_of: now.

    Returns:
        Whether it is new; a message that came before is taken quietly.

    Raises:
        HookRefused: no signature of ours fits, or its time is not now.
        NotFound: there is no such open endpoint.
    """
    found = queries.find_endpoint(endpoint, connector=connector)
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or len(message_id) > 120 or not stamp.isascii() or not stamp.isdigit():
        raise HookRefused(_("The message names no id or time."), "headers")
    signed = f"{message_id}.{stamp}.".encode() + body
    given = headers.get("webhook-signature", "").split()
    if not any(_fits(given, signed, key) for key in _keys(found, as_of)):
        raise HookRefused(_("The signature does not fit."), "signature")
    if abs(as_of.timestamp() - int(stamp)) > WINDOW.total_seconds():
        raise HookRefused(_("The message is not of now."), "time")
    row = InboundHook(
        endpoint=found,
        message_id=message_id,
        body=body,
        sent_at=moment_of(int(stamp) * 1_000),
        received_at=as_of,
    )
    before = InboundHook.objects.filter(endpoint=found, message_id=message_id).exists()
    InboundHook.objects.bulk_create([row], ignore_conflicts=True)
    return not before


def understand_hooks(*, most: int = 500) -> tuple[int, int]:
    """Hand waiting messages to their connectors, each in a transaction of its own.

    A message whose connector is not installed waits on.

    Returns:
        How many were understood, and how many failed.
    """
    waiting = queries.inbound_hooks().filter(
        state=InboundHook.State.WAITING, endpoint__connector__in=list(_CONNECTORS)
    )
    done = failed = 0
    for hook in waiting.order_by("pk")[:most]:
        try:
            with transaction.atomic():
                _settle(hook, InboundHook.State.DONE, why="")
                _CONNECTORS[hook.endpoint.connector](hook)
            done += 1
        except HookFailed as error:
            _settle(hook, InboundHook.State.FAILED, why=str(error.message)[:300] or "?")
            failed += 1
    return done, failed


def key_of(secret: str) -> bytes:
    """The bytes of a secret as people pass it on.

    >>> len(key_of("whsec_" + "A" * 32))
    24
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise HookFailed(_("The secret is not base 64.")) from error
    if len(key) not in _SECRET_BYTES:
        raise HookFailed(_("A secret has 24 to 64 bytes."))
    return key


def signature_of(signed: bytes, key: bytes) -> str:
    """The signature of a message under a key."""
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _fits(given: list[str], signed: bytes, key: bytes) -> bool:
    ours = signature_of(signed, key).encode()
    return any(hmac.compare_digest(each.encode(errors="replace"), ours) for each in given)


def _keys(endpoint: HookEndpoint, as_of: datetime) -> list[bytes]:
    secrets = [endpoint.secret]
    if endpoint.previous_until is not None and endpoint.previous_until > as_of:
        secrets.append(endpoint.previous_secret)
    return [key_of(_box().decrypt(secret.encode()).decode()) for secret in secrets]


def _settle(hook: InboundHook, state: str, *, why: str) -> None:
    """Decide once: of two workers, one finds it waiting."""
    waiting = InboundHook.objects.filter(pk=hook.pk, state=InboundHook.State.WAITING)
    if not waiting.update(state=state, why=why):
        raise HookFailed(_("Another worker has this message."))


def _lock(public_id: str) -> HookEndpoint:
    queries.get_endpoint(public_id)
    endpoint = HookEndpoint.objects.select_for_update().get(public_id=public_id)
    if endpoint.ended_at is not None:
        raise EndpointEnded(_("This endpoint was closed."))
    return endpoint


def _sealed(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def _box() -> Fernet:
    """Seals secrets that we must know again, under the site's seal key."""
    key = hmac.digest(settings.SEAL_KEY.encode(), b"wavepool.events.hooks", "sha256")
    return Fernet(base64.urlsafe_b64encode(key))


def _note(deed: str, endpoint: HookEndpoint, *, actor: Actor, as_of: datetime) -> None:
    data = {"connector": endpoint.connector}
    subject = endpoint.public_id
    audit.record(kind=f"events.{deed}", subject=subject, actor=actor, at=as_of, data=data)
