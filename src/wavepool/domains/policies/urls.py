"""Addresses of policies, by area."""

from __future__ import annotations

from django.urls import URLPattern, path

from wavepool.domains.policies import views
from wavepool.plumbing.lists import list_paths

_ONE = "policies/<slug:kind>/v<int:number>/"

public: list[URLPattern] = [
    path("policies/", views.rules, name="policies.rules"),
    path("policies/<slug:kind>/", views.rule, name="policies.rule"),
    path(_ONE, views.rule_version, name="policies.rule_version"),
    path(f"{_ONE}diff/", views.rule_diff, name="policies.rule_diff"),
    path(
        "policies/<slug:kind>/v<int:number>.toml",
        views.rule_document,
        name="policies.rule_document",
    ),
]
staff: list[URLPattern] = [
    path("policies/", views.kinds, name="policies.kinds"),
    *list_paths("policies/versions", views.versions, name="policies.versions"),
    path("policies/<slug:kind>/", views.kind, name="policies.kind"),
    path("policies/<slug:kind>/draft/", views.begin, name="policies.begin"),
    path(_ONE, views.version, name="policies.version"),
    *list_paths(f"{_ONE}affected/<slug:group>", views.affected, name="policies.affected"),
    path(f"{_ONE}edit/", views.edit, name="policies.edit"),
    path(f"{_ONE}check/", views.check, name="policies.check"),
    path(f"{_ONE}ask/", views.ask, name="policies.ask"),
    path(f"{_ONE}approve/", views.approve, name="policies.approve"),
    path(f"{_ONE}reject/", views.reject, name="policies.reject"),
    path(f"{_ONE}publish/", views.publish, name="policies.publish"),
    path(f"{_ONE}withdraw/", views.withdraw, name="policies.withdraw"),
]
