"""The five kinds of people that a visitor of the demonstration can be, one click each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class DemoRole:
    """One kind of person: who plays it, what it finds, which icon stands for it."""

    name: str
    email: str
    title: str | Promise
    finds: str | Promise
    icon: str


ROLES: Final = (
    DemoRole(
        "creator",
        "creator@demo.example",
        _("Creator"),
        _("Your identity, agency contract, goods to show, and your wallet."),
        "video",
    ),
    DemoRole(
        "merchant",
        "merchant@demo.example",
        _("Merchant"),
        _("Goods, stock, permits, and which commission plan wins where."),
        "store",
    ),
    DemoRole(
        "agency",
        "agency@demo.example",
        _("Agency"),
        _("Your roster, contracts with both consents, and introductions."),
        "users",
    ),
    DemoRole(
        "consumer",
        "consumer@demo.example",
        _("Consumer"),
        _("Creators to follow, shops and goods, as anybody sees them."),
        "shopping-bag",
    ),
    DemoRole(
        "staff",
        "staff@demo.example",
        _("Staff"),
        _("People, policies with notice and two signatures, and the books."),
        "shield",
    ),
    DemoRole(
        "second_staff",
        "second@demo.example",
        _("Second member of staff"),
        _("The other signature, where two persons are asked for."),
        "shield",
    ),
)


def role_named(name: str) -> DemoRole | None:
    """The role of a name, or None."""
    return next((role for role in ROLES if role.name == name), None)
