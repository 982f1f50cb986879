"""Addresses of credits, by area; `site/urls.py` includes each under its own prefix."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.credits import views
from wavepool.plumbing.lists import list_paths

studio = [
    *list_paths("lines", views.studio_lines, name="credits.studio_lines"),
    path("lines/<int:line>/", views.studio_line, name="credits.studio_line"),
]
agency = [*list_paths("lines", views.agency_lines, name="credits.agency_lines")]
merchant = [*list_paths("commission", views.merchant_lines, name="credits.merchant_lines")]
staff = [
    *list_paths("runs", views.runs, name="credits.runs"),
    path("runs/ask/", views.ask_run, name="credits.ask_run"),
    path("runs/<slug:run>/", views.run, name="credits.run"),
    path("court/", views.court, name="credits.court"),
]
