"""Batches and their payouts, found and listed; the digest that is signed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts.models import Batch, Payout, ResultFile
from wavepool.domains.payouts.queries.terms import ALONE_SPAN, two_persons_above
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State

_TONES: Final[dict[str, Any]] = {
    "draft": "neutral",
    "awaiting": "warning",
    "approved": "info",
    "sent": "info",
    "settled": "ok",
    "mixed": "error",
    "cancelled": "neutral",
}


def list_batches() -> QuerySet[Batch]:
    """Every batch."""
    return Batch.objects.all()


def get_batch(public_id: str) -> Batch:
    """A batch.

    Raises:
        NotFound: there is none.
    """
    batch = Batch.objects.select_related("retry_of").filter(public_id=public_id).first()
    if batch is None:
        raise NotFound(_("There is no such batch."))
    return batch


def payouts_of_batch(batch: Batch) -> QuerySet[Payout]:
    """The payouts of a batch."""
    return Payout.objects.filter(batch=batch).select_related("payee", "account")


def list_planned(batch: Batch) -> list[str]:
    """Payouts of a batch whose money is not reserved yet, in the order of their lines."""
    rows = Payout.objects.filter(batch=batch, state=Payout.State.PLANNED)
    return list(rows.order_by("line_no").values_list("public_id", flat=True))


def list_reported(batch: Batch) -> list[str]:
    """Payouts of a batch on their way of which the rail's report says something."""
    rows = Payout.objects.filter(batch=batch, state__in=Payout.ON_ITS_WAY, report__isnull=False)
    return list(rows.order_by("line_no").values_list("public_id", flat=True))


def list_payouts() -> QuerySet[Payout]:
    """Every payout with its batch and payee."""
    return Payout.objects.select_related("batch", "payee", "account")


def payouts_of_payee(payee_id: int | None) -> QuerySet[Payout]:
    """What was, is or will be paid to a payee; nothing for nobody."""
    if payee_id is None:
        return list_payouts().none()
    return list_payouts().filter(payee_id=payee_id).exclude(state=Payout.State.PLANNED)


def get_payout(public_id: str, *, payee_id: int | None = None) -> Payout:
    """A payout, of one payee where one is named.

    Raises:
        NotFound: there is none.
    """
    rows = list_payouts().filter(public_id=public_id)
    found = (rows if payee_id is None else rows.filter(payee_id=payee_id)).first()
    if found is None:
        raise NotFound(_("There is no such payout."))
    return found


def waiting_payouts() -> QuerySet[Payout]:
    """Payouts of which nobody knows yet whether they arrived."""
    return list_payouts().filter(state__in=Payout.ON_ITS_WAY)


def digest_of(batch: Batch) -> str:
    """SHA-256 of what is signed: rail, currency, and who gets how much on which account."""
    rows = (
        Payout.objects.filter(batch=batch)
        .exclude(state=Payout.State.CANCELLED)
        .order_by("line_no")
        .values_list(
            "public_id", "line_no", "payee_id", "account__public_id", "account__number_hash",
            "account__name", "account__rail", "currency", "amount_minor",
        )
    )  # fmt: skip
    content = [batch.public_id, batch.rail, batch.currency, [list(each) for each in rows]]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def needs_two(batch: Batch, *, at: datetime) -> bool:
    """Whether a second person has to sign; what one signed alone lately counts with it."""
    alone = Batch.objects.filter(
        currency=batch.currency,
        needs_two=False,
        approved_at__gt=at - ALONE_SPAN,
        state__in=Batch.SIGNED,
    ).exclude(pk=batch.pk)
    alone_minor = alone.aggregate(total=Coalesce(Sum("total_minor"), 0))["total"]
    limit_minor = two_persons_above(batch.currency, at=at)
    return bool(batch.total_minor + alone_minor > limit_minor)


def list_changeable(batch: Batch, *, most: int) -> list[Payout]:
    """Payouts that can still be left out of a batch, the first lines."""
    rows = payouts_of_batch(batch).filter(state=Payout.State.PLANNED)
    return list(rows.order_by("line_no")[:most])


def count_waiting() -> int:
    """How many payouts wait for an answer."""
    return waiting_payouts().count()


def sums_of(batch: Batch) -> dict[str, tuple[int, int]]:
    """Of each state of its payouts how many and how much."""
    rows = (
        Payout.objects.filter(batch=batch)
        .order_by("state")
        .values("state")
        .annotate(count=Count("pk"), total=Sum("amount_minor"))
    )
    return {row["state"]: (row["count"], int(row["total"])) for row in rows}


def results_of_batch(batch: Batch) -> QuerySet[ResultFile]:
    """Result files of a batch, the newest first."""
    return ResultFile.objects.filter(batch=batch).order_by("-taken_at", "-pk")


def get_result(public_id: str) -> ResultFile:
    """A result file.

    Raises:
        NotFound: there is none.
    """
    found = ResultFile.objects.select_related("batch").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such result file."))
    return found


def batch_state(batch: Batch) -> State:
    """Where a batch stands, as people see it."""
    return State(
        name=batch.state,
        label=Batch.State(batch.state).label,
        tone=_TONES[batch.state],
        why=batch.why if batch.state in {"cancelled", "draft"} else "",
    )


def batch_state_choices() -> list[tuple[str, str]]:
    """States of batches, to choose from."""
    return [(each.value, str(each.label)) for each in Batch.State]


def count_awaiting() -> int:
    """Batches that wait for a second signature."""
    return Batch.objects.filter(state=Batch.State.AWAITING).count()
