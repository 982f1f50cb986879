"""Rows of people; foreign keys from other domains name them by string."""

from wavepool.domains.people.models.accounts import Account, AccountManager
from wavepool.domains.people.models.arrivals import (
    AccountImport,
    ChannelAccount,
    Claim,
    OldAccount,
    TermsConsent,
)
from wavepool.domains.people.models.contracts import (
    Contract,
    ContractHold,
    ContractVersion,
    IncomeType,
    Side,
    Unbinding,
)
from wavepool.domains.people.models.identity import CreatorPayee, Payee, Verification
from wavepool.domains.people.models.introductions import Introduction
from wavepool.domains.people.models.memberships import PARTIES, Invitation, Membership, Role
from wavepool.domains.people.models.parties import (
    Agency,
    Creator,
    Person,
    Shop,
    StaffTeam,
    Tier,
)
from wavepool.domains.people.models.standing import Follow, Restriction, Standing
from wavepool.domains.people.models.words import CreatorWord, ShopWord

__all__ = [
    "PARTIES",
    "Account",
    "AccountImport",
    "AccountManager",
    "Agency",
    "ChannelAccount",
    "Claim",
    "Contract",
    "ContractHold",
    "ContractVersion",
    "Creator",
    "CreatorPayee",
    "CreatorWord",
    "Follow",
    "IncomeType",
    "Introduction",
    "Invitation",
    "Membership",
    "OldAccount",
    "Payee",
    "Person",
    "Restriction",
    "Role",
    "Shop",
    "ShopWord",
    "Side",
    "StaffTeam",
    "Standing",
    "TermsConsent",
    "Tier",
    "Unbinding",
    "Verification",
]
