"""Addresses of the ledger: all of it for staff, everybody else their own money."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.ledger import views
from wavepool.plumbing.lists import list_paths

studio = list_paths("wallet", views.studio_wallet, name="ledger.studio_wallet")
merchant = list_paths("wallet", views.merchant_wallet, name="ledger.merchant_wallet")
agency = list_paths("wallet", views.agency_wallet, name="ledger.agency_wallet")
staff = [
    path("ledger/", views.trial, name="ledger.trial"),
    *list_paths("ledger/accounts", views.accounts, name="ledger.accounts"),
    *list_paths("ledger/accounts/<str:code>", views.account, name="ledger.account"),
    *list_paths("ledger/entries", views.entries, name="ledger.entries"),
    path("ledger/transfers/<int:transfer_id>/", views.transfer, name="ledger.transfer"),
    *list_paths("ledger/proofs", views.proofs, name="ledger.proofs"),
    path("ledger/proofs/new/", views.prove, name="ledger.prove"),
]
