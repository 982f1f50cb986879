"""Pages of payouts."""

from wavepool.domains.payouts.views.batches import (
    batch,
    batch_file,
    batches,
    new_batch,
    result,
)
from wavepool.domains.payouts.views.deeds import (
    ask_signature,
    cancel,
    leave_out,
    reject,
    release,
    retry,
    sign,
    sign_alone,
    take_result,
)
from wavepool.domains.payouts.views.own import (
    agency_account,
    agency_payout,
    agency_payouts,
    merchant_account,
    merchant_payout,
    merchant_payouts,
    studio_account,
    studio_payout,
    studio_payouts,
)
from wavepool.domains.payouts.views.reconciling import (
    agree,
    note_foreign,
    reconciliation,
    refuse,
    take_report,
)
from wavepool.domains.payouts.views.single import ask_rail, resolve, staff_payout, waiting

__all__ = [
    "agency_account",
    "agency_payout",
    "agency_payouts",
    "agree",
    "ask_rail",
    "ask_signature",
    "batch",
    "batch_file",
    "batches",
    "cancel",
    "leave_out",
    "merchant_account",
    "merchant_payout",
    "merchant_payouts",
    "new_batch",
    "note_foreign",
    "reconciliation",
    "refuse",
    "reject",
    "release",
    "resolve",
    "result",
    "retry",
    "sign",
    "sign_alone",
    "staff_payout",
    "studio_account",
    "studio_payout",
    "studio_payouts",
    "take_report",
    "take_result",
    "waiting",
]
