"""Addresses of statements."""

from __future__ import annotations

from django.urls import URLPattern, path

from wavepool.domains.statements.views import documents, objections, why
from wavepool.plumbing.lists import list_paths

_WHY = "statements/<slug:month>/lines/<str:line_key>/why/"
_STAFF_WHY = "statements/<int:payee>/<slug:month>/lines/<str:line_key>/why/"

studio: list[URLPattern] = [
    path(_WHY, why.studio_why, name="statements.studio_why"),
    path(f"{_WHY}object/", why.studio_object, name="statements.studio_object"),
    path(f"{_WHY}receipt.json", documents.studio_receipt, name="statements.studio_receipt"),
    path(f"{_WHY}manifest.json", documents.studio_manifest, name="statements.studio_manifest"),
]
agency: list[URLPattern] = [
    path(_WHY, why.agency_why, name="statements.agency_why"),
    path(f"{_WHY}object/", why.agency_object, name="statements.agency_object"),
    path(f"{_WHY}receipt.json", documents.agency_receipt, name="statements.agency_receipt"),
    path(f"{_WHY}manifest.json", documents.agency_manifest, name="statements.agency_manifest"),
]
merchant: list[URLPattern] = []
staff: list[URLPattern] = [
    path(_STAFF_WHY, why.staff_why, name="statements.staff_why"),
    path(f"{_STAFF_WHY}receipt.json", documents.staff_receipt, name="statements.staff_receipt"),
    path(f"{_STAFF_WHY}manifest.json", documents.staff_manifest, name="statements.staff_manifest"),
    *list_paths("objections", objections.staff_objections, name="statements.staff_objections"),
    path(
        "objections/<slug:line_objection>/",
        objections.staff_objection,
        name="statements.staff_objection",
    ),
]
