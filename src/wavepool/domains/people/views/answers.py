"""What every page of people does with a command: run it, say what came of it, go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise

from wavepool.domains.people import queries
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

Page = Callable[Concatenate[PlatformRequest, ...], HttpResponseBase]
#: The column that names the party of each kind of workspace.
PARTY_OF: Final = {"studio": "creator", "merchant": "shop", "agency": "agency"}


def entrance(audience: Any, page: Page, *, read: str = "view", write: str = "own") -> Page:
    """A page opened to one kind of workspace; the name in the address is the workspace's."""

    @access(audience, read=read, write=write)
    def enter(request: PlatformRequest, **named: Any) -> HttpResponseBase:
        named.pop(queries.ADDRESS_OF.get(audience, ""), None)
        return page(request, **named)

    enter.__name__ = f"{audience}_{page.__name__}"
    enter.__doc__ = page.__doc__
    return enter


def here(request: PlatformRequest, name: str, *args: Any) -> str:
    """The address of a page of people in the open workspace."""
    workspace = request.workspace
    slug = (workspace.slug,) if workspace.slug else ()
    return reverse(f"people.{workspace.kind}.{name}", args=(*slug, *args))


def party(request: PlatformRequest) -> tuple[str, int]:
    """The party whose workspace is open: its column and its id."""
    return PARTY_OF[request.workspace.kind], request.workspace.party_id


def carry_out(
    request: PlatformRequest, act: Callable[[], object], *, done: str | Promise, to: str
) -> HttpResponse:
    """Run a command, say what came of it, go to a page; what is missing stays missing."""
    try:
        act()
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(done))
    return redirect(to)


def submit(
    request: PlatformRequest, form: forms.Form, act: Callable[[], object], *, done: str | Promise
) -> bool:
    """Run a command with a filled form; a refusal stands at its field. True when it worked."""
    if not form.is_valid():
        return False
    try:
        act()
    except PlatformError as error:
        field = (error.pointer or "").strip("/")
        form.add_error(field if field in form.fields else None, str(error.message))
        return False
    messages.success(request, str(done))
    return True


def form_page(
    request: PlatformRequest, form: forms.Form, *, frame: str = "workspace", **texts: Any
) -> HttpResponse:
    """A page with one form: its title, a sentence, the button, and the way back."""
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "frame": f"frames/{frame}.html", **texts}
    return render(request, "people/form.html", context, status=status)
