"""Contracts of creators with agencies: propose, consent, change, end."""

from wavepool.domains.people.operations.contracts.consent import (
    AlreadyAnswered,
    NotYourAnswer,
    TakenElsewhere,
    agree_to_version,
    decline_version,
    withdraw_version,
)
from wavepool.domains.people.operations.contracts.propose import (
    ContractTerms,
    OpenContract,
    TermsNotValid,
    propose_change,
    propose_contract,
)
from wavepool.domains.people.operations.contracts.unbind import (
    UnbindingClosed,
    agree_to_unbinding,
    ask_to_unbind,
    object_to_unbinding,
    rule_on_unbinding,
    settle_lapsed_contracts,
    settle_unanswered_unbindings,
    withdraw_unbinding,
)

__all__ = [
    "AlreadyAnswered",
    "ContractTerms",
    "NotYourAnswer",
    "OpenContract",
    "TakenElsewhere",
    "TermsNotValid",
    "UnbindingClosed",
    "agree_to_unbinding",
    "agree_to_version",
    "ask_to_unbind",
    "decline_version",
    "object_to_unbinding",
    "propose_change",
    "propose_contract",
    "rule_on_unbinding",
    "settle_lapsed_contracts",
    "settle_unanswered_unbindings",
    "withdraw_unbinding",
    "withdraw_version",
]
