"""Pages of people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wavepool.plumbing.routes import access


@access("studio")
def studio(request: HttpRequest, handle: str) -> HttpResponse:
    """A creator's home."""
    return render(request, "people/home.html", {"handle": handle})


@access("merchant")
def merchant(request: HttpRequest, shop: str) -> HttpResponse:
    """A merchant's home."""
    return render(request, "people/home.html", {"shop": shop})


@access("agency")
def agency(request: HttpRequest, org: str) -> HttpResponse:
    """An agency's home."""
    return render(request, "people/home.html", {"org": org})


@access("staff")
def staff(request: HttpRequest) -> HttpResponse:
    """The operator's home."""
    return render(request, "people/home.html")
