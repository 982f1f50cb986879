"""Objections to a line: raised by the payee's people, answered with reasons by somebody else."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import ids


def new_objection_id() -> str:
    """A public id of an objection."""
    return ids.new_id("lob")


class Objection(models.Model):
    """One objection to one line of a statement.

    It names the line by month, payee and key and keeps what the line said: the take that it was
    read from may be followed by another.

    Attributes:
        creator, agency, shop: whose people raised it; one of them.
        is_final: whether the statement was final when it was raised.
        file: the public id of the evidence, "" for none.
        confirmed_by: who had confirmed the hold on the line when it was answered.
        correction_minor: what is asked to be corrected, + to the payee; nothing where the month
            is counted anew anyway.
        correction: the correction that was asked for, by its public id.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("Waits for an answer")
        UPHELD = "upheld", _("Upheld")
        REJECTED = "rejected", _("Rejected")

    public_id = models.CharField(max_length=40, unique=True, default=new_objection_id)
    payee = models.ForeignKey("people.Payee", models.PROTECT, related_name="+", db_index=False)
    creator = models.ForeignKey("people.Creator", models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey("people.Agency", models.PROTECT, null=True, related_name="+")
    shop = models.ForeignKey("people.Shop", models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=7)
    line_key = models.CharField(max_length=160)
    line_kind = models.CharField(max_length=12)
    order_line_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    is_final = models.BooleanField()
    text = models.CharField(max_length=2000)
    file = models.CharField(max_length=40, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    correction_minor = models.BigIntegerField(null=True)
    correction = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="line_objection_one_open",
                fields=["period", "payee", "line_key"],
                condition=Q(outcome="open"),
            ),
            models.CheckConstraint(
                name="line_objection_is_answered_with_a_reason_by_another",
                condition=Q(outcome="open", answered_by=None, answered_at=None, answer="")
                | ~Q(outcome="open")
                & ~Q(answer="")
                & Q(answered_at__gte=F("raised_at"))
                & Q(answered_by__isnull=False)
                & ~Q(answered_by=F("raised_by")),
            ),
            models.CheckConstraint(
                name="line_objection_is_not_answered_by_who_confirmed_the_hold",
                condition=Q(answered_by=None)
                | Q(confirmed_by=None)
                | ~Q(answered_by_id=F("confirmed_by")),
            ),
            models.CheckConstraint(
                name="line_objection_corrects_only_what_was_upheld",
                condition=Q(correction_minor=None, correction="")
                | Q(outcome="upheld") & ~Q(correction_minor=0),
            ),
            models.CheckConstraint(name="line_objection_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="line_objection_comes_from_one_side",
                condition=Q(creator__isnull=False, agency=None, shop=None)
                | Q(creator=None, agency__isnull=False, shop=None)
                | Q(creator=None, agency=None, shop__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="line_objection_by_deadline", fields=["outcome", "answer_due_at", "id"]
            ),
            models.Index(name="line_objection_of_line", fields=["payee", "period", "line_key"]),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def side(self) -> tuple[str, int]:
        """Whose people raised it: "creator", "agency" or "shop", and its id."""
        sides = ("creator", self.creator_id), ("agency", self.agency_id), ("shop", self.shop_id)
        return next((party, party_id) for party, party_id in sides if party_id is not None)

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.outcome == self.Outcome.OPEN
