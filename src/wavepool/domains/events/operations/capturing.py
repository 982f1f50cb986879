"""What pages of our own saw, appended to the same log as everything else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Final

import msgspec
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events.operations.compacting import log_folder
from wavepool.domains.events.operations.facts import OWN_KIND
from wavepool.domains.events.tables import epoch_ms
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.segments import LogFull, Record, SegmentWriter, pack

#: One writer for each process and folder; a forked process makes its own.
_WRITERS: Final[dict[tuple[int, Path], SegmentWriter]] = {}
_LOCK: Final = Lock()


class CaptureBusy(PlatformError):
    """The log did not take it; nothing was kept, it may be sent again."""

    kind: ClassVar[str] = "events.busy"
    status: ClassVar[int] = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    """One event that the site vouches for.

    Attributes:
        name: of the contract, e.g. "Content Viewed".
        message_id: the same event has the same id, however often it is recorded.
        account_id: who is signed in.
        anonymous_id: the visitor's own number in this browser.
        properties: as the contract asks; numbers of the engine are fine.
        context: what else is worth keeping.
    """

    name: str
    message_id: str
    account_id: int | None = None
    anonymous_id: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] | None = None


def record(events: Sequence[OwnEvent], *, as_of: datetime) -> None:
    """Make events durable; they are in the lake, and in estimates, with the next compaction.

    Raises:
        CaptureBusy: the disk refused or is too far behind; nothing was kept.
    """
    batch = [
        {
            "type": "track",
            "event": event.name,
            "messageId": event.message_id,
            "userId": str(event.account_id) if event.account_id is not None else None,
            "accountId": event.account_id,
            "anonymousId": event.anonymous_id,
            "properties": event.properties,
            "context": event.context,
        }
        for event in events
    ]
    payload = msgspec.json.encode({"batch": batch})
    frame = pack(Record(epoch_ms(as_of), 0, OWN_KIND, payload))
    try:
        _writer().append(frame)
    except (LogFull, OSError) as error:
        raise CaptureBusy(_("This could not be recorded right now; try again.")) from error


def _writer() -> SegmentWriter:
    key = (os.getpid(), log_folder())
    with _LOCK:
        if key not in _WRITERS:
            key[1].mkdir(parents=True, exist_ok=True)
            _WRITERS[key] = SegmentWriter(key[1])
        return _WRITERS[key]
