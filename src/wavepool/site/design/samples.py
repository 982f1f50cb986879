"""Made-up values for the page of the components."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wavepool.plumbing.charts import Chart, Mark, Series
from wavepool.plumbing.states import Event, State, Step
from wavepool.site.components import icons
from wavepool.site.context import Door
from wavepool.site.navigation import Link

AT: Final = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)
COURSE: Final = (31, 34, 30, 36, 41, 39, 44, 43, 49, 47, 52, 58, 55, 61)
OTHER_COURSE: Final = (22, 21, 24, 20, 19, 21, 17, 18, 15, 16, 14, 15, 12, 13)
WORKSPACE: Final = SimpleNamespace(
    kind="studio", slug="ada", name=_("Ada's kitchen"), can_operate=True, can_finance=True
)
USER: Final = SimpleNamespace(is_authenticated=True, name="Ada", email="ada@example.com")
_DAYS: Final = tuple(f"11-{day:02d}" for day in range(1, 15))


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of a thing, for the tabs."""

    href: str
    label: str | Promise
    is_here: bool
    count: int | None = None


def states() -> tuple[State, ...]:
    """A state of each tone, with why and until when."""
    return (
        State(name="draft", label=_("Draft")),
        State(name="estimated", label=_("Estimated"), tone="info", until=AT + timedelta(days=11)),
        State(name="paid", label=_("Paid"), tone="ok"),
        State(
            name="held",
            label=_("Held"),
            tone="warning",
            why=_("The return window is open: buyers may still send these goods back."),
            until=AT + timedelta(days=15),
        ),
        State(
            name="refused",
            label=_("Refused"),
            tone="error",
            why=_("The name of the bank account differs from the name of the payee."),
        ),
        State(name="live", label=_("Live"), tone="live"),
    )


def events() -> tuple[Event, ...]:
    """A short history, newest first."""
    return (
        Event(
            at=AT,
            title=_("Held until the return window ends"),
            text=_("Buyers may return goods for 15 days."),
            tone="warning",
        ),
        Event(at=AT - timedelta(days=1), title=_("Order paid"), tone="ok", who="Bao Tea"),
        Event(at=AT - timedelta(days=1, hours=2), title=_("Product clicked in the live room")),
        Event(at=AT - timedelta(days=3), title=_("Plan accepted"), tone="info", who="Ada"),
    )


def steps() -> tuple[Step, ...]:
    """A checklist in all its states."""
    return (
        Step(title=_("Confirm your email address"), state="done"),
        Step(
            title=_("Tell us who is paid"),
            state="now",
            text=_("A name and an account; it takes two minutes."),
            href="#steps",
        ),
        Step(title=_("Pick goods for your first live"), href="#steps"),
        Step(
            title=_("Receive the first payout"),
            state="blocked",
            text=_("Waits for the payee's confirmation by the bank."),
        ),
    )


def tabs(path: str) -> tuple[Tab, ...]:
    """Three views of one statement."""
    return (
        Tab(path, _("Lines"), is_here=True, count=128),
        Tab(f"{path}?view=bridge", _("From estimated to final"), is_here=False),
        Tab(f"{path}?view=history", _("History"), is_here=False, count=4),
    )


def days() -> Chart:
    """Two courses with events on them."""
    return Chart(
        kind="line",
        title=_("Net sales rose after the coupon of 9 November"),
        label=_("Day"),
        categories=_DAYS,
        series=(
            Series(name=_("Net sales"), values=tuple(each * 21_350 for each in COURSE)),
            Series(
                name=_("Estimated commission"),
                values=tuple(each * 9_120 for each in OTHER_COURSE),
                is_estimate=True,
            ),
        ),
        unit="money",
        currency="CNY",
        marks=(Mark(at="11-09", label=_("Coupon")),),
        note=_("As of 20 November, 14:05; refunds of the last hour are not in it."),
    )


def bridge() -> Chart:
    """How a payable amount comes about."""
    return Chart(
        kind="bridge",
        title=_("From commission to what is paid"),
        label=_("Part"),
        categories=(
            _("Commission"),
            _("Tasks"),
            _("Pool"),
            _("Refunds"),
            _("Agency"),
            _("Tax"),
            _("Payable"),
        ),
        series=(
            Series(
                name=_("Amount"),
                values=(1_284_500, 180_000, 96_340, -142_300, -168_900, -67_000, 1_182_640),
            ),
        ),
        unit="money",
        currency="CNY",
    )


def charts() -> tuple[Chart, ...]:
    """One of each kind."""
    return (
        days(),
        bridge(),
        Chart(
            kind="stacked",
            title=_("Live rooms bring most of the orders"),
            label=_("Day"),
            categories=_DAYS[:7],
            series=(
                Series(name=_("Live rooms"), values=(120, 132, 101, 134, 190, 230, 210)),
                Series(name=_("Content"), values=(82, 93, 90, 93, 129, 133, 132)),
                Series(name=_("Shop page"), values=(40, 52, 41, 64, 70, 50, 58)),
            ),
        ),
        Chart(
            kind="share",
            title=_("Where the pool went"),
            label=_("Tier"),
            categories=(_("Head"), _("Middle"), _("Tail")),
            series=(Series(name=_("Paid"), values=(4_120_000, 6_340_000, 2_110_000)),),
            unit="money",
            currency="CNY",
        ),
    )


def navigation() -> tuple[Link, ...]:
    """Eight items, as many as a workspace may have."""
    here = reverse("design.console")
    items = (
        (_("Home"), "home"),
        (_("Goods"), "shopping-bag"),
        (_("Editor"), "edit"),
        (_("Publish"), "send"),
        (_("Live"), "live"),
        (pgettext_lazy("after a live session", "Review"), "chart-line"),
        (_("Statements"), "receipt"),
        (_("Payouts"), "wallet"),
    )
    return tuple(
        Link(here if icon == "receipt" else f"{here}?page={icon}", label, icon, icon == "receipt")
        for label, icon in items
    )


def doors() -> tuple[Door, ...]:
    """Two workspaces of one person."""
    here = reverse("design.console")
    return (
        Door(
            href=here, name=str(_("Ada's kitchen")), label=_("Studio"), icon="studio", is_here=True
        ),
        Door(href=here, name="Bao Tea", label=_("Merchant"), icon="merchant", is_here=False),
    )


def icon_names() -> list[str]:
    """Every drawing by name."""
    return sorted(icons.names())
