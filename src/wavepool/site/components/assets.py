"""Which stylesheets a page links: the vendored base, then ours in the order of the cascade."""

from __future__ import annotations

import json
from typing import Final

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

VENDORED: Final = "site/vendor/basecoat/basecoat.min.css"
# Its own styles would be inline, which the policy of the pages refuses.
_HTMX: Final = json.dumps({"includeIndicatorCSS": False})
GROUND: Final = ("tokens", "base", "layout", "frame")
COMPONENTS: Final = (
    "avatar",
    "badge",
    "button",
    "card",
    "chart",
    "dialog",
    "empty",
    "entrance",
    "facts",
    "form",
    "found",
    "kpi",
    "menu",
    "money",
    "notice",
    "notifications",
    "page-head",
    "picture",
    "progress",
    "sheet",
    "sparkline",
    "steps",
    "switches",
    "table",
    "tabs",
    "timeline",
)


def stylesheets() -> SafeString:
    """Links of every stylesheet that all pages share."""
    ours = (f"site/css/{name}.css" for name in (*GROUND, *COMPONENTS))
    links = ((static(path),) for path in (VENDORED, *ours))
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', links)


def htmx() -> SafeString:
    """The library of pages that swap fragments; with no styles and no code of its own making."""
    template = '<meta name="htmx-config" content="{}">\n<script defer src="{}"></script>'
    return format_html(template, _HTMX, static("django_htmx/htmx-4.min.js"))
