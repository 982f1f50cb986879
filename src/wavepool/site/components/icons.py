"""Icons: drawings of the vendored set, inlined so that they take the colour of the text."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER: Final = Path(__file__).parent.parent / "static" / "site" / "vendor" / "lucide"

#: Our names for what the set calls otherwise.
ALIASES: Final = {
    "agency": "handshake",
    "audit": "scroll-text",
    "creator": "clapperboard",
    "edit": "pencil",
    "error": "circle-x",
    "filter": "funnel",
    "help": "circle-help",
    "home": "house",
    "live": "radio",
    "merchant": "store",
    "money": "coins",
    "more": "ellipsis",
    "neutral": "circle",
    "ok": "circle-check",
    "policy": "scale",
    "staff": "shield",
    "studio": "clapperboard",
    "warning": "triangle-alert",
}
_INSIDE: Final = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def names() -> frozenset[str]:
    """Every icon that can be asked for."""
    return frozenset({path.stem for path in FOLDER.glob("*.svg")} | set(ALIASES))


def icon(name: str, *, label: str = "") -> SafeString:
    """An icon; silent for screen readers unless it has a label of its own.

    A name that the set lacks shows a plain circle: a missing drawing breaks no page.
    """
    voice = format_html('role="img" aria-label="{}"', label) if label else _SILENT
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="16" height="16" focusable="false" {}>{}</svg>',
        voice,
        _drawing(name),
    )


_SILENT: Final = mark_safe('aria-hidden="true"')


@lru_cache(maxsize=256)
def _drawing(name: str) -> SafeString:
    path = FOLDER / f"{ALIASES.get(name, name)}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        path = FOLDER / "circle.svg"
    found = _INSIDE.search(path.read_text(encoding="utf-8"))
    assert found
    # A file of the package, checked by its hash.
    return mark_safe(" ".join(found.group(1).split()))
