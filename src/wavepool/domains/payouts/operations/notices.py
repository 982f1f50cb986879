"""Whom payouts tell what: the people of whoever is paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts.models import Payout, PayoutAccount
from wavepool.domains.people import queries as people
from wavepool.engine.money import format_minor
from wavepool.plumbing.notifications import notify, register_notice

register_notice(
    "payouts.sent",
    title=_("%(amount)s is on its way to you"),
    text=_("To the account that ends in %(last)s. A bank may take a few days."),
)
register_notice(
    "payouts.paid",
    title=_("%(amount)s was paid to you"),
    text=_("To the account that ends in %(last)s."),
    tone="ok",
)
register_notice(
    "payouts.failed",
    title=_("A payout of %(amount)s did not arrive"),
    text=_("The money is on your wallet. Reason: %(why)s"),
    tone="error",
)
register_notice(
    "payouts.account_set",
    title=_("Your payout account was changed"),
    text=_("It ends in %(last)s and is paid to in three days. Was it not you? Tell us now."),
    tone="warning",
)
_AREAS: Final = {"creator": "studio", "agency": "agency", "shop": "merchant"}


def tell_sent(payout: Payout, *, at: datetime) -> None:
    """Tell that the money left."""
    _tell_of_payout("payouts.sent", payout, at=at)


def tell_paid(payout: Payout, *, at: datetime) -> None:
    """Tell that it arrived."""
    _tell_of_payout("payouts.paid", payout, at=at)


def tell_failed(payout: Payout, *, at: datetime) -> None:
    """Tell that it did not arrive, or came back, and why."""
    _tell_of_payout("payouts.failed", payout, at=at, data={"why": payout.why})


def tell_account(account: PayoutAccount, *, at: datetime) -> None:
    """Tell everybody who sees the money that it goes elsewhere from now on."""
    _tell(
        "payouts.account_set",
        account.payee_id,
        key=account.public_id,
        data={"last": account.number_last},
        page="account",
        at=at,
    )


def _tell_of_payout(
    kind: str, payout: Payout, *, at: datetime, data: Mapping[str, Any] | None = None
) -> None:
    amount = f"{payout.currency} {format_minor(payout.amount_minor, payout.currency)}"
    _tell(
        kind,
        payout.payee_id,
        key=f"{payout.public_id}:{payout.state}",
        data={"amount": amount, "last": payout.account.number_last, **(data or {})},
        page="payout",
        names=(payout.public_id,),
        at=at,
    )


def _tell(
    kind: str,
    payee_id: int,
    *,
    key: str,
    data: Mapping[str, Any],
    page: str,
    at: datetime,
    names: tuple[str, ...] = (),
) -> None:
    for party, party_id, name in people.list_payee_parties(payee_id, at=at):
        told = people.list_account_ids(party=party, party_ids=[party_id], right="finance")
        route = f"payouts.{_AREAS[party]}_{page}"
        notify(kind, told, key=key, data=data, route=route, names=[name, *names], at=at)
