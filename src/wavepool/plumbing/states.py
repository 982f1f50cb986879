"""A state as people see it: its name, its tone, why, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise

Tone = Literal["neutral", "info", "ok", "warning", "error", "live"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a record.

    Attributes:
        name: stable name, for exports and the API.
        label: translated name.
        tone: how it reads; colour never carries it alone.
        why: the reason; every adverse state has one.
        until: when it ends or must be answered, if it does.
    """

    name: str
    label: str | Promise
    tone: Tone = "neutral"
    why: str | Promise = ""
    until: datetime | None = None
