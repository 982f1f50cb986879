"""Reads of risk: what is held, whose, why, and what nobody could see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import queries as credits
from wavepool.domains.people import queries as people
from wavepool.domains.people.queries import Workspace
from wavepool.domains.risk.models import Hold
from wavepool.domains.risk.tables import moment, ruling_table
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import Event, State, Tone

FULL_PPM: Final = 1_000_000
WAITING: Final = (Hold.State.OPEN, Hold.State.APPEALED)
_TONES: Final[dict[str, Tone]] = {
    "open": "warning",
    "appealed": "warning",
    "ruled": "info",
    "expired": "neutral",
    "lifted": "ok",
}
_RULES: Final[dict[str, Any]] = {
    "hard_link_to_winner": _("The buyer is tied to whoever earns on the order"),
    "core_above_chance": _("The buyers met more often than chance allows"),
}
_LINKS: Final[dict[str, Any]] = {
    "device": _("the same device"),
    "pay_account": _("the same payment account"),
    "payout_account": _("the same payout account"),
    "address": _("the same address"),
    "self": _("the same person"),
}
_NODES: Final[dict[str, Any]] = {
    "buyer": _("the buyer"),
    "payee": _("the payee"),
    "creator": _("the creator"),
    "shop": _("the shop"),
    "device": _("a device"),
    "account": _("an account"),
}
_FIGURES: Final[dict[str, Any]] = {
    "core": _("Others of the group whom the buyer met, at least"),
    "null_max": _("The most that chance reached"),
    "partners": _("Suspects whom the buyer met"),
    "co_sessions": _("Meetings with them"),
    "payees": _("Payees at which they met"),
    "houses": _("Independent houses at which they met"),
    "payee_ring_purchases": _("Purchases of the group at this payee"),
    "payee_purchases": _("All purchases at this payee"),
    "payee_met_pairs": _("Pairs that met"),
    "payee_expected_micro": _("Pairs that chance would bring together, in millionths"),
}
_CLASSES: Final[dict[str, Any]] = {
    "flagged": _("Buyers who are flagged"),
    "watched": _("Seen well enough"),
    "one_house": _("Buyers of one house only"),
    "crowded_bucket": _("Orders in crowded minutes"),
    "few_meetings": _("Buyers who met others rarely"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Money of a month by how far a look for rings could see it."""

    period: str
    currency: str
    label: Any
    is_residual: bool
    buyers: int
    lines: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One row of a hold's evidence, in words."""

    text: Any
    value: str
    at: datetime | None = None


def list_holds() -> QuerySet[Hold]:
    """Every hold."""
    return Hold.objects.select_related("creator", "payee")


def holds_of_creator(creator_id: int) -> QuerySet[Hold]:
    """The holds on what one creator's content earned."""
    return list_holds().filter(creator_id=creator_id)


def open_holds(payee_ids: Iterable[int]) -> QuerySet[Hold]:
    """Holds of some payees whose money is still parked, whoever decided meanwhile."""
    return _parked().filter(payee_id__in=list(payee_ids))


def parked_holds() -> QuerySet[Hold]:
    """Holds of everybody whose money is still parked."""
    return _parked()


def rule_text(rule: str) -> Any:
    """A rule that found a hold, in a sentence."""
    return _RULES.get(rule, rule)


def is_healthy(creator: Any) -> bool:
    """Whether no money is held of a creator or of anybody who is paid for it.

    A ruling does not make it healthy; the money's return does.
    """
    payees = people.list_creator_payees(creator.pk).values("payee_id")
    return not _parked().filter(Q(creator_id=creator.pk) | Q(payee_id__in=payees)).exists()


def held_of_creator(creator_id: int) -> dict[str, int]:
    """What is held of a creator, by currency."""
    rows = _parked().filter(creator_id=creator_id).values("currency")
    found = rows.annotate(sum_minor=Sum("amount_minor")).order_by("currency")
    return {row["currency"]: row["sum_minor"] for row in found}


def held_in_all() -> list[tuple[str, int, int]]:
    """Currency, sum and count of what is held of everybody."""
    rows = _parked().values("currency").annotate(sum_minor=Sum("amount_minor"), count=Count("pk"))
    return [(r["currency"], r["sum_minor"], r["count"]) for r in rows.order_by("currency")]


def count_due() -> int:
    """Holds that wait for somebody to decide."""
    return Hold.objects.filter(state=Hold.State.APPEALED).count()


def get_hold(public_id: str) -> Hold:
    """A hold by its public id, for staff.

    Raises:
        NotFound: there is none.
    """
    found = list_holds().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such hold."))
    return found


def access_hold(public_id: str, *, creator_id: int) -> Hold:
    """A hold of one creator.

    Raises:
        NotFound: there is none, or it is somebody else's; both look the same.
    """
    found = holds_of_creator(creator_id).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such hold."))
    return found


def rulings_against(
    payee_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, int]:
    """How many rulings in `[since, until)` left payees less than all, by payee; others lack."""
    rows = Hold.objects.filter(
        payee_id__in=list(payee_ids),
        state=Hold.State.RULED,
        kept_ppm__lt=FULL_PPM,
        decided_at__gte=since,
        decided_at__lt=until,
    )
    counted = rows.order_by().values("payee_id").annotate(n=Count("pk"))
    return {row["payee_id"]: row["n"] for row in counted}


def rulings_table() -> pa.Table:
    """What people decided, as the engine's next run reads it."""
    return ruling_table(Hold.objects.filter(state=Hold.State.RULED).order_by("hold_id"))


def list_exposure() -> list[Exposure]:
    """What the latest draft could not see, month by month."""
    run = credits.latest_run()
    if run is None:
        return []
    found = []
    for period in run.periods:
        rows = credits.read_run(run, "exposure", period=period).to_pylist()
        found += [
            Exposure(
                period=period,
                currency=row["currency"],
                label=_CLASSES[row["class"]],
                is_residual=row["is_residual"],
                buyers=row["buyers"],
                lines=row["lines"],
                amount_minor=row["direct_minor"] + row["pool_minor"],
            )
            for row in rows
        ]
    return found


def residual_of(exposure: Sequence[Exposure]) -> dict[str, int]:
    """The money that a ring could hide in, by currency."""
    sums: dict[str, int] = {}
    for each in exposure:
        if each.is_residual:
            sums[each.currency] = sums.get(each.currency, 0) + each.amount_minor
    return sums


def proofs_of(hold: Hold, *, with_names: bool) -> tuple[Proof, ...]:
    """The evidence in words; who the others are is for staff only."""
    if isinstance(hold.evidence, list):
        return tuple(_link(row, with_names=with_names) for row in hold.evidence)
    hidden = {"buyer_id", "group_id"}
    return tuple(
        Proof(text=_FIGURES.get(name, name), value=str(value))
        for name, value in hold.evidence.items()
        if with_names or name not in hidden
    )


def rule_label(hold: Hold) -> Any:
    """The rule that found it, in a sentence."""
    return rule_text(hold.rule)


def state_of_hold(hold: Hold) -> State:
    """A hold's state as a badge: never a good word while the money is parked."""
    until = hold.expires_at if hold.state in WAITING else None
    why: Any = {
        "open": rule_label(hold),
        "appealed": _("An appeal waits for another person of the team"),
        "ruled": hold.reason,
        "expired": _("Nobody decided in time; the default share applies"),
        "lifted": _("A later run no longer finds it"),
    }[hold.state]
    if hold.state in (Hold.State.RULED, Hold.State.EXPIRED):
        label = _kept_label(hold)
        if not hold.applied_period:
            return State(
                name=hold.state, label=label, tone="warning",
                why=_("Decided; the money is parked until the month's books are closed"),
            )  # fmt: skip
        return State(name=hold.state, label=label, tone=_TONES[hold.state], why=why)
    label = Hold.State(hold.state).label
    return State(name=hold.state, label=label, tone=_TONES[hold.state], why=why, until=until)


def events_of(hold: Hold) -> tuple[Event, ...]:
    """What happened to a hold, in order."""
    found = [Event(at=hold.opened_at, title=_("Held"), text=rule_label(hold), tone="warning")]
    if hold.confirmed_at:
        found.append(
            Event(at=hold.confirmed_at, title=_("Confirmed"), text=hold.confirmed_why,
                  who=hold.confirmed_name)
        )  # fmt: skip
    if hold.appealed_at:
        found.append(
            Event(at=hold.appealed_at, title=_("Appealed"), text=hold.appeal,
                  who=hold.appealed_name)
        )  # fmt: skip
    if hold.decided_at:
        found.append(
            Event(at=hold.decided_at, title=_kept_label(hold), text=hold.reason,
                  who=hold.decided_name)
        )  # fmt: skip
    return tuple(found)


def can_appeal(hold: Hold, *, workspace: Workspace, at: datetime) -> bool:
    """Whether the reader may say why it is wrong, and it is not too late."""
    is_own = workspace.can_finance and not workspace.on_behalf_of
    return is_own and hold.state == Hold.State.OPEN and at < hold.expires_at


def cause_choices() -> list[tuple[str, Any]]:
    """Causes as a filter offers them."""
    return list(Hold.Cause.choices)


def state_choices() -> list[tuple[str, Any]]:
    """States as a filter offers them."""
    return list(Hold.State.choices)


def _parked() -> QuerySet[Hold]:
    return Hold.objects.filter(applied_period="").exclude(state=Hold.State.LIFTED)


def _kept_label(hold: Hold) -> Any:
    if hold.state == Hold.State.LIFTED:
        return Hold.State.LIFTED.label
    if hold.kept_ppm == 1_000_000:
        return _("Given back")
    return _("Kept in part") if hold.kept_ppm else _("Freed for the pool")


def _link(row: Sequence[Any], *, with_names: bool) -> Proof:
    left, right, kind, seen_at = row
    if with_names:
        return Proof(text=_LINKS.get(kind, kind), value=f"{left} – {right}", at=moment(seen_at))
    names = [_NODES.get(node.partition(":")[0], _("an identity")) for node in (left, right)]
    return Proof(text=_LINKS.get(kind, kind), value=f"{names[0]} – {names[1]}", at=moment(seen_at))
