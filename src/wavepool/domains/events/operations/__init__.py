"""Writes of events: business verbs, each with its errors."""

from wavepool.domains.events.operations.capturing import CaptureBusy, OwnEvent, record
from wavepool.domains.events.operations.compacting import Compacted, compact, compact_all
from wavepool.domains.events.operations.facts import HORIZON_DAYS, UnknownSource
from wavepool.domains.events.operations.hooks import (
    BODY_MAX,
    EndpointEnded,
    HookFailed,
    HookRefused,
    add_endpoint,
    end_endpoint,
    on_hook,
    receive_hook,
    rotate_secret,
    understand_hooks,
)
from wavepool.domains.events.operations.identity import (
    forget_person,
    give_consent,
    withdraw_consent,
)
from wavepool.domains.events.operations.lake import LakeBusy, write_manifest
from wavepool.domains.events.operations.links import (
    CodeUnfit,
    LinkFinished,
    add_code,
    end_link,
    make_link,
)
from wavepool.domains.events.operations.quarantine import (
    EventDecided,
    EventKnown,
    StillUnfit,
    drop_event,
    forget_keys,
    replay_event,
    replay_waiting,
)
from wavepool.domains.events.operations.rewriting import merge_parts, renumber, sweep_parts
from wavepool.domains.events.operations.sources import (
    SourceEnded,
    SourceTaken,
    add_source,
    end_source,
    publish_sources,
    rotate_key,
)
from wavepool.domains.events.operations.stitching import RENUMBER
from wavepool.domains.events.operations.taking_over import (
    HistoryRefused,
    take_over_identity_links,
    take_over_touches,
    take_over_viewers,
)

__all__ = [
    "BODY_MAX",
    "HORIZON_DAYS",
    "RENUMBER",
    "CaptureBusy",
    "CodeUnfit",
    "Compacted",
    "EndpointEnded",
    "EventDecided",
    "EventKnown",
    "HistoryRefused",
    "HookFailed",
    "HookRefused",
    "LakeBusy",
    "LinkFinished",
    "OwnEvent",
    "SourceEnded",
    "SourceTaken",
    "StillUnfit",
    "UnknownSource",
    "add_code",
    "add_endpoint",
    "add_source",
    "compact",
    "compact_all",
    "drop_event",
    "end_endpoint",
    "end_link",
    "end_source",
    "forget_keys",
    "forget_person",
    "give_consent",
    "make_link",
    "merge_parts",
    "on_hook",
    "publish_sources",
    "receive_hook",
    "record",
    "renumber",
    "replay_event",
    "replay_waiting",
    "rotate_key",
    "rotate_secret",
    "sweep_parts",
    "take_over_identity_links",
    "take_over_touches",
    "take_over_viewers",
    "understand_hooks",
    "withdraw_consent",
    "write_manifest",
]
