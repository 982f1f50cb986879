"""Every route of the site, as the URL resolver knows it: name, parameters, view, mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from wavepool.plumbing.routes import Access, access_of
from wavepool.site import twins
from wavepool.site.classified import foreign_access


@dataclass(frozen=True)
class Route:
    """One route: its name with namespaces, its address with `<name>` for parameters."""

    name: str
    address: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]
    defaults: tuple[str, ...]

    @property
    def access(self) -> Access | None:
        """Who may enter, by the view's own mark or by the list of libraries' routes."""
        return access_of(self.view) or foreign_access(self.name)

    def at(self, values: dict[str, str]) -> str:
        """The address with its parameters filled in."""
        address = self.address
        for name in self.parameters:
            address = address.replace(f"<{name}>", values[name])
        return address


def every_route() -> list[Route]:
    """All routes, in the order in which the resolver tries them."""
    return list(_walk(get_resolver().url_patterns, "/", ""))


def every_twin() -> list[Route]:
    """The routes that stand under the prefix of a language, as its own resolver knows them."""
    found = _walk(get_resolver(twins.URLCONF).url_patterns, "/", "")
    return [route for route in found if route.address.startswith(f"/{twins.PREFIX}")]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, space: str) -> Iterator[Route]:
    for pattern in patterns:
        address = prefix + _plain(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, address, inner)
            continue
        parameters = tuple(re.findall(r"<([a-z_0-9]+)>", address))
        name = f"{space}{pattern.name or ''}"
        yield Route(name, address, parameters, pattern.callback, tuple(pattern.default_args))


def _plain(route: str) -> str:
    """A route without converters and anchors: `<slug:shop>/` and `^(?P<key>…)$` alike."""
    route = re.sub(r"<[a-z_]+:([a-z_0-9]+)>", r"<\1>", route)
    route = re.sub(r"\(\?P<([a-z_0-9]+)>[^)]*\)+", r"<\1>", route)
    return route.removeprefix("^").removesuffix("$").removesuffix("\\Z")
