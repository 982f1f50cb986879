"""What this domain asks of a payment provider; connectors implement it, the site wires one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import PlatformError


class NoProvider(PlatformError):
    """This site takes no payments."""

    kind = "orders.no_provider"
    status: ClassVar[int] = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A way to pay that the provider offers.

    Attributes:
        name: stable; at most 40 characters.
        label: how people call it.
        hint: what helps to choose.
    """

    name: str
    label: str | Promise
    hint: str | Promise = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a provider says of a payment.

    Attributes:
        kind: "paid" and "refused" are final; "unknown" means that nobody may pay again yet.
        why: for the person who pays, where it was refused.
        paid_at: when the money moved, by the provider's clock; None: take ours.
    """

    kind: Literal["paid", "refused", "unknown"]
    why: str = ""
    paid_at: datetime | None = None


class PaymentProvider(Protocol):
    """Takes money and gives it back, each thing once per key.

    Calling again with a key changes nothing and tells what became of it. A call
    that was not answered, or whose answer nobody understood, is "unknown".
    """

    name: str

    def instruments(self) -> Sequence[Instrument]:
        """Ways to pay."""

    def charge(
        self, *, key: str, instrument: str, amount_minor: int, currency: str, at: datetime
    ) -> Outcome:
        """Take money, at most once per key."""

    def look_up(self, *, key: str, at: datetime) -> Outcome:
        """What became of a key. One that never arrived is closed by this: "refused" for good."""

    def pay_back(
        self, *, key: str, charge_key: str, amount_minor: int, currency: str, at: datetime
    ) -> Outcome:
        """Give money of a charge back, at most once per key; "paid" is done."""


_IN_USE: Final[dict[str, Any]] = {}


def use_provider(provider: PaymentProvider | None) -> None:
    """Wire the provider that pages and jobs use; None closes the till."""
    _IN_USE["provider"] = provider


def find_provider() -> PaymentProvider | None:
    """The wired provider, if there is one."""
    found: PaymentProvider | None = _IN_USE.get("provider")
    return found


def provider_in_use() -> PaymentProvider:
    """The wired provider.

    Raises:
        NoProvider: the site wired none.
    """
    found = find_provider()
    if found is None:
        raise NoProvider(_("This site does not take payments at the moment."))
    return found
