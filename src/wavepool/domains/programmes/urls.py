"""Addresses of programmes."""

from __future__ import annotations

from django.urls import URLPattern, path

from wavepool.domains.programmes import views
from wavepool.plumbing.lists import list_paths

_ONE = "programmes/<slug:programme>/"

studio = [path("tasks/", views.studio_tasks, name="programmes.studio_tasks")]
agency: list[URLPattern] = []
staff = [
    path("programmes/", views.programmes, name="programmes.staff_programmes"),
    path(_ONE, views.programme, name="programmes.programme"),
    *list_paths(f"{_ONE}subjects", views.subjects, name="programmes.subjects"),
    *list_paths(f"{_ONE}awards", views.awards, name="programmes.awards"),
    path(f"{_ONE}budgets/new/", views.ask_budget, name="programmes.ask_budget"),
    path(
        f"{_ONE}budgets/<slug:budget_change>/approve/",
        views.approve_budget,
        name="programmes.approve_budget",
    ),
    path(
        f"{_ONE}budgets/<slug:budget_change>/reject/",
        views.reject_budget,
        name="programmes.reject_budget",
    ),
]
