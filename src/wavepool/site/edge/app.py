"""The application: addresses, refusals, and the acknowledgement after the sync."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from math import ceil
from typing import Any, Final

from wavepool.plumbing.segments import (
    LogFull,
    Record,
    SegmentWriter,
    backlog_bytes,
    pack,
)
from wavepool.site.edge.bodies import (
    Gone,
    Headers,
    Held,
    Message,
    Receive,
    Refused,
    check_batch,
    check_single,
    read_body,
    write_key_of,
)
from wavepool.site.edge.limits import Limits
from wavepool.site.edge.sources import SourceBook

Send = Callable[[Message], Awaitable[None]]
#: What one record of the log holds; the number stands in the log and is never reused.
KINDS: Final = {
    "batch": 1,
    "track": 2,
    "identify": 3,
    "page": 4,
    "screen": 5,
    "group": 6,
    "alias": 7,
}
_PREFIXES: Final = ("/ingest/v1/", "/v1/")
_LOOK_SECONDS: Final = 1.0


class Edge:
    """The ASGI application of one process.

    Args:
        open_log: makes the segment writer, given how to tell waiters.
        sources: who may send.
        limits: what is taken.
        origins: web origins that may send from a browser.
    """

    def __init__(
        self,
        open_log: Callable[..., SegmentWriter],
        sources: SourceBook,
        *,
        limits: Limits,
        origins: Sequence[str] = (),
    ) -> None:
        self._open_log, self._sources, self._limits = open_log, sources, limits
        self._origins = frozenset(origin.encode() for origin in origins)
        self._held = Held(limits.held_bytes)
        self._requests = 0
        self._counts: Counter[str] = Counter()
        self._backlog, self._looked_at = 0, float("-inf")
        self._log: SegmentWriter | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        headers: Headers = dict(scope["headers"])
        try:
            status, body, more = await self._answer(scope, headers, receive)
        except Refused as refused:
            status, more = refused.status, []
            body = _json({"success": False, "code": refused.code, "message": refused.message})
            if refused.after or refused.status in {429, 503}:
                more.append((b"retry-after", b"%d" % max(1, ceil(refused.after))))
            # A body that nobody read to its end cannot be followed by another request.
            more.append((b"connection", b"close"))
            self._counts[f"refused_{refused.status}"] += 1
        except Gone:
            self._counts["gone"] += 1
            return
        kind = b"text/plain; version=0.0.4" if scope["path"] == "/metrics" else b"application/json"
        length = (b"content-length", b"%d" % len(body))
        answer = [(b"content-type", kind), length, *more, *self._cors(headers)]
        await send({"type": "http.response.start", "status": status, "headers": answer})
        await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, scope: Message, headers: Headers, receive: Receive
    ) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        method, path = scope["method"], scope["path"]
        if path == "/healthz" and method in {"GET", "HEAD"}:
            return self._health()
        if path == "/metrics" and method in {"GET", "HEAD"}:
            return 200, self._metrics(), []
        kind = _kind_of(path)
        if kind is None:
            raise Refused(404, "no_such_address", "Nothing is taken in here.")
        if method == "OPTIONS":
            return 204, b"", []
        if method != "POST":
            raise Refused(405, "post_only", "Events are sent by POST.")
        if self._requests >= self._limits.requests:
            raise Refused(503, "busy", "Too many requests at a time; try again.", after=1)
        self._requests += 1
        try:
            await self._take(kind, headers, receive)
        finally:
            self._requests -= 1
        return 200, b'{"success":true}', []

    async def _take(self, kind: str, headers: Headers, receive: Receive) -> None:
        token = write_key_of(headers)
        # A key in the header is looked up before a byte of the body is read.
        allowance = self._sources.find(token) if token else None
        if token and allowance is None:
            raise _unknown_key()
        self._refuse_backlog()
        body = await read_body(receive, headers, self._limits, self._held)
        try:
            count, inner = (
                check_batch(body) if kind == "batch" else check_single(body, self._limits)
            )
            if allowance is None:
                allowance = self._sources.find(inner) if inner else None
            if allowance is None:
                raise _unknown_key()
            wait = allowance.take(count, rate=self._limits.events_per_second, now=time.monotonic())
            if wait:
                raise Refused(429, "too_fast", "This source sends too fast.", after=wait)
            await self._append(allowance.source, KINDS[kind], body)
        finally:
            self._held.give(len(body))
        self._counts["requests"] += 1
        self._counts["events"] += count
        self._counts["bytes"] += len(body)

    async def _append(self, source: int, kind: int, body: bytes) -> None:
        assert self._log is not None, "the server runs the lifespan"
        received = time.time_ns() // 1_000_000
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        frame = pack(Record(received, source, kind, body))
        try:
            self._log.submit(frame, partial(_settle, durable))
        except LogFull as error:
            raise Refused(503, "busy", "The disk is behind; try again.", after=1) from error
        try:
            await durable
        except OSError as error:
            words = "The disk refused; nothing was taken, try again."
            raise Refused(503, "not_durable", words, after=5) from error

    def _refuse_backlog(self) -> None:
        now = time.monotonic()
        if now - self._looked_at > _LOOK_SECONDS and self._log is not None:
            self._looked_at = now
            self._backlog = backlog_bytes(self._log.folder.parent)
        if self._backlog > self._limits.backlog_bytes:
            words = "The worker is behind; try again later."
            raise Refused(503, "behind", words, after=10)

    async def _live(self, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()

        def deliver(group: Sequence[Callable[[Any], None]], error: OSError | None) -> None:
            loop.call_soon_threadsafe(_tell, group, error)

        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._log = self._open_log(deliver=deliver)
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._log is not None:
                    await asyncio.to_thread(self._log.close)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _health(self) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        is_well = self._log is not None and self._backlog <= self._limits.backlog_bytes
        state = {"state": "ok" if is_well else "behind", "keys": self._sources.count}
        return (200 if is_well else 503), _json(state), []

    def _metrics(self) -> bytes:
        names = sorted(self._counts)
        lines = [f"wavepool_edge_{name}_total {self._counts[name]}" for name in names]
        lines += [
            f"wavepool_edge_held_bytes {self._held.now}",
            f"wavepool_edge_held_bytes_peak {self._held.peak}",
            f"wavepool_edge_backlog_bytes {self._backlog}",
            f"wavepool_edge_syncs_total {self._log.synced if self._log else 0}",
        ]
        return ("\n".join(lines) + "\n").encode()

    def _cors(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        origin = headers.get(b"origin")
        if origin is None or origin not in self._origins:
            return []
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-headers", b"authorization, content-type, content-encoding"),
            (b"access-control-allow-methods", b"POST"),
            (b"access-control-max-age", b"600"),
            (b"vary", b"Origin"),
        ]


def _kind_of(path: str) -> str | None:
    for prefix in _PREFIXES:
        if path.startswith(prefix) and path[len(prefix) :] in KINDS:
            return path[len(prefix) :]
    return None


def _unknown_key() -> Refused:
    return Refused(401, "unknown_key", "This write key is not known.")


def _settle(durable: asyncio.Future[None], error: OSError | None) -> None:
    if durable.done():  # the client left meanwhile
        return
    if error is None:
        durable.set_result(None)
    else:
        durable.set_exception(error)


def _tell(group: Sequence[Callable[[Any], None]], error: OSError | None) -> None:
    for done in group:
        done(error)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
