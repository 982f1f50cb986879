"""Writes of policies: drafts, approvals, notices, and what follows from them."""

from wavepool.domains.policies.operations.defaults import install_defaults
from wavepool.domains.policies.operations.drafts import begin_draft, save_draft
from wavepool.domains.policies.operations.errors import (
    AlreadyInForce,
    AnotherAnnounced,
    DraftChanged,
    DraftInvalid,
    DraftOutdated,
    NoLongerDraft,
    NothingChanged,
    NoticeTooShort,
    PolicyError,
    WithdrawalUnexplained,
)
from wavepool.domains.policies.operations.publishing import (
    activate_due,
    approve_version,
    first_instant,
    notice_days,
    publish_version,
    reject_version,
    request_approval,
    withdraw_version,
)
from wavepool.domains.policies.operations.telling import TELL, tell_affected
from wavepool.domains.policies.queries.affected import Affected, Proposal, register_affected

__all__ = [
    "TELL",
    "Affected",
    "AlreadyInForce",
    "AnotherAnnounced",
    "DraftChanged",
    "DraftInvalid",
    "DraftOutdated",
    "NoLongerDraft",
    "NothingChanged",
    "NoticeTooShort",
    "PolicyError",
    "Proposal",
    "WithdrawalUnexplained",
    "activate_due",
    "approve_version",
    "begin_draft",
    "first_instant",
    "install_defaults",
    "notice_days",
    "publish_version",
    "register_affected",
    "reject_version",
    "request_approval",
    "save_draft",
    "tell_affected",
    "withdraw_version",
]
