"""From the text of a policy document to its tables, with every error at its line and field."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies.models.kinds import FRAME_KIND, Kind
from wavepool.engine.policy.lines import key_lines, line_of

HEAD: Final = "document"
TEXT_MAX: Final = 200_000
_NOTICE_DAYS_MAX: Final = 366
_PLACE: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")
_VERSION: Final = re.compile(r"^(\s*version\s*=\s*)\d+", re.MULTILINE)
_PROGRAMME: Final = re.compile(r"programmes\[\d+\]")
_HEAD_KEYS: Final[dict[str, type]] = {"id": str, "version": int, "notice_days": int}
_FRAME_KEYS: Final[dict[str, type]] = {**_HEAD_KEYS, "zone": str, "currency": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One reason why a text may not bind.

    Attributes:
        rule: stable name of the rule.
        field: key path such as `scenes[2].pool`; "" for the whole text.
        line: line of the text, from 1; None where no line is to blame.
        message: what is wrong, for the person who wrote it.
        detail: the engine's own sentence, in English; "" where the message says it all.
    """

    rule: str
    field: str
    line: int | None
    message: str | Promise
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that is TOML with a good head; its sections are judged elsewhere.

    Attributes:
        id, version, notice_days: the [document] table.
        head: that table whole.
        body: every other top-level table.
        lines: the line of each key path.
    """

    id: str
    version: int
    notice_days: int
    head: dict[str, Any]
    body: dict[str, Any]
    lines: dict[str, int]

    def line_of(self, field: str) -> int | None:
        """The line of a key path, or of the nearest table above it."""
        return line_of(field, self.lines)


class DocumentUnreadable(ValueError):
    """The text is no policy document; `faults` says why, each with its line and field."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{each.line}: {each.message}" for each in faults))


def text_digest(text: str) -> str:
    """The sha256 of a text in UTF-8, 64 hex digits.

    >>> text_digest("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def content_digest(
    *, kind: str, number: int, replaces: int, first_date: date | None, text: str
) -> str:
    """The sha256 of all that binds: what it is, what it replaces, from when, and its text."""
    day = first_date.isoformat() if first_date else ""
    return text_digest("\x00".join((kind, str(number), str(replaces), day, text)))


def clean_text(text: str) -> str:
    """A text as it is kept: line feeds alone, one at the end, no byte order mark.

    >>> clean_text("a = 1\\r\\n\\r\\n")
    'a = 1\\n'
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return lines.rstrip() + "\n"


def numbered_text(text: str, number: int) -> str:
    """A text whose [document] calls itself another version; the rest stays as it is.

    >>> numbered_text("[document]\\nversion = 1\\n", 2)
    '[document]\\nversion = 2\\n'
    """
    return _VERSION.sub(rf"\g<1>{number}", text, count=1)


def read_document(text: str, *, kind: Kind) -> Document:
    """Read the head of a document and hand out its sections unjudged.

    Raises:
        DocumentUnreadable: it is no TOML, too long, or its [document] table is not right.
    """
    if len(text) > TEXT_MAX:
        raise DocumentUnreadable((_fault("too_long", _("The document is too long.")),))
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DocumentUnreadable((_not_toml(str(error), text),)) from error
    except RecursionError as error:
        raise DocumentUnreadable((_fault("too_deep", _("Too many brackets.")),)) from error
    lines = _lines_of(text)
    head = raw.pop(HEAD, None)
    faults = tuple(_head_faults(head, kind=kind, lines=lines))
    if faults:
        raise DocumentUnreadable(faults)
    assert isinstance(head, dict)
    return Document(
        id=head["id"],
        version=head["version"],
        notice_days=head["notice_days"],
        head=head,
        body=raw,
        lines=lines,
    )


def _lines_of(text: str) -> dict[str, int]:
    """The line of each key path; tables inside a programme are counted within it."""
    lines = key_lines(text)
    starts = [line for path, line in lines.items() if _PROGRAMME.fullmatch(path)]
    rows = text.split("\n")
    for place, (start, end) in enumerate(pairwise([*starts, len(rows) + 1])):
        inner = key_lines("\n".join(rows[start - 1 : end - 1]))
        for path, line in inner.items():
            name = path.removeprefix("programmes[0]").removeprefix("programmes")
            lines[f"programmes[{place}]{name}"] = line + start - 1
    return lines


def _head_faults(head: object, *, kind: Kind, lines: dict[str, int]) -> list[Fault]:
    if not isinstance(head, dict):
        return [_fault("missing_section", _("The table [document] is missing."), field=HEAD)]
    wanted = _FRAME_KEYS if kind.name == FRAME_KIND else _HEAD_KEYS
    found = []
    for key, kind_of_value in wanted.items():
        value, field = head.get(key), f"{HEAD}.{key}"
        line = line_of(field, lines)
        if key not in head:
            found.append(_fault("missing_key", _("is missing"), field=field, line=line))
        elif type(value) is not kind_of_value:
            expected = (
                _("expected a whole number") if kind_of_value is int else _("expected a text")
            )
            found.append(_fault("wrong_type", expected, field=field, line=line))
        elif key == "notice_days" and value not in range(
            kind.notice_days_min, _NOTICE_DAYS_MAX + 1
        ):
            message = _("between %(least)d and %(most)d days") % {
                "least": kind.notice_days_min,
                "most": _NOTICE_DAYS_MAX,
            }
            found.append(_fault("notice_too_short", message, field=field, line=line))
        elif value == "":
            found.append(_fault("bad_id", _("is empty"), field=field, line=line))
    for key in head.keys() - wanted.keys():
        field = f"{HEAD}.{key}"
        line = line_of(field, lines)
        found.append(_fault("unknown_key", _("no such key"), field=field, line=line))
    return found


def _not_toml(message: str, text: str) -> Fault:
    place = _PLACE.search(message)
    if place is None:
        reason = message.removesuffix(" (at end of document)")
        return _fault("not_toml", reason, line=text.count("\n") + 1)
    reason = _("%(reason)s, column %(column)s") % {
        "reason": message[: place.start()],
        "column": place[2],
    }
    return _fault("not_toml", reason, line=int(place[1]))


def _fault(rule: str, message: str | Promise, *, field: str = "", line: int | None = None) -> Fault:
    return Fault(rule=rule, field=field, line=line, message=message)


def inline_toml(value: Any) -> str:
    """Write any value that TOML reads as one inline value.

    >>> inline_toml({"a": [1, True], "b": "x"})
    '{"a" = [1, true], "b" = "x"}'
    """
    if isinstance(value, dict):
        pairs = (f"{_text(key)} = {inline_toml(each)}" for key, each in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    return str(value)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_escaped(letter) for letter in escaped) + '"'


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x20 or letter == "\x7f" else letter
