"""Addresses inside the workspace that is open, whichever it is."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: Context, name: str, *args: Any) -> str:
    """The address of a page of people in the open workspace, e.g. `{% place "team" %}`."""
    workspace = context["request"].workspace
    slug = (workspace.slug,) if workspace.slug else ()
    return reverse(f"people.{workspace.kind}.{name}", args=(*slug, *args))
