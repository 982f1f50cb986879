"""Pages of policies."""

from wavepool.domains.policies.views.public import (
    rule,
    rule_diff,
    rule_document,
    rule_version,
    rules,
)
from wavepool.domains.policies.views.staff import (
    affected,
    approve,
    ask,
    begin,
    check,
    edit,
    kind,
    kinds,
    publish,
    reject,
    version,
    versions,
    withdraw,
)

__all__ = [
    "affected",
    "approve",
    "ask",
    "begin",
    "check",
    "edit",
    "kind",
    "kinds",
    "publish",
    "reject",
    "rule",
    "rule_diff",
    "rule_document",
    "rule_version",
    "rules",
    "version",
    "versions",
    "withdraw",
]
