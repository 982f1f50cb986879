"""What a key may be allowed to do; every part of the API names its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise

_SCOPES: dict[str, str | Promise] = {}


def register_scope(name: str, label: str | Promise) -> str:
    """Declare a scope such as "catalog:read" with the words that people choose it by."""
    known = _SCOPES.setdefault(name, label)
    assert str(known) == str(label), f"the scope {name} has two labels"
    return name


def scopes() -> Mapping[str, str | Promise]:
    """Every declared scope and its label, by name."""
    return MappingProxyType(dict(sorted(_SCOPES.items())))
