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
        _("Your value, statements and payouts, and why each cent is what it is."),
        "video",
    ),
    DemoRole(
        "merchant",
        "merchant@demo.example",
        _("Merchant"),
        _("Goods, orders, commission plans, and what your spend brings."),
        "store",
    ),
    DemoRole(
        "agency",
        "agency@demo.example",
        _("Agency"),
        _("Your roster, its settlement, introductions and the annual frame."),
        "users",
    ),
    DemoRole(
        "consumer",
        "consumer@demo.example",
        _("Consumer"),
        _("Pieces and live rooms, creators to follow, and a cart."),
        "shopping-bag",
    ),
    DemoRole(
        "staff",
        "staff@demo.example",
        _("Staff"),
        _("The month's close, payouts to sign, objections, rules and the books."),
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
