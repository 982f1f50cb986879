"""Kinds of movements and other sides of transfers, in words that name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger.models import LedgerAccount


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of movement: how people call it and what it means."""

    label: str | Promise
    meaning: str | Promise


#: What moves money on a payee's wallet.
WALLET_KINDS: Final[dict[str, Kind]] = {
    "commission": Kind(_("Commission"), _("The direct part of the commission on a sale.")),
    "award": Kind(_("Pool award"), _("Your share of a pool, for what your content was worth.")),
    "agency_share": Kind(
        _("Agency's share"), _("The part of earnings that a contract gives to the agency.")
    ),
    "ruling": Kind(_("Ruling"), _("What a decision about held money freed or took back.")),
    "refund_commission": Kind(
        _("Refund of commission"), _("A buyer was refunded, so its commission goes back.")
    ),
    "refund_agency": Kind(
        _("Refund of the agency's share"),
        _("A buyer was refunded, so the agency's part of it goes back."),
    ),
    "payout": Kind(_("Payout"), _("Money that left for your bank.")),
}
#: What moves money on a shop's account.
SHOP_KINDS: Final[dict[str, Kind]] = {
    "commission": Kind(_("Commission"), _("The direct part of the commission on a sale.")),
    "platform_fee": Kind(_("Platform fee"), _("The platform's part of the commission.")),
    "pool_leg": Kind(_("Part for the pool"), _("The part of the commission that pools share out.")),
    "refund_commission": Kind(
        _("Refund of commission"), _("A buyer was refunded, so its commission goes back.")
    ),
    "refund_fee": Kind(_("Refund of the fee"), _("A buyer was refunded, so its fee goes back.")),
    "refund_pool": Kind(
        _("Refund of the part for the pool"),
        _("A buyer was refunded, so what went to the pool goes back."),
    ),
    "shop_payment": Kind(_("Your payment"), _("What the shop paid of what it owed.")),
}
_OTHER_KIND: Final = Kind(_("Other movement"), _("A movement of another kind."))
_OTHER_SIDES: Final[dict[tuple[str, str], Promise]] = {
    ("payee", "wallet"): _("Wallet of a payee"),
    ("shop", "receivable"): _("A shop"),
    ("pool", "pool"): _("The pool"),
    ("hold", "escrow"): _("Held until a decision"),
    ("deal", "escrow"): _("Held for a deal"),
    ("platform", "fee"): _("The platform's fees"),
    ("platform", "carry"): _("Fractions carried on"),
    ("platform", "budget"): _("The platform's budget"),
    ("programme", "budget"): _("Budget of a programme"),
    ("rail", "clearing"): _("Paid out by a rail"),
    ("bank", "external"): _("The bank"),
}


def kind_of(name: str) -> Kind:
    """What a kind of transfer is called and means."""
    return WALLET_KINDS.get(name) or SHOP_KINDS.get(name) or _OTHER_KIND


def other_side(account: LedgerAccount) -> str | Promise:
    """Whose account it is by its role alone: no id and no name."""
    said = _OTHER_SIDES.get((account.owner_kind, account.purpose))
    return said if said is not None else _("Another account")
