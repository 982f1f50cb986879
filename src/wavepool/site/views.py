"""Pages that belong to no domain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wavepool.plumbing.routes import access


@access("public")
def help_page(request: HttpRequest) -> HttpResponse:
    """Where to find what, and who helps."""
    return render(request, "pages/help.html")
