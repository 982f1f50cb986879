"""Lists of the ledger: accounts, an account's statement, entries, proofs."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wavepool.domains.ledger import queries
from wavepool.domains.ledger.views.showing import entry_columns, proof_state, tabs, to_account
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

ACCOUNTS: Final = (
    Column(name="code", label=pgettext_lazy("books", "Account"), kind="code", sort="code",
           href=lambda row: to_account(row.code)),
    Column(name="purpose", label=pgettext_lazy("books", "For"), value=lambda row: row.get_purpose_display()),
    Column(name="balance", label=_("Balance"), kind="money", sort="balance_minor",
           value=lambda row: (row.balance_minor, row.currency),
           hint=_("What was credited less what was debited")),
    Column(name="reserved", label=_("Reserved"), kind="money", sort="reserved_minor",
           value=lambda row: (row.reserved_minor, row.currency),
           hint=_("What pending transfers will take")),
    Column(name="free", label=_("Available"), kind="money",
           value=lambda row: (row.free_minor, row.currency)),
    Column(name="opened", label=_("Opened"), kind="time", value=lambda row: row.opened_at,
           sort="opened_at"),
)  # fmt: skip
_STATES: Final = {
    "holds": {"balance_minor__gt": 0},
    "owes": {"balance_minor__lt": 0},
    "reserved": {"reserved_minor__gt": 0},
}
ACCOUNT_FILTERS: Final = (
    Filter(name="code", label=_("Account begins with"),
           apply=lambda rows, text: rows.filter(code__startswith=text)),
    Filter(name="purpose", label=pgettext_lazy("books", "For"), apply=lambda rows, text: rows.filter(purpose=text),
           choices=tuple(Choice(value, label) for value, label in queries.PURPOSES)),
    Filter(name="currency", label=_("Currency"),
           apply=lambda rows, text: rows.filter(currency=text.upper())),
    Filter(name="state", label=_("State"), apply=lambda rows, name: rows.filter(**_STATES[name]),
           choices=(Choice("holds", _("Holds money")), Choice("owes", _("Below zero")),
                    Choice("reserved", _("Has reservations")))),
)  # fmt: skip
STATEMENT_FILTERS: Final = (
    Filter(name="q", label=_("Key, batch or subject"),
           apply=lambda rows, text: rows.filter(queries.search_words(text))),
    Filter(name="kind", label=_("Kind"), apply=lambda rows, text: rows.filter(kind=text)),
    Filter(name="period", label=_("Month"), apply=lambda rows, text: rows.filter(period=text)),
)  # fmt: skip
ENTRY_FILTERS: Final = (
    *STATEMENT_FILTERS,
    Filter(name="account", label=pgettext_lazy("books", "Account"),
           apply=lambda rows, code: rows.filter(account__code=code)),
    Filter(name="currency", label=_("Currency"),
           apply=lambda rows, text: rows.filter(currency=text.upper())),
)  # fmt: skip
PROOFS: Final = (
    Column(name="checked", label=_("Checked"), kind="time", value=lambda row: row.checked_at,
           sort="pk"),
    Column(name="state", label=_("Result"), kind="badge", value=proof_state),
    Column(name="scope", label=_("Scope"),
           value=lambda row: _("All of the books") if row.is_full else _("What was new")),
    Column(name="batches", label=_("Batches"), kind="number", value=lambda row: row.batch_count),
    Column(name="accounts", label=pgettext_lazy("books", "Accounts"), kind="number",
           value=lambda row: row.account_count),
    Column(name="findings", label=_("Differences"), kind="number",
           value=lambda row: len(row.findings)),
    Column(name="actor", label=_("By")),
)  # fmt: skip


@access("staff", read="finance")
def accounts(request: PlatformRequest, export: str) -> HttpResponseBase:
    """Every account of the books."""
    page = read_list(
        request, queries.list_accounts(), columns=ACCOUNTS, filters=ACCOUNT_FILTERS, sort="code"
    )
    return respond(
        request, page, "ledger/accounts.html", {"tabs": tabs("ledger.accounts")}, export=export
    )


@access("staff", read="finance")
def account(request: PlatformRequest, code: str, export: str) -> HttpResponseBase:
    """An account: what it holds, what is reserved, and its entries."""
    found = queries.get_account(code)
    page = read_list(
        request,
        queries.statement_of(found),
        columns=entry_columns(with_account=False),
        filters=STATEMENT_FILTERS,
        sort="-transfer",
    )
    pending = () if export else tuple(queries.list_pending(found)[:50])
    context = {"account": found, "pending": pending}
    return respond(request, page, "ledger/account.html", context, export=export)


@access("staff", read="finance")
def entries(request: PlatformRequest, export: str) -> HttpResponseBase:
    """Entries of all accounts, to search in."""
    page = read_list(
        request,
        queries.list_entries(),
        columns=entry_columns(with_account=True),
        filters=ENTRY_FILTERS,
        sort="-transfer",
    )
    return respond(
        request, page, "ledger/entries.html", {"tabs": tabs("ledger.entries")}, export=export
    )


@access("staff", read="finance")
def proofs(request: PlatformRequest, export: str) -> HttpResponseBase:
    """Proofs of the books, the latest first, with what the latest found."""
    page = read_list(request, queries.list_verifications(), columns=PROOFS, sort="-checked")
    latest = None if export else queries.list_verifications().first()
    context = {
        "tabs": tabs("ledger.proofs"),
        "latest": latest,
        "state": proof_state(latest) if latest else None,
    }
    return respond(request, page, "ledger/proofs.html", context, export=export)
