"""Five minutes through the demonstration: who looks at which page, and what stands there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wavepool.domains.content import queries as content
from wavepool.domains.payouts import queries as payouts
from wavepool.domains.people import queries as people
from wavepool.domains.statements import queries as statements
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.site.demo.roles import role_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One page of the tour.

    Attributes:
        role: as whom; a name of the demonstration's roles.
        seconds: how long one stays.
        title: what it is about.
        href: the page.
        does: what to do there.
        sees: words that stand there.
    """

    role: str
    seconds: int
    title: str | Promise
    href: str
    does: str | Promise
    sees: str


class NoMarket(PlatformError):
    """The folder holds no market of the demonstration."""

    kind = "demo.no_market"

    def __init__(self) -> None:
        super().__init__(_("There is no demonstration here; open one with wavepool demo."))


def stops() -> list[Stop]:
    """The stops in their order, with the addresses of the market that stands.

    Raises:
        NoMarket: nobody seeded a market, or another one.
    """
    closed = statements.list_closes().filter(issued_at__isnull=False).order_by("period").last()
    if closed is None:
        raise NoMarket
    doors = {kind: _door(role, kind) for role, kind in _DOORS}
    return [
        *_creator(doors["studio"], closed.period),
        *_others(doors),
        *_staff(closed.period),
        Stop(
            role="staff",
            seconds=20,
            title=_("Developer"),
            href=reverse("api.docs"),
            does=_("Every page is an address of the API too; try one."),
            sees="wavepool",
        ),
    ]


_DOORS = (("creator", "studio"), ("merchant", "merchant"), ("agency", "agency"))


def _door(role: str, kind: str) -> Any:
    """The workspace of one of the demonstration's roles.

    Raises:
        NoMarket: nobody of that role is here, or without such a workspace.
    """
    chosen = role_named(role)
    assert chosen is not None, role
    account = people.find_account_by_email(chosen.email)
    actor = people.actor_of(account, session={}) if account else None
    workspaces = people.list_workspaces(actor) if actor else []
    door = next((each for each in workspaces if each.kind == kind), None)
    if door is None:
        raise NoMarket
    return door


def _creator(door: Any, month: str) -> Iterator[Stop]:
    payee = people.find_payee(party="creator", party_id=door.party_id, at=clock.now())
    statement = statements.find_statement(payee_id=payee.pk if payee else 0, period=month)
    if statement is None:
        raise NoMarket
    slug = door.slug
    yield Stop(
        role="creator",
        seconds=20,
        title=_("Your statement"),
        href=reverse("statements.studio_statement", args=[slug, month]),
        does=_("From what you earned to what is paid, and every line of it."),
        sees=month,
    )
    line = statements.lines_of(statement).filter(kind="commission", is_held=False)
    found = line.order_by("-amount_minor").first()
    if found is not None:
        key = statements.key_to_address(found.key)
        yield Stop(
            role="creator",
            seconds=40,
            title=_("Why did I get this?"),
            href=reverse("statements.studio_why", args=[slug, month, key]),
            does=_(
                "Read the sentence, follow it from the click to the order, download receipt and"
                " manifest, and recompute them with wavepool verify."
            ),
            sees=found.key,
        )
    yield Stop(
        role="creator",
        seconds=15,
        title=_("What is missing for a reward"),
        href=reverse("programmes.studio_tasks", args=[slug]),
        does=_("Every condition with what you have, need and lack, and until when."),
        sees=_("Tasks"),
    )
    yield Stop(
        role="creator",
        seconds=15,
        title=_("Your payouts"),
        href=reverse("payouts.studio_payouts", args=[slug]),
        does=_("What left, what waits, and what it was for."),
        sees=_("Payouts"),
    )


def _others(doors: dict[str, Any]) -> Iterator[Stop]:
    piece = content.list_public_pieces().first()
    yield Stop(
        role="consumer",
        seconds=15,
        title=_("What is new"),
        href=reverse("home"),
        does=_("Open a piece, follow it to the goods, buy with the sandbox."),
        sees="wavepool",
    )
    if piece is not None:
        yield Stop(
            role="consumer",
            seconds=15,
            title=_("A piece and its goods"),
            href=reverse("content.piece", args=[piece.public_id]),
            does=_("Seconds after you pay, the creator sees the line."),
            sees=piece.title,
        )
    yield Stop(
        role="merchant",
        seconds=40,
        title=_("What commission brings"),
        href=reverse("insights.spend", args=[doors["merchant"].slug]),
        does=_("What you spend beside what stays sold; what nobody can measure says so."),
        sees=_("Spend"),
    )
    agency = doors["agency"].slug
    yield Stop(
        role="agency",
        seconds=15,
        title=_("The annual frame"),
        href=reverse("programmes.agency_frame", args=[agency]),
        does=_("Your cell in quantity and quality, and what one more anchor adds."),
        sees=_("Frame"),
    )
    yield Stop(
        role="agency",
        seconds=15,
        title=_("Settlement by creator"),
        href=reverse("insights.agency_settlement", args=[agency]),
        does=_("The parts of every creator; they add up to the statement."),
        sees=_("Settlement"),
    )


def _staff(month: str) -> Iterator[Stop]:
    yield Stop(
        role="staff",
        seconds=25,
        title=_("An objection waits"),
        href=reverse("statements.staff_objections"),
        does=_("Answer it with reasons; who raised it cannot."),
        sees=_("Objections"),
    )
    yield Stop(
        role="staff",
        seconds=25,
        title=_("The month's close"),
        href=f"{reverse('insights.month_close')}?period={month}",
        does=_("What is done, whose turn it is, and what blocks it."),
        sees=_("Month close"),
    )
    waiting = payouts.list_batches().filter(state="awaiting").first()
    if waiting is not None:
        yield Stop(
            role="second_staff",
            seconds=25,
            title=_("A batch awaits its second signature"),
            href=reverse("payouts.batch", args=[waiting.public_id]),
            does=_("Sign exactly what is shown; the first person cannot sign again."),
            sees=waiting.public_id,
        )
