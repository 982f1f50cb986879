"""What happens after payment: refunds, cancellations, complaints, ratings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders.models.orders import AMOUNT_MAX, OrderLine
from wavepool.domains.orders.models.payments import PaymentAttempt


class RefundRequest(models.Model):
    """A buyer asks for money back on a line; the shop answers, or its silence does."""

    class State(models.TextChoices):
        """Where a request stands."""

        ASKED = "asked", _("Waiting for the shop")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    public_id = models.CharField(max_length=40, unique=True)
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="refund_requests")
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(name="refund_request_waiting", fields=["state", "answer_due_at"])
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="refund_request_one_open_per_line",
                fields=["line"],
                condition=Q(state="asked"),
            ),
            models.CheckConstraint(
                name="refund_request_asks_for_something",
                condition=Q(amount_minor__gte=1, amount_minor__lte=AMOUNT_MAX),
            ),
            models.CheckConstraint(
                name="refund_request_is_refused_with_a_reason",
                condition=~Q(state="refused", answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Refund(models.Model):
    """Money given back on a line: a fact, added and never changed."""

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="refunds")
    request = models.OneToOneField(RefundRequest, models.PROTECT, null=True, related_name="refund")
    external_id = models.CharField(max_length=64, blank=True)
    refund_minor = models.BigIntegerField()
    refunded_at = models.DateTimeField()
    known_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="refund_once_per_line",
                fields=["line", "external_id"],
                condition=~Q(external_id=""),
            ),
            models.CheckConstraint(
                name="refund_is_not_negative",
                condition=Q(refund_minor__gte=0, refund_minor__lte=AMOUNT_MAX),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.refund_minor}"


class Payback(models.Model):
    """A refund on its way through the provider: called with its key until it is done."""

    class State(models.TextChoices):
        """What is known of it."""

        OPEN = "open", _("On its way")
        DONE = "done", _("Paid back")

    public_id = models.CharField(max_length=40, unique=True)
    refund = models.OneToOneField(Refund, models.PROTECT, related_name="payback")
    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, related_name="paybacks")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    tries = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="payback_by_state", fields=["state", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="payback_is_done_at_a_time",
                condition=Q(state="open", done_at=None) | Q(state="done", done_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class Cancellation(models.Model):
    """A line called off: reverses all of it; where nothing was paid, the only way back."""

    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="cancellation")
    cancelled_at = models.DateTimeField()
    known_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.line_id)


class Complaint(models.Model):
    """A buyer's complaint about a line. States: opened -> answered -> resolved | escalated.

    A merchant who is silent until `answer_due_at` escalates it; staff resolve what is escalated.
    """

    class State(models.TextChoices):
        """Where a complaint stands."""

        OPENED = "opened", _("Waiting for the shop")
        ANSWERED = "answered", _("Answered")
        ESCALATED = "escalated", _("With our staff")
        RESOLVED = "resolved", _("Resolved")

    public_id = models.CharField(max_length=40, unique=True)
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="complaints")
    # The shop of its order, for the shop's list.
    shop = models.ForeignKey("people.Shop", models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPENED)
    opened_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    ruling = models.CharField(max_length=1000, blank=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(name="complaint_of_shop", fields=["shop", "id"]),
            models.Index(name="complaint_waiting", fields=["state", "answer_due_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="complaint_one_open_per_line",
                fields=["line"],
                condition=~Q(state="resolved"),
            ),
            models.CheckConstraint(
                name="complaint_is_resolved_at_a_time",
                condition=~Q(state="resolved") | Q(resolved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_is_answered_with_words",
                condition=~Q(state="answered") | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Feedback(models.Model):
    """What a person said about a line or a piece: a fact, added and never changed."""

    class Kind(models.TextChoices):
        """What it is."""

        COMPLAINT = "complaint", _("Complaint")
        RATING = "rating", _("Rating")
        REPORT = "report", _("Report")

    line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="feedback")
    # Key of a piece of content.
    piece_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    score_ppm = models.PositiveIntegerField(null=True)
    text = models.CharField(max_length=1000, blank=True)
    given_at = models.DateTimeField()
    known_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="rating_once_per_line",
                fields=["line"],
                condition=Q(kind="rating", line__isnull=False),
            ),
            models.CheckConstraint(
                name="feedback_is_about_something",
                condition=Q(line__isnull=False) | Q(piece_id__isnull=False),
            ),
            models.CheckConstraint(
                name="rating_has_a_score",
                condition=~Q(kind="rating") | Q(score_ppm__isnull=False),
            ),
            models.CheckConstraint(
                name="feedback_score_is_a_share",
                condition=Q(score_ppm=None) | Q(score_ppm__lte=1_000_000),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.line_id or self.piece_id}"
