"""Pages of the ledger."""

from wavepool.domains.ledger.views.lists import account, accounts, entries, proofs
from wavepool.domains.ledger.views.pages import prove, transfer, trial

__all__ = ["account", "accounts", "entries", "proofs", "prove", "transfer", "trial"]
