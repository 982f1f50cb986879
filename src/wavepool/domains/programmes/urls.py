"""Addresses of programmes."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.programmes import views
from wavepool.domains.programmes.views import agency as agencies
from wavepool.domains.programmes.views import impact, level, villages
from wavepool.plumbing.lists import list_paths

_ONE = "programmes/<slug:programme>/"
public = [
    path("village/", impact.public_village, name="programmes.public_village"),
]
studio = [
    path("tasks/", views.studio_tasks, name="programmes.studio_tasks"),
    path("level/why/", level.studio_level, name="programmes.studio_level"),
    path("village/", villages.studio_village, name="programmes.studio_village"),
    path(
        "village/apply/",
        villages.hand_in,
        {"what": "application"},
        name="programmes.apply_village",
    ),
    path(
        "village/trainings/new/",
        villages.hand_in,
        {"what": "training"},
        name="programmes.hand_in_training",
    ),
    path(
        "village/origins/new/",
        villages.hand_in,
        {"what": "origin"},
        name="programmes.hand_in_origin",
    ),
]
agency = [
    *list_paths("frame", agencies.frame, name="programmes.agency_frame"),
    path("frame/<int:introduction_id>/", agencies.anchor, name="programmes.agency_anchor"),
    path(
        "frame/<int:introduction_id>/contest/", agencies.contest, name="programmes.contest_anchor"
    ),
]
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
    *list_paths("villages", villages.villages, name="programmes.villages"),
    path("villages/impact/", impact.impact, name="programmes.village_impact"),
    path("villages/impact.csv", impact.impact_csv, name="programmes.village_impact.csv"),
    path("villages/<slug:village>/", villages.village, name="programmes.village"),
    *(
        path(
            f"villages/<slug:village>/{to}/",
            villages.decide,
            {"to": to},
            name=f"programmes.{to}_village",
        )
        for to in ("accept", "certify", "end")
    ),
    *(
        path(
            f"villages/papers/<slug:proof>/{to}/",
            villages.decide_proof,
            {"to": to},
            name=f"programmes.{to}_proof",
        )
        for to in ("confirm", "refuse")
    ),
]
