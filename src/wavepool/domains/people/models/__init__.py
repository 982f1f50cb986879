"""Rows of people; foreign keys from other domains name them by string."""

from wavepool.domains.people.models.accounts import Account, AccountManager
from wavepool.domains.people.models.memberships import Membership, Role
from wavepool.domains.people.models.parties import Agency, Creator, Person, Shop, StaffTeam

__all__ = [
    "Account",
    "AccountManager",
    "Agency",
    "Creator",
    "Membership",
    "Person",
    "Role",
    "Shop",
    "StaffTeam",
]
