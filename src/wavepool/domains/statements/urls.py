"""Addresses of statements."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.statements import views
from wavepool.plumbing.lists import list_paths

studio = [
    *list_paths("statements", views.studio_statements, name="statements.studio_statements"),
    *list_paths(
        "statements/<slug:month>", views.studio_statement, name="statements.studio_statement"
    ),
]
agency = [
    *list_paths("statements", views.agency_statements, name="statements.agency_statements"),
    *list_paths(
        "statements/<slug:month>", views.agency_statement, name="statements.agency_statement"
    ),
]
merchant = [
    *list_paths("statements", views.merchant_statements, name="statements.merchant_statements"),
    *list_paths(
        "statements/<slug:month>", views.merchant_statement, name="statements.merchant_statement"
    ),
]
staff = [
    *list_paths("statements", views.staff_statements, name="statements.staff_statements"),
    *list_paths(
        "statements/<int:payee>/<slug:month>",
        views.staff_statement,
        name="statements.staff_statement",
    ),
    *list_paths("closes", views.closes, name="statements.closes"),
    path("closes/<slug:month>/", views.close, name="statements.close"),
    path("closes/<slug:month>/prepare/", views.prepare, name="statements.prepare_close"),
    path("closes/<slug:month>/approve/", views.approve, name="statements.approve_close"),
    path("closes/<slug:month>/reject/", views.reject, name="statements.reject_close"),
]
