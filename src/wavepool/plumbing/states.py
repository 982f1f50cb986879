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


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a record, as its timeline tells it.

    Attributes:
        at: when.
        title: what, in a few words.
        text: more of it, if there is more.
        tone: how it reads.
        who: who did it, "" for the platform.
    """

    at: datetime
    title: str | Promise
    text: str | Promise = ""
    tone: Tone = "neutral"
    who: str | Promise = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a way that somebody goes, or one line of a checklist.

    Attributes:
        title: what is to be done.
        state: whether it is done, is the one to do now, waits, or cannot go on.
        text: what helps, or what blocks it and who can help.
        href: where it is done.
    """

    title: str | Promise
    state: Literal["done", "now", "next", "blocked"] = "next"
    text: str | Promise = ""
    href: str = ""
