"""A month of the pools, from open to paid; it never goes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.states import State

#: How long late facts still change a month's draft before it is put to objection.
DRAFT_TIME: Final = timedelta(days=3)
#: How long payees may object to the published draft.
OBJECTION_TIME: Final = timedelta(days=7)


class Period(models.Model):
    """A month, half-open `[starts_at, ends_at)`.

    Which state it is in follows from the clock and three facts: a draft was published, the month
    was closed, it was paid. None of them is ever taken back; the store's triggers see to it.

    Attributes:
        published: the draft that payees may object to.
        objection_ends_at: until when; fixed when the draft was published.
        final: the draft that is paid.
        payment_reference: of the payment, as the payer's records name it.
    """

    name = models.CharField(max_length=7, unique=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    published = models.ForeignKey(
        "pools.PeriodDraft", models.PROTECT, null=True, related_name="+", db_index=False
    )
    published_at = models.DateTimeField(null=True)
    objection_ends_at = models.DateTimeField(null=True)
    final = models.ForeignKey(
        "pools.PeriodDraft", models.PROTECT, null=True, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=160, blank=True)
    paid_at = models.DateTimeField(null=True)
    paid_by = models.CharField(max_length=160, blank=True)
    payment_reference = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="pool_period_half_open", condition=Q(starts_at__lt=F("ends_at"))
            ),
            models.CheckConstraint(
                name="pool_period_published_after_its_end",
                condition=Q(published=None, published_at=None, objection_ends_at=None)
                | Q(published__isnull=False)
                & Q(published_at__gte=F("ends_at"))
                & Q(objection_ends_at__gt=F("published_at")),
            ),
            models.CheckConstraint(
                name="pool_period_closed_after_objections",
                condition=Q(closed_at=None, final=None)
                | Q(final__isnull=False) & Q(closed_at__gte=F("objection_ends_at")),
            ),
            models.CheckConstraint(
                name="pool_period_paid_after_close",
                condition=Q(paid_at=None, payment_reference="")
                | ~Q(payment_reference="") & Q(paid_at__gte=F("closed_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def publish_due_at(self) -> datetime:
        """When its draft is put to objection."""
        return self.ends_at + DRAFT_TIME

    @property
    def is_closed(self) -> bool:
        """Whether its shares are final."""
        return self.closed_at is not None

    def state_at(self, at: datetime) -> State:
        """Where it stands at a time: why, and until when."""
        if self.paid_at is not None:
            return State(name="paid", label=_("Paid"), tone="ok", why=self.payment_reference)
        if self.closed_at is not None:
            return State(
                name="closed",
                label=_("Closed"),
                tone="ok",
                why=_("The shares are final and wait for payment."),
            )
        if self.published_at is not None:
            return _objection(self.objection_ends_at, at)
        if at >= self.ends_at:
            return State(
                name="draft",
                label=_("Draft"),
                tone="info",
                why=_("The month is over; late facts still change it until it is published."),
                until=self.publish_due_at,
            )
        return State(
            name="open",
            label=_("Open"),
            tone="live",
            why=_("The month runs; its draft is made anew each day."),
            until=self.ends_at,
        )

    def takes_objections(self, at: datetime) -> bool:
        """Whether payees may object now."""
        ends_at = self.objection_ends_at
        return ends_at is not None and not self.is_closed and at < ends_at


def _objection(ends_at: datetime | None, at: datetime) -> State:
    assert ends_at is not None, "a published month says until when one may object"
    if at < ends_at:
        return State(
            name="objection",
            label=_("Objections"),
            tone="warning",
            why=_("Payees may object to the published draft."),
            until=ends_at,
        )
    return State(
        name="objection",
        label=_("Objections"),
        tone="warning",
        why=_("The time for objections is over; the month closes when each is answered."),
    )
