"""Pages that belong to no domain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wavepool.plumbing.routes import access
from wavepool.site import landing


@access("public")
def home(request: HttpRequest) -> HttpResponse:
    """The front door."""
    context = {"line": landing.LINE, "people": landing.PEOPLE, "promises": landing.PROMISES}
    return render(request, "pages/home.html", context)


@access("public")
def help_page(request: HttpRequest) -> HttpResponse:
    """Where to find what, and who helps."""
    return render(request, "pages/help.html")
