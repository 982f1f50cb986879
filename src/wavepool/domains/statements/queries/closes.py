"""The close of a month: where it stands, and what its way is."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.statements.models import Close, Take
from wavepool.plumbing.states import State, Step

CHECK_WORDS: Final[dict[str, Promise]] = {
    "statements_equal_run": _("Statements and the final run"),
    "pools_equal_shares": _("Pools and the closed shares"),
    "orders_equal_run": _("Orders and the final run"),
    "transfers_equal_statements": _("Transfers and statements, wallet by wallet"),
    "books_are_sound": _("The books as they stand"),
}
_WAY: Final[tuple[tuple[str, Promise, Promise], ...]] = (
    ("prepared_at", _("Reconcile"), _("Finance holds statements, pools, orders and books together.")),
    ("approved_at", _("Approve"), _("Another person of finance approves exactly that.")),
    ("posted_at", _("Post"), _("Every transfer of the month enters the books.")),
    ("locked_at", _("Lock"), _("Nothing counts in the month any more.")),
    ("issued_at", _("Issue"), _("Statements are final, and everybody is told.")),
)  # fmt: skip


def list_final_takes() -> QuerySet[Take]:
    """The settled months, each with its close as `close` where one was begun."""
    rows = Take.objects.filter(is_final=True, taken_at__isnull=False)
    return rows.select_related("run", "close")


def close_of_take(take: Take) -> Close | None:
    """The close of a take of `list_final_takes`."""
    found: Close | None = getattr(take, "close", None)
    return found


def state_of_close(close: Close | None) -> State:
    """Where a close stands."""
    if close is None:
        return State(name="settled", label=_("Settled"), why=_("It waits to be reconciled."))
    if close.issued_at is not None:
        return State(
            name="issued", label=_("Issued"), tone="ok", why=_("Final, locked and paid from.")
        )
    if close.approved_at is not None:
        return State(name="posting", label=_("Being posted"), tone="live",
                     why=_("Payouts wait until it is done."))  # fmt: skip
    if any(not each["is_ok"] for each in close.findings):
        return State(name="blocked", label=_("Does not reconcile"), tone="error",
                     why=_("What differs stands on its page."))  # fmt: skip
    return State(name="prepared", label=_("Waits for a second person"), tone="warning",
                 why=_("Somebody else of finance has to approve it."))  # fmt: skip


def close_steps(period: str) -> list[Step]:
    """The way of a close: what is done, what is next, what is blocked."""
    close = Close.objects.filter(period=period).first()
    blocked = close is not None and any(not each["is_ok"] for each in close.findings)
    steps: list[Step] = []
    has_now = False
    for field, title, text in _WAY:
        at: Any = getattr(close, field) if close is not None else None
        if at is not None and not (field == "prepared_at" and blocked):
            steps.append(Step(title=title, state="done", text=text))
            continue
        state: Any = "next" if has_now else "blocked" if blocked else "now"
        has_now = True
        steps.append(Step(title=title, state=state, text=text))
    return steps


def totals_of(take: Take) -> list[dict[str, Any]]:
    """The sums of a take by currency, for its page."""
    return [{"currency": name, **sums} for name, sums in sorted(take.totals.items())]
