"""One record of the log as facts: each event read, its clocks corrected, or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from wavepool.domains.events.queries import contracts, numbers
from wavepool.plumbing.segments import Record

#: An event older than this when it is received changes no settlement any more: the longest month
#: (31), attribution window (30) and time until a line settles (20), and 35 days of lateness.
HORIZON_DAYS: Final = 116
HORIZON_MS: Final = HORIZON_DAYS * 86_400_000
EVENT_BYTES: Final = 32 << 10
DEPTH: Final = 32
#: How the log says what a record holds; the first seven are the edge's, the last is the site's.
KIND_OF: Final = {
    1: "batch",
    2: "track",
    3: "identify",
    4: "page",
    5: "screen",
    6: "group",
    7: "alias",
    100: "own",
}
OWN_KIND: Final = 100
_SNAKE: Final = re.compile(r"[a-z][a-z0-9_]*")
_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BRACKETS: Final = re.compile(rb"[\[\]{}]")
_WORD_MAX: Final = 120
_NUMBERS: Final = ("dwell_ms", "session_id", "link_id")
_KEYS: Final = ("piece_id", "item_id")
_INT_MAX: Final = 2**53


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent: the row (None: our own pages), its slug, whether its word on dwell counts."""

    source_id: int | None
    slug: str
    is_trusted: bool


@dataclass(slots=True)
class Fact:
    """One event that keeps its contract."""

    sender: Sender
    kind: str
    name: str
    message_id: str
    user_id: str | None
    anonymous_id: str | None
    viewer_id: int
    account_id: int | None
    original_ms: int | None
    sent_ms: int | None
    received_ms: int
    occurred_ms: int
    properties: dict[str, Any]
    context: Any
    text: str
    sent_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """One event that cannot be used, and why."""

    sender: Sender
    reason: str
    detail: str = ""
    message_id: str = ""
    name: str = ""
    text: str
    sent_text: str = ""
    received_ms: int


class Unfit(Exception):
    """The event breaks its contract."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class UnknownSource(Exception):
    """The log holds events of a source that this store does not have: it is another store's log."""

    def __init__(self, source_id: int) -> None:
        super().__init__(f"the log holds events of source {source_id}, which is not in this store")
        self.source_id = source_id


class _Event(msgspec.Struct, rename="camel"):
    type: str | None = None
    event: str | None = None
    name: str | None = None
    message_id: str | None = None
    user_id: str | int | None = None
    anonymous_id: str | int | None = None
    previous_id: str | int | None = None
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    account_id: int | None = None


class _Envelope(msgspec.Struct, rename="camel"):
    batch: list[msgspec.Raw]
    sent_at: str | None = None
    context: dict[str, Any] | None = None


@dataclass(slots=True)
class _Reading:
    sender: Sender
    received_ms: int
    kind: str
    sent_text: str = ""
    context: Any = field(default=None)


def read_record(record: Record, senders: Mapping[int, Sender]) -> Iterator[Fact | Bad]:
    """Every event of a record, in its order; none is left out."""
    own = Sender(None, numbers.OWN, is_trusted=False)
    if record.kind != OWN_KIND and record.source not in senders:
        raise UnknownSource(record.source)
    sender = own if record.kind == OWN_KIND else senders[record.source]
    kind = KIND_OF.get(record.kind, "")
    reading = _Reading(sender, record.received_ms, kind)
    if kind not in {"batch", "own"}:
        yield read_event(record.payload, reading)
        return
    try:
        envelope = msgspec.json.decode(record.payload, type=_Envelope)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        yield _bad(record.payload, reading, Unfit("not_json", str(error)))
        return
    reading.sent_text = envelope.sent_at or ""
    reading.context = envelope.context
    for raw in envelope.batch:
        yield read_event(bytes(raw), reading)


def read_again(text: str, *, sender: Sender, sent_text: str, received_ms: int) -> Fact | Bad:
    """One event that comes out of quarantine."""
    kind = "own" if sender.source_id is None else "batch"
    return read_event(text.encode(), _Reading(sender, received_ms, kind, sent_text))


def read_event(raw: bytes, reading: _Reading) -> Fact | Bad:
    """One event as a fact, or why it is none."""
    event = None
    try:
        if len(raw) > EVENT_BYTES:
            raise Unfit("too_large", f"{len(raw)} bytes")
        if _is_deep(raw):
            raise Unfit("too_deep")
        event = msgspec.json.decode(raw, type=_Event)
        return _fact(event, raw, reading)
    except Unfit as unfit:
        return _bad(raw, reading, unfit, event)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return _bad(raw, reading, Unfit("not_json", str(error)))


def corrected_ms(*, original: int | None, sent: int | None, received: int) -> int:
    """When an event happened by our clock, though the sender's may be wrong.

    What passed between happening and sending is true on any clock; it is taken
    off the moment of receipt. Nothing happens after it was received.

    >>> corrected_ms(original=1_000, sent=1_500, received=90_000)
    89500
    >>> corrected_ms(original=95_000, sent=None, received=90_000)
    90000
    """
    if original is None:
        return received
    if sent is None:
        return min(original, received)
    return min(received, original + (received - sent))


def _fact(event: _Event, raw: bytes, reading: _Reading) -> Fact:
    sender = reading.sender
    kind = event.type or (reading.kind if reading.kind in contracts.KINDS else "")
    if kind not in contracts.KINDS:
        raise Unfit("unknown_kind", kind)
    message_id = event.message_id or ""
    if not message_id or len(message_id) > _WORD_MAX:
        raise Unfit("no_message_id")
    properties = event.properties if event.properties is not None else event.traits or {}
    name = (event.event or "") if kind == "track" else (event.name or kind)
    if kind == "track":
        _hold_to_contract(name, properties)
    is_own = sender.source_id is None
    account_id = event.account_id if is_own else None
    user_id, anonymous_id = _word(event.user_id), _word(event.anonymous_id)
    known = user_id or anonymous_id
    if account_id is None and known is None:
        raise Unfit("nobody")
    received = reading.received_ms
    original_text = event.original_timestamp or event.timestamp
    sent_text = event.sent_at or reading.sent_text
    # Our own pages have no clock of their own: the server stamps what they send.
    original = None if is_own else _ms(original_text)
    sent = None if is_own else _ms(sent_text)
    occurred = corrected_ms(original=original, sent=sent, received=received)
    if received - occurred > HORIZON_MS:
        raise Unfit("too_late", original_text or "")
    if kind == "alias" and event.previous_id is not None:
        properties = {**properties, "previous_id": _word(event.previous_id)}
    return Fact(
        sender,
        kind,
        name[:_WORD_MAX],
        message_id,
        user_id,
        anonymous_id,
        numbers.viewer_number(sender.slug, known or "", account_id),
        account_id,
        original,
        sent,
        received,
        occurred,
        properties,
        event.context if event.context is not None else reading.context,
        raw.decode(),
        sent_text or "",
    )


def _hold_to_contract(name: str, properties: Mapping[str, Any]) -> None:
    contract = contracts.CONTRACTS.get(name)
    if contract is None:
        raise Unfit("unknown_event", name[:_WORD_MAX])
    for key in properties:
        if not _SNAKE.fullmatch(key):
            raise Unfit("not_snake_case", key[:_WORD_MAX])
    for key in contract.needs:
        if properties.get(key) is None or properties[key] == "":
            raise Unfit("missing_property", key)
    for key in _NUMBERS:
        value = properties.get(key)
        if value is not None and not _is_number(value):
            raise Unfit("bad_property", key)
    for key in _KEYS:
        value = properties.get(key)
        is_word = isinstance(value, str) and 0 < len(value) <= _WORD_MAX
        if value is not None and not _is_number(value) and not is_word:
            raise Unfit("bad_property", key)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _INT_MAX


def _word(value: str | int | None) -> str | None:
    if value is None or value == "":
        return None
    word = str(value)
    if len(word) > 2 * _WORD_MAX or "\x00" in word:
        raise Unfit("bad_property", "userId")
    return word


def _ms(text: str | None) -> int | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1_000)
    except (ValueError, OverflowError) as error:
        raise Unfit("bad_time", text[:_WORD_MAX]) from error


def _is_deep(raw: bytes) -> bool:
    if raw.count(b"{") + raw.count(b"[") <= DEPTH:
        return False
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH:
            return True
    return False


def _bad(raw: bytes, reading: _Reading, unfit: Unfit, event: _Event | None = None) -> Bad:
    # A store of text takes no zero; the rest stays as it came.
    text = raw.decode(errors="replace").replace("\x00", "\ufffd")
    return Bad(
        sender=reading.sender,
        reason=unfit.reason,
        detail=unfit.detail.replace("\x00", "\ufffd")[:300],
        message_id=_clean(event.message_id if event else None),
        name=_clean((event.event or event.name or event.type) if event else None),
        text=text,
        sent_text=_clean(reading.sent_text)[:60],
        received_ms=reading.received_ms,
    )


def _clean(text: str | None) -> str:
    return (text or "").replace("\x00", "\ufffd")[:_WORD_MAX]
