"""A rail's report against our payouts and against the ledger's clearing account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger import queries as ledger
from wavepool.domains.payouts.models import Payout, ReportLine, Resolution
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State

#: Ours that a report should know.
_REPORTABLE: Final = ("sent", "unknown", "paid", "returned")
_LABELS: Final[dict[str, tuple[Any, Any]]] = {
    "matched": (_("Matched"), "ok"),
    "amount": (_("Another amount"), "error"),
    "state": (_("Another outcome"), "error"),
    "theirs": (_("Only in their report"), "error"),
    "ours": (_("Only with us"), "warning"),
    "noted": (_("Noted as not ours"), "neutral"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From what a rail says it paid to what the ledger says it was given.

    `theirs - only_theirs - other_amount - other_outcome + only_ours = ours = clearing`; where the
    last two differ, the books are wrong.

    Attributes:
        theirs_minor: paid by their report.
        only_theirs_minor: of that, payments that we do not know.
        amount_minor: how much more they paid of ours than we asked for.
        state_minor: what they paid and we do not count as paid, less the other way round.
        only_ours_minor: paid by our rows, and not in their report.
        ours_minor: paid by our rows.
        clearing_minor: the ledger's clearing account.
    """

    rail: str
    currency: str
    theirs_minor: int
    only_theirs_minor: int
    amount_minor: int
    state_minor: int
    only_ours_minor: int
    ours_minor: int
    clearing_minor: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever paid in this currency, by anybody's account."""
        return not (self.theirs_minor or self.ours_minor or self.clearing_minor)

    @property
    def is_sound(self) -> bool:
        """Whether every step leads to the next."""
        explained_minor = (
            self.theirs_minor
            - self.only_theirs_minor
            - self.amount_minor
            - self.state_minor
            + self.only_ours_minor
        )
        return explained_minor == self.ours_minor == self.clearing_minor


def bridge_of(rail: str, currency: str) -> Bridge:
    """Hold a rail's report against ours and the books: three queries."""
    theirs = _sums(
        ReportLine.objects.filter(rail=rail, currency=currency),
        all=("amount_minor", Q(state="paid")),
        only=("amount_minor", Q(state="paid", payout=None)),
        known=("amount_minor", Q(state="paid", payout__isnull=False)),
        known_ours=("payout__amount_minor", Q(state="paid", payout__isnull=False)),
        unpaid=("payout__amount_minor", Q(state="paid", payout__isnull=False)
                & ~Q(payout__state="paid")),
        denied=("payout__amount_minor", ~Q(state="paid") & Q(payout__state="paid")),
    )  # fmt: skip
    ours = _sums(
        Payout.objects.filter(batch__rail=rail, currency=currency),
        paid=("amount_minor", Q(state="paid")),
        only=("amount_minor", Q(state="paid", report=None)),
    )
    account = ledger.find_account(f"rail:{rail}:clearing:{currency}")
    return Bridge(
        rail=rail,
        currency=currency,
        theirs_minor=theirs["all"],
        only_theirs_minor=theirs["only"],
        amount_minor=theirs["known"] - theirs["known_ours"],
        state_minor=theirs["unpaid"] - theirs["denied"],
        only_ours_minor=ours["only"],
        ours_minor=ours["paid"],
        clearing_minor=account.balance_minor if account else 0,
    )


def lines_against_ours(rail: str) -> QuerySet[Any]:
    """A rail's lines with `verdict` and `rank`, what differs first."""
    noted = Resolution.objects.filter(line__isnull=False, outcome="applied").values("line")
    agrees = (
        Q(state="paid", payout__state="paid")
        | Q(state="failed", payout__state="failed")
        | Q(state="returned", payout__state="returned")
    )
    verdict = Case(
        When(payout=None, pk__in=noted, then=Value("noted")),
        When(payout=None, then=Value("theirs")),
        When(
            ~Q(amount_minor=F("payout__amount_minor")) | ~Q(currency=F("payout__currency")),
            then=Value("amount"),
        ),
        When(agrees, then=Value("matched")),
        default=Value("state"),
    )
    rows = ReportLine.objects.filter(rail=rail).select_related("payout", "payout__payee")
    rows = rows.annotate(verdict=verdict)
    rank = Case(
        When(verdict__in=["matched", "noted"], then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return rows.annotate(rank=rank)


def only_theirs(rail: str) -> QuerySet[Any]:
    """Lines of a rail's report that are none of ours and that nobody noted yet."""
    return lines_against_ours(rail).filter(verdict="theirs").order_by("pk")


def ours_without_report(rail: str) -> QuerySet[Payout]:
    """Payouts that a rail's report should know and does not."""
    rows = Payout.objects.filter(batch__rail=rail, state__in=_REPORTABLE, report=None)
    return rows.select_related("batch", "payee", "account")


def verdict_state(verdict: str) -> State:
    """How a line compares, as people see it."""
    label, tone = _LABELS[verdict]
    return State(name=verdict, label=label, tone=tone)


def verdict_choices() -> list[tuple[str, Any]]:
    """Verdicts on lines of reports, to choose from."""
    return [(name, label) for name, (label, _tone) in _LABELS.items() if name != "ours"]


def list_resolutions() -> QuerySet[Resolution]:
    """Every proposal to end a difference, with what it is about."""
    return Resolution.objects.select_related("payout", "line", "author", "decided_by")


def get_resolution(public_id: str) -> Resolution:
    """A proposal.

    Raises:
        NotFound: there is none.
    """
    found = list_resolutions().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such proposal."))
    return found


def get_report_line(line_id: int) -> ReportLine:
    """A line of a rail's report.

    Raises:
        NotFound: there is none.
    """
    found = ReportLine.objects.select_related("payout").filter(pk=line_id).first()
    if found is None:
        raise NotFound(_("There is no such line."))
    return found


def find_report_line(payout: Payout) -> ReportLine | None:
    """What the rail reports of a payout, if anything."""
    return ReportLine.objects.filter(payout=payout).first()


def resolution_state(found: Resolution) -> State:
    """Where a proposal stands."""
    tones: dict[str, Any] = {"open": "warning", "applied": "ok", "rejected": "neutral"}
    return State(
        name=found.outcome,
        label=Resolution.Outcome(found.outcome).label,
        tone=tones[found.outcome],
        why=found.answer,
    )


def _sums(rows: QuerySet[Any], **wanted: tuple[str, Q]) -> dict[str, int]:
    asked = {
        name: Coalesce(Sum(field, filter=condition), 0)
        for name, (field, condition) in wanted.items()
    }
    return {name: int(value) for name, value in rows.aggregate(**asked).items()}
