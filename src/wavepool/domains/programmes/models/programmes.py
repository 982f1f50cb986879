"""What one run says of a month's programmes, and what became of its awards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wavepool.domains.programmes.models.subjects import OfSubject
from wavepool.plumbing import ids

_SOMEBODY = Q(creator__isnull=False) | Q(agency__isnull=False)


def new_award_id() -> str:
    """A public id of an award."""
    return ids.new_id("aw")


class Take(models.Model):
    """The programmes of one month as one run has them; whole or unseen.

    `taken_rows` is the cursor of taking it in; readers look at takes with `taken_at` only. Of an
    open month the latest take counts and earlier ones go; of a closed one the take of its final
    run counts, and stays.

    Attributes:
        run_id: public id of the run.
        period: the month, "2026-11".
        today_date: the local day up to which the run knows facts.
        policy_number: the version of the rules that the run went by.
    """

    run_id = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    is_final = models.BooleanField(default=False)
    as_of = models.DateTimeField()
    today_date = models.DateField()
    policy_number = models.PositiveIntegerField()
    taken_rows = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="programme_take_once", fields=["run_id", "period"]),
            models.UniqueConstraint(
                name="programme_take_final_once",
                fields=["period"],
                condition=Q(is_final=True, taken_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(name="programme_take_by_period", fields=["period"])]

    def __str__(self) -> str:
        return f"{self.period} of {self.run_id}"


class Award(OfSubject):
    """What a programme pays for one right; of a final take it never changes.

    Attributes:
        key: of the statement's line, e.g. "A:new_anchor_cash:new_anchor_cash:start:501".
        is_final: whether it stands for good; an estimate goes with its take.
        is_once: whether the right is used up for life by its person.
        conditions: what was asked for and reached, as the engine noted it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=new_award_id)
    take = models.ForeignKey(Take, models.CASCADE, related_name="+", db_index=False)
    period = models.CharField(max_length=7)
    key = models.CharField(max_length=160)
    is_final = models.BooleanField(default=False)
    is_once = models.BooleanField(default=False)
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    payee = models.ForeignKey("people.Payee", models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    claim_minor = models.BigIntegerField()
    scaled_micro = models.BigIntegerField()
    award_minor = models.BigIntegerField()
    claim_traffic_units = models.BigIntegerField()
    traffic_units = models.BigIntegerField()
    conditions = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="award_once_per_take", fields=["take", "key"]),
            models.UniqueConstraint(
                name="award_once_in_life",
                fields=["once_key", "person"],
                condition=Q(is_final=True, is_once=True),
            ),
            models.CheckConstraint(name="award_of_somebody", condition=_SOMEBODY),
            models.CheckConstraint(
                name="award_within_its_claim",
                condition=Q(award_minor__gte=0, traffic_units__gte=0)
                & Q(award_minor__lte=F("claim_minor"))
                & Q(traffic_units__lte=F("claim_traffic_units")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="award_of_creator", fields=["creator", "period"]),
            models.Index(name="award_of_agency", fields=["agency", "period"]),
            models.Index(name="award_of_programme", fields=["programme_id", "period"]),
            models.Index(name="award_by_key", fields=["key"]),
        ]

    def __str__(self) -> str:
        return self.key


class Outcome(models.Model):
    """What became of a final award: paid, and how much of it was taken back since.

    Attributes:
        award_minor: the award's own amount, which bounds what can be taken back.
        reference: what the payer's records call the payment.
    """

    award = models.OneToOneField(Award, models.PROTECT, related_name="outcome")
    award_minor = models.BigIntegerField()
    paid_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=120, blank=True)
    clawed_back_minor = models.BigIntegerField(default=0)
    clawed_back_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="award_outcome_within_award",
                condition=Q(clawed_back_minor__gte=0) & Q(clawed_back_minor__lte=F("award_minor")),
            ),
            models.CheckConstraint(
                name="award_taken_back_with_reason",
                condition=Q(clawed_back_minor=0, clawed_back_at=None, reason="")
                | Q(clawed_back_minor__gt=0, clawed_back_at__isnull=False) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.award_id)


class Clawback(models.Model):
    """One ruling that took an award back, or a part of it; each reference counts once."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=1000)
    noted_by = models.CharField(max_length=160)
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="clawback_once", fields=["award", "reference"]),
            models.CheckConstraint(
                name="clawback_above_zero_with_reason",
                condition=Q(amount_minor__gt=0) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Refusal(OfSubject):
    """A met claim that a guard or the budget stopped.

    Attributes:
        reason: the engine's word, e.g. "another_account_claims".
        closes_date: the first day on which the claim is no longer open.
    """

    take = models.ForeignKey(Take, models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=40)
    claim_minor = models.BigIntegerField()
    closes_date = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="refusal_of_somebody", condition=_SOMEBODY),
        ]
        indexes: ClassVar = [
            models.Index(name="refusal_of_take", fields=["take", "programme_id"]),
            models.Index(name="refusal_of_creator", fields=["creator", "take"]),
            models.Index(name="refusal_of_agency", fields=["agency", "take"]),
        ]

    def __str__(self) -> str:
        return f"{self.once_key} {self.reason}"


class BudgetCard(models.Model):
    """A programme's budget of the month, and what open windows can still cost.

    Attributes:
        high_minor: the most that can come; empty where a schedule has no ceiling.
    """

    take = models.ForeignKey(Take, models.CASCADE, related_name="+", db_index=False)
    programme_id = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    budget_minor = models.BigIntegerField()
    committed_minor = models.BigIntegerField()
    claims_minor = models.BigIntegerField()
    spent_minor = models.BigIntegerField()
    remaining_minor = models.BigIntegerField()
    traffic_budget_units = models.BigIntegerField()
    traffic_committed_units = models.BigIntegerField()
    traffic_claims_units = models.BigIntegerField()
    traffic_spent_units = models.BigIntegerField()
    traffic_remaining_units = models.BigIntegerField()
    is_scaled = models.BooleanField()
    open_subjects = models.BigIntegerField()
    low_minor = models.BigIntegerField()
    on_pace_minor = models.BigIntegerField()
    high_minor = models.BigIntegerField(null=True)
    on_pace_traffic_units = models.BigIntegerField()
    high_traffic_units = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="budget_card_once", fields=["take", "programme_id"]),
            models.CheckConstraint(
                name="budget_card_spends_within_budget",
                condition=Q(budget_minor__gte=F("committed_minor") + F("spent_minor"))
                & Q(
                    traffic_budget_units__gte=F("traffic_committed_units")
                    + F("traffic_spent_units")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.programme_id
