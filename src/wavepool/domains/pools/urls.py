"""Addresses of pools."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.pools import views
from wavepool.plumbing.lists import list_paths

public = [path("fund/", views.public_fund, name="pools.public_fund")]
studio = [
    path("value/", views.studio_value, name="pools.studio_value"),
    path("value/objections/new/", views.raise_objection, name="pools.raise_objection"),
]
staff = [
    *list_paths("pools", views.pools, name="pools.pools"),
    path("pools/objections/<slug:objection>/", views.objection, name="pools.objection"),
    path("pools/objections/<slug:objection>/answer/", views.answer, name="pools.answer"),
    path("pools/<slug:month>/", views.period, name="pools.period"),
    path("pools/<slug:month>/publish/", views.publish, name="pools.publish"),
    path("pools/<slug:month>/close/", views.close, name="pools.close"),
    path("pools/<slug:month>/pay/", views.pay, name="pools.pay"),
    *list_paths("pools/<slug:month>/shares/<slug:pool>", views.shares, name="pools.shares"),
    path("fund/", views.funds, name="pools.fund"),
    path("fund/new/", views.open_fund, name="pools.open_fund"),
    path("fund/<slug:fund>/", views.fund, name="pools.fund_page"),
    path("fund/<slug:fund>/changes/new/", views.ask_change, name="pools.ask_change"),
    path("fund/<slug:fund>/releases/new/", views.release, name="pools.release"),
    path(
        "fund/<slug:fund>/changes/<slug:change>/approve/",
        views.approve_change,
        name="pools.approve_change",
    ),
    path(
        "fund/<slug:fund>/changes/<slug:change>/reject/",
        views.reject_change,
        name="pools.reject_change",
    ),
]
