"""Finding people by the words of their names."""

from __future__ import annotations

from wavepool.domains.people.models import Account, Creator, Shop
from wavepool.domains.people.queries.contracts import list_roster
from wavepool.plumbing import words


def find_creators(text: str, *, limit: int) -> list[Creator]:
    """Creators whom a search finds, the most followed first."""
    found = words.with_beginning(Creator.objects.all(), text)
    return list(found.order_by("-followers", "-pk")[:limit])


def find_creators_of_agency(text: str, *, agency_id: int, limit: int) -> list[Creator]:
    """Creators under contract with an agency whom a search finds."""
    roster = list_roster(agency_id).values("creator")
    found = words.with_beginning_among_few(Creator.objects.filter(pk__in=roster), text)
    return list(found.order_by("name", "pk")[:limit])


def find_shops(text: str, *, limit: int) -> list[Shop]:
    """Shops that a search finds, the latest first."""
    return list(words.with_beginning(Shop.objects.all(), text).order_by("-pk")[:limit])


def find_accounts(text: str, *, limit: int) -> list[Account]:
    """Accounts whose e-mail address begins with a text."""
    begins = words.beginning_with("email", text.strip().lower())
    return list(Account.objects.filter(begins).order_by("email")[:limit])
