"""Rows of events; foreign keys from other domains name them by string."""

from wavepool.domains.events.models.capture import (
    EventKey,
    LogPlace,
    QuarantinedEvent,
    Source,
    VolumeCell,
)
from wavepool.domains.events.models.hooks import HookEndpoint, InboundHook
from wavepool.domains.events.models.identity import Consent, IdentityLink, Stitch, Viewer
from wavepool.domains.events.models.lake import LakeHead, LakePart
from wavepool.domains.events.models.links import DiscountCode, TrackedLink
from wavepool.domains.events.models.watches import Watch

__all__ = [
    "Consent",
    "DiscountCode",
    "EventKey",
    "HookEndpoint",
    "IdentityLink",
    "InboundHook",
    "LakeHead",
    "LakePart",
    "LogPlace",
    "QuarantinedEvent",
    "Source",
    "Stitch",
    "TrackedLink",
    "Viewer",
    "VolumeCell",
    "Watch",
]
