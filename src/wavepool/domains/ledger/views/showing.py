"""How the ledger's rows look on pages: their states, their columns, their neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wavepool.plumbing.lists import Column
from wavepool.plumbing.states import State, Tone

#: The pages of the ledger, in the order of their tabs.
_TABS: Final = (
    ("ledger.trial", _("Trial balance")),
    ("ledger.accounts", pgettext_lazy("books", "Accounts")),
    ("ledger.entries", _("Entries")),
    ("ledger.proofs", _("Proofs")),
)
_TONES: Final[dict[str, Tone]] = {"pending": "warning", "posted": "ok", "voided": "neutral"}
_WHY: Final[dict[str, str | Promise]] = {
    "pending": _("The amount is reserved until it is used or released"),
    "posted": "",
    "voided": _("The reservation was released; nothing moved"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to a page beside this one."""

    href: str
    label: str | Promise
    is_here: bool
    count: int | None = None


def tabs(here: str) -> tuple[Tab, ...]:
    """The pages of the ledger; `here` names the one that is open."""
    return tuple(Tab(reverse(name), label, name == here) for name, label in _TABS)


def state_of(transfer: Any) -> State:
    """A transfer's state as a badge."""
    return State(
        name=transfer.state,
        label=transfer.get_state_display(),
        tone=_TONES[transfer.state],
        why=_WHY[transfer.state],
    )


def proof_state(verification: Any) -> State:
    """Whether a proof found the books in order."""
    if verification.reconciles:
        return State(name="reconciles", label=_("Reconciles"), tone="ok")
    first = verification.findings[0]
    return State(
        name="differs",
        label=_("Does not reconcile"),
        tone="error",
        why=f"{first['rule']}: {first['place']}",
    )


def to_account(code: str) -> str:
    """The address of an account's page."""
    return reverse("ledger.account", args=[code])


def to_transfer(transfer_id: int) -> str:
    """The address of a transfer's page."""
    return reverse("ledger.transfer", args=[transfer_id])


def account_column(name: str, label: Promise, pick: Callable[[Any], Any]) -> Column:
    """A column with an account's code that leads to its page."""
    return Column(
        name=name,
        label=label,
        kind="code",
        value=lambda row: pick(row).code,
        href=lambda row: to_account(pick(row).code),
    )


def entry_columns(*, with_account: bool) -> tuple[Column, ...]:
    """The columns of entries; on an account's own page its name is not repeated."""
    own = account_column("account", pgettext_lazy("books", "Account"), lambda row: row.account)
    return (
        Column(name="transfer", label=_("Posted"), kind="time", value=lambda row: row.posted_at,
               sort="transfer_id", href=lambda row: to_transfer(row.transfer_id)),
        *((own,) if with_account else ()),
        account_column("other", _("Other side"), lambda row: row.other),
        Column(name="amount", label=_("Amount"), kind="money", sort="amount_minor",
               value=lambda row: (row.amount_minor, row.currency),
               hint=_("More on the account is above zero, less is below")),
        Column(name="kind", label=_("Kind"), kind="code"),
        Column(name="subject", label=_("About"), kind="code"),
        Column(name="period", label=_("Month"), kind="code"),
        Column(name="batch", label=_("Batch"), kind="code", value=lambda row: row.batch.key),
        Column(name="key", label=_("Key"), kind="code"),
    )  # fmt: skip
