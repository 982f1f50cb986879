"""Addresses of risk, by area; `site/urls.py` includes each under its own prefix."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.risk import views
from wavepool.plumbing.lists import list_paths

studio = [
    *list_paths("holds", views.studio_holds, name="risk.studio_holds"),
    path("holds/<slug:hold>/", views.studio_hold, name="risk.studio_hold"),
]
staff = [
    *list_paths("risk", views.holds, name="risk.holds"),
    path("risk/exposure/", views.exposure, name="risk.exposure"),
    path("risk/<slug:hold>/", views.hold, name="risk.hold"),
]
