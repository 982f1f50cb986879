"""Addresses of scores."""

from __future__ import annotations

from wavepool.domains.scores import views
from wavepool.plumbing.lists import list_paths

studio = list_paths("value/factors", views.studio_scores, name="scores.studio_scores")
staff = list_paths("scores", views.staff_scores, name="scores.staff_scores")
