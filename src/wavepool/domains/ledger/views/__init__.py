"""Pages of the ledger."""

from wavepool.domains.ledger.views.lists import account, accounts, entries, proofs
from wavepool.domains.ledger.views.pages import prove, transfer, trial
from wavepool.domains.ledger.views.wallets import agency_wallet, merchant_wallet, studio_wallet

__all__ = [
    "account",
    "accounts",
    "agency_wallet",
    "entries",
    "merchant_wallet",
    "proofs",
    "prove",
    "studio_wallet",
    "transfer",
    "trial",
]
