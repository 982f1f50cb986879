"""Addresses of payouts."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.payouts import views
from wavepool.plumbing.lists import list_paths

studio = [
    *list_paths("payouts", views.studio_payouts, name="payouts.studio_payouts"),
    path("payouts/account/", views.studio_account, name="payouts.studio_account"),
    path("payouts/<slug:payout>/", views.studio_payout, name="payouts.studio_payout"),
]
agency = [
    *list_paths("payouts", views.agency_payouts, name="payouts.agency_payouts"),
    path("payouts/account/", views.agency_account, name="payouts.agency_account"),
    path("payouts/<slug:agency_payout>/", views.agency_payout, name="payouts.agency_payout"),
]
merchant = [
    *list_paths("payouts", views.merchant_payouts, name="payouts.merchant_payouts"),
    path("payouts/account/", views.merchant_account, name="payouts.merchant_account"),
    path("payouts/<slug:shop_payout>/", views.merchant_payout, name="payouts.merchant_payout"),
]
staff = [
    *list_paths("payouts", views.batches, name="payouts.batches"),
    path("payouts/new/", views.new_batch, name="payouts.new_batch"),
    *list_paths("payouts/waiting", views.waiting, name="payouts.waiting"),
    path("payouts/one/<slug:payout>/", views.staff_payout, name="payouts.staff_payout"),
    path("payouts/one/<slug:payout>/ask/", views.ask_rail, name="payouts.ask_rail"),
    path("payouts/one/<slug:payout>/resolve/", views.resolve, name="payouts.resolve"),
    path("payouts/results/<slug:result>/", views.result, name="payouts.result"),
    *list_paths("payouts/<slug:payout_batch>", views.batch, name="payouts.batch"),
    path("payouts/<slug:payout_batch>/ask/", views.ask_signature, name="payouts.ask_signature"),
    path("payouts/<slug:payout_batch>/sign/", views.sign, name="payouts.sign"),
    path("payouts/<slug:payout_batch>/sign-alone/", views.sign_alone, name="payouts.sign_alone"),
    path("payouts/<slug:payout_batch>/reject/", views.reject, name="payouts.reject"),
    path("payouts/<slug:payout_batch>/cancel/", views.cancel, name="payouts.cancel"),
    path("payouts/<slug:payout_batch>/retry/", views.retry, name="payouts.retry"),
    path("payouts/<slug:payout_batch>/release/", views.release, name="payouts.release"),
    path("payouts/<slug:payout_batch>/file/", views.batch_file, name="payouts.file"),
    path("payouts/<slug:payout_batch>/results/", views.take_result, name="payouts.take_result"),
    path(
        "payouts/<slug:payout_batch>/leave-out/<slug:payout>/",
        views.leave_out,
        name="payouts.leave_out",
    ),
    *list_paths("reconciliation", views.reconciliation, name="payouts.reconciliation"),
    path("reconciliation/report/", views.take_report, name="payouts.take_report"),
    path(
        "reconciliation/lines/<int:report_line_id>/note/",
        views.note_foreign,
        name="payouts.note_foreign",
    ),
    path(
        "reconciliation/proposals/<slug:resolution>/agree/",
        views.agree,
        name="payouts.agree",
    ),
    path(
        "reconciliation/proposals/<slug:resolution>/refuse/",
        views.refuse,
        name="payouts.refuse",
    ),
]
