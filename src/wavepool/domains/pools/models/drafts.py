"""Daily drafts of a month: each pool from what came in to what goes out, and every share."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wavepool.domains.pools.models.periods import Period

MICRO = 1_000_000


class PeriodDraft(models.Model):
    """All pools of a month as one run shares them; whole or unseen, and kept for ever.

    `taken_rows` is the cursor of taking it in; readers look at drafts with `taken_at` only.
    """

    period = models.ForeignKey(Period, models.PROTECT, related_name="+", db_index=False)
    scores = models.OneToOneField("scores.Draft", models.PROTECT, related_name="+")
    run_id = models.CharField(max_length=60)
    as_of = models.DateTimeField()
    day = models.DateField()
    taken_rows = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="period_draft_once_per_run", fields=["period", "run_id"]),
        ]
        indexes: ClassVar = [
            models.Index(name="period_draft_by_time", fields=["period", "as_of"]),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} as of {self.day}"


class PoolDraft(models.Model):
    """One pool in one draft. What came in is what goes out, to the micro: the store insists."""

    draft = models.ForeignKey(PeriodDraft, models.CASCADE, related_name="+", db_index=False)
    pool_id = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    legs_minor = models.BigIntegerField()
    subsidy_minor = models.BigIntegerField()
    freed_minor = models.BigIntegerField()
    reversals_minor = models.BigIntegerField()
    deficit_in_minor = models.BigIntegerField()
    residue_in_micro = models.BigIntegerField()
    distributable_micro = models.BigIntegerField()
    value_total = models.BigIntegerField()
    distributed_micro = models.BigIntegerField()
    residue_out_micro = models.BigIntegerField()
    deficit_out_minor = models.BigIntegerField()
    payees = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="pool_draft_once", fields=["draft", "pool_id"]),
            models.CheckConstraint(
                name="pool_draft_adds_up_what_came_in",
                condition=Q(
                    distributable_micro=(
                        F("legs_minor")
                        + F("subsidy_minor")
                        + F("freed_minor")
                        - F("reversals_minor")
                        - F("deficit_in_minor")
                    )
                    * MICRO
                    + F("residue_in_micro")
                ),
            ),
            models.CheckConstraint(
                name="pool_draft_gives_out_what_came_in",
                condition=Q(
                    distributable_micro=F("distributed_micro")
                    + F("residue_out_micro")
                    - F("deficit_out_minor") * MICRO
                ),
            ),
            models.CheckConstraint(
                name="pool_draft_without_value_gives_nothing",
                condition=~Q(value_total=0) | Q(distributed_micro=0),
            ),
        ]

    def __str__(self) -> str:
        return self.pool_id

    @property
    def rolls_forward(self) -> bool:
        """Whether nobody has value in it, so that all of it opens the next month."""
        return self.value_total == 0

    @property
    def is_below_zero(self) -> bool:
        """Whether it owes its next month."""
        return self.deficit_out_minor > 0


class PoolScene(models.Model):
    """A scene of a pool: what it put in, what its evidence counts for, and with which weight."""

    draft = models.ForeignKey(PeriodDraft, models.CASCADE, related_name="+", db_index=False)
    pool_id = models.CharField(max_length=40)
    scene_id = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    weight_ppm = models.PositiveIntegerField()
    payees = models.PositiveIntegerField()
    value = models.BigIntegerField()
    legs_minor = models.BigIntegerField()
    reversals_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="pool_scene_once", fields=["draft", "pool_id", "scene_id"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scene_id} in {self.pool_id}"


class Share(models.Model):
    """A payee's part of a pool, and what the sales in its scenes alone would have paid.

    Attributes:
        entitlement_micro: the part of the pool, before the agency's part.
        agency_micro: what agencies under contract take of it.
        paid_minor: whole minor units, with what was carried in.
        direct_minor: direct legs of the payee's sales in the pool's scenes, less refunds.
        sales_only_minor: commission less fee of the sales that the payee won, less refunds:
            what a creator would have had if there were no pool.
    """

    draft = models.ForeignKey(PeriodDraft, models.CASCADE, related_name="+", db_index=False)
    pool_id = models.CharField(max_length=40)
    payee_id = models.BigIntegerField()
    value = models.BigIntegerField()
    entitlement_micro = models.BigIntegerField()
    agency_micro = models.BigIntegerField()
    carry_in_micro = models.BigIntegerField()
    paid_minor = models.BigIntegerField()
    carry_out_micro = models.BigIntegerField()
    direct_minor = models.BigIntegerField()
    sales_only_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="share_once", fields=["draft", "pool_id", "payee_id"]),
            models.CheckConstraint(
                name="share_pays_and_carries_what_it_has",
                condition=Q(
                    entitlement_micro=F("agency_micro")
                    + F("paid_minor") * MICRO
                    + F("carry_out_micro")
                    - F("carry_in_micro")
                ),
            ),
            models.CheckConstraint(
                name="share_not_negative",
                condition=Q(value__gte=0, entitlement_micro__gte=0, agency_micro__gte=0),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="share_of_payee", fields=["payee_id", "draft"]),
            models.Index(
                name="share_by_size", fields=["draft", "pool_id", "-entitlement_micro", "-id"]
            ),
        ]

    def __str__(self) -> str:
        return f"payee {self.payee_id} of {self.pool_id}"

    @property
    def bridge_micro(self) -> int:
        """What is the payee's own of the pool this month."""
        return self.entitlement_micro - self.agency_micro
