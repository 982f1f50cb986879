"""Every component in every state, on one page: what the templates of the site are made of."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wavepool.plumbing.routes import access


@access("public")
def design(request: HttpRequest) -> HttpResponse:
    """The page of the components."""
    return render(request, "pages/design.html")
