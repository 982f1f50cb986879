"""Addresses of statements."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.statements import views
from wavepool.domains.statements.views import corrections, documents, objections, paydays, why
from wavepool.plumbing.lists import list_paths

_WHY = "statements/<slug:month>/lines/<str:line_key>/why/"
_STAFF_WHY = "statements/<int:payee>/<slug:month>/lines/<str:line_key>/why/"
studio = [
    *list_paths("statements", views.studio_statements, name="statements.studio_statements"),
    *list_paths(
        "statements/<slug:month>", views.studio_statement, name="statements.studio_statement"
    ),
    path(_WHY, why.studio_why, name="statements.studio_why"),
    path(f"{_WHY}object/", why.studio_object, name="statements.studio_object"),
    path(f"{_WHY}receipt.json", documents.studio_receipt, name="statements.studio_receipt"),
    path(f"{_WHY}manifest.json", documents.studio_manifest, name="statements.studio_manifest"),
    path("statements/<slug:month>.pdf", documents.studio_pdf, name="statements.studio_pdf"),
    *list_paths("paydays", paydays.studio_paydays, name="statements.studio_paydays"),
]
merchant = [
    *list_paths("statements", views.merchant_statements, name="statements.merchant_statements"),
    *list_paths(
        "statements/<slug:month>", views.merchant_statement, name="statements.merchant_statement"
    ),
    path("statements/<slug:month>.pdf", documents.merchant_pdf, name="statements.merchant_pdf"),
    path(_WHY, why.merchant_why, name="statements.merchant_why"),
    path(f"{_WHY}object/", why.merchant_object, name="statements.merchant_object"),
    path(f"{_WHY}receipt.json", documents.merchant_receipt, name="statements.merchant_receipt"),
    path(f"{_WHY}manifest.json", documents.merchant_manifest, name="statements.merchant_manifest"),
]
agency = [
    *list_paths("statements", views.agency_statements, name="statements.agency_statements"),
    *list_paths(
        "statements/<slug:month>", views.agency_statement, name="statements.agency_statement"
    ),
    path(_WHY, why.agency_why, name="statements.agency_why"),
    path(f"{_WHY}object/", why.agency_object, name="statements.agency_object"),
    path(f"{_WHY}receipt.json", documents.agency_receipt, name="statements.agency_receipt"),
    path(f"{_WHY}manifest.json", documents.agency_manifest, name="statements.agency_manifest"),
    path("statements/<slug:month>.pdf", documents.agency_pdf, name="statements.agency_pdf"),
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
    path(_STAFF_WHY, why.staff_why, name="statements.staff_why"),
    path(f"{_STAFF_WHY}receipt.json", documents.staff_receipt, name="statements.staff_receipt"),
    path(f"{_STAFF_WHY}manifest.json", documents.staff_manifest, name="statements.staff_manifest"),
    *list_paths("objections", objections.staff_objections, name="statements.staff_objections"),
    path(
        "objections/<slug:line_objection>/",
        objections.staff_objection,
        name="statements.staff_objection",
    ),
    path(
        "statements/<int:payee>/<slug:month>.pdf",
        documents.staff_pdf,
        name="statements.staff_pdf",
    ),
    *list_paths("corrections", corrections.staff_corrections, name="statements.staff_corrections"),
    path("corrections/new/", corrections.new_correction, name="statements.new_correction"),
    path(
        "corrections/<slug:correction>/",
        corrections.staff_correction,
        name="statements.staff_correction",
    ),
    path(
        "corrections/<slug:correction>/approve/",
        corrections.approve_correction,
        name="statements.approve_correction",
    ),
    path(
        "corrections/<slug:correction>/reject/",
        corrections.reject_correction,
        name="statements.reject_correction",
    ),
]
