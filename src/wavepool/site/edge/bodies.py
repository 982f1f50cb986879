"""Reading a request's body within its limits, and the shape of what came."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import msgspec

from wavepool.site.edge.limits import Limits

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Headers = dict[bytes, bytes]

_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BRACKETS: Final = re.compile(rb"[\[\]{}]")


class Refused(Exception):
    """A request that is not taken: its status, a stable code, words, when to come back."""

    def __init__(self, status: int, code: str, message: str, *, after: float = 0.0) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.after = status, code, message, after


class Gone(Exception):
    """The client went away."""


class Held:
    """How many bytes all requests together hold in memory."""

    def __init__(self, most: int) -> None:
        self.most, self.now, self.peak = most, 0, 0

    def take(self, size: int) -> None:
        """Hold so many bytes more, or refuse."""
        if self.now + size > self.most:
            raise Refused(503, "busy", "Too much is being received; try again.", after=1)
        self.now += size
        self.peak = max(self.peak, self.now)

    def give(self, size: int) -> None:
        """Hold so many bytes less."""
        self.now -= size


class Envelope(msgspec.Struct):
    """What a batch is; its events stay as they came."""

    batch: list[msgspec.Raw]
    writeKey: str | None = None  # noqa: N815 - the wire's own name
    sentAt: str | None = None  # noqa: N815


class Single(msgspec.Struct):
    """What one event must be to be taken at all: an object."""

    writeKey: str | None = None  # noqa: N815
    messageId: str | None = None  # noqa: N815


_BATCH: Final = msgspec.json.Decoder(Envelope)
_SINGLE: Final = msgspec.json.Decoder(Single)


async def read_body(receive: Receive, headers: Headers, limits: Limits, held: Held) -> bytes:
    """The unpacked body; what it held is the caller's to give back, by its length.

    Raises:
        Refused: too large, too slow, or packed in a way that we do not know.
        Gone: the client left.
    """
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limits.body_bytes:
        raise too_large(limits)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Gone
                part = message.get("body", b"")
                held.take(len(part))
                size += len(part)
                parts.append(part)
                if size > limits.body_bytes:
                    raise too_large(limits)
                if not message.get("more_body"):
                    break
        body = b"".join(parts)
        packing = headers.get(b"content-encoding", b"").lower()
        if packing in {b"", b"identity"}:
            size = 0
            return body
        if packing != b"gzip":
            raise Refused(415, "unknown_encoding", "Send JSON, plain or as gzip.")
        plain = _unpacked(body, limits)
        held.take(len(plain))
        return plain
    except TimeoutError as error:
        raise Refused(408, "too_slow", "The body did not arrive in time.") from error
    finally:
        held.give(size)


def too_large(limits: Limits) -> Refused:
    """The refusal of a body past the limit."""
    message = f"A request holds at most {limits.body_bytes >> 10} KB; send smaller batches."
    return Refused(413, "too_large", message)


def check_batch(body: bytes) -> tuple[int, str | None]:
    """How many events a batch has, and the write key in it.

    Raises:
        Refused: it is no JSON object with a list `batch`.
    """
    try:
        envelope = _BATCH.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise _no_json(error) from error
    return len(envelope.batch), envelope.writeKey


def check_single(body: bytes, limits: Limits) -> tuple[int, str | None]:
    """The same of one event, which must be within its size and depth.

    Raises:
        Refused: it is no JSON object, or too large, or nested too deeply.
    """
    if len(body) > limits.event_bytes:
        words = f"An event holds at most {limits.event_bytes >> 10} KB."
        raise Refused(413, "event_too_large", words)
    try:
        event = _SINGLE.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise _no_json(error) from error
    if depth_of(body) > limits.depth:
        words = f"The event is nested more than {limits.depth} levels deep."
        raise Refused(400, "too_deep", words)
    return 1, event.writeKey


def depth_of(text: bytes) -> int:
    """How deeply valid JSON is nested.

    >>> depth_of(b'{"a":[1,{"b":"[[["}]}')
    3
    """
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_TEXT.sub(b"", text)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def write_key_of(headers: Headers) -> str | None:
    """The user of HTTP Basic, which is the write key."""
    scheme, _, word = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        user = base64.b64decode(word.strip(), validate=True).partition(b":")[0]
        return user.decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None


def _unpacked(body: bytes, limits: Limits) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, limits.body_bytes + 1)
    except zlib.error as error:
        raise Refused(400, "bad_gzip", "The body is no valid gzip.") from error
    if len(plain) > limits.body_bytes or unpacker.unconsumed_tail:
        raise too_large(limits)
    if not unpacker.eof:
        raise Refused(400, "bad_gzip", "The gzip is cut off.")
    return plain


def _no_json(error: Exception) -> Refused:
    if isinstance(error, RecursionError):
        return Refused(400, "too_deep", "The JSON is nested too deeply.")
    return Refused(400, "bad_json", f"The body is not what the address takes: {error}"[:300])
