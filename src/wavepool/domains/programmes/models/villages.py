"""The village cohort: farmers who learn to broadcast, with training and origin proved."""

from __future__ import annotations

from datetime import datetime
from string import digits
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Length, Replace
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _


def _beside_digits(field: str) -> Any:
    """What is left of a text when its digits are gone."""
    rest: Any = F(field)
    for digit in digits:
        rest = Replace(rest, Value(digit), Value(""))
    return rest


# Without a regular expression: a plain connection to SQLite, such as a backup's, has none.
_SIX_DIGITS: Final = Q(
    Exact(Length("county_code"), 6), Exact(_beside_digits("county_code"), Value(""))
)


class VillageAnchor(models.Model):
    """A farmer's way into the cohort; where it stands follows from its dates.

    applied -> training (accepted) -> trial (training and origin confirmed) -> certified ->
    lapsed; applied, training and trial may end refused.
    """

    public_id = models.CharField(max_length=40, unique=True)
    creator = models.OneToOneField("people.Creator", models.PROTECT, related_name="+")
    # The county by its six digits, as the national code of places has it.
    county_code = models.CharField(max_length=6)
    county_name = models.CharField(max_length=80)
    about = models.CharField(max_length=600)
    applied_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    trial_at = models.DateTimeField(null=True)
    certified_at = models.DateTimeField(null=True)
    certified_until_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Why it was refused or taken back; whoever ends it says why.
    why = models.CharField(max_length=400, blank=True)
    decided_by = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="village_by_county", fields=["county_code", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="village_steps_follow_each_other",
                condition=(
                    (Q(trial_at=None) | Q(accepted_at__isnull=False))
                    & (Q(certified_at=None) | Q(trial_at__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="village_certificate_has_an_end",
                condition=(
                    Q(certified_at=None, certified_until_at=None)
                    | Q(certified_until_at__gt=F("certified_at"))
                ),
            ),
            models.CheckConstraint(
                name="village_ends_with_a_reason", condition=Q(ended_at=None) | ~Q(why="")
            ),
            models.CheckConstraint(name="village_county_has_six_digits", condition=_SIX_DIGITS),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} · {self.county_name}"

    def stage_at(self, at: datetime) -> str:
        """Where it stands at a moment."""
        if self.ended_at is not None and self.ended_at <= at:
            return "lapsed" if self.certified_at else "refused"
        if self.certified_until_at is not None:
            return "certified" if at < self.certified_until_at else "lapsed"
        if self.trial_at is not None:
            return "trial"
        return "training" if self.accepted_at is not None else "applied"

    def is_certified(self, at: datetime) -> bool:
        """Whether it earns as a village anchor at a moment."""
        return self.stage_at(at) == "certified"


class Proof(models.Model):
    """Something that one person hands in and another of staff confirms or refuses."""

    class State(models.TextChoices):
        """How far its check has come."""

        SUBMITTED = "submitted", _("Waiting for review")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    public_id = models.CharField(max_length=40, unique=True)
    # The public id of the file; only the creator's people and staff may open it.
    document = models.CharField(max_length=40)
    handed_in_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    reviewed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=400, blank=True)

    class Meta:
        abstract = True


def _proof_rules(name: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            name=f"{name}_is_reviewed_by_another",
            condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("handed_in_by")),
        ),
        models.CheckConstraint(
            name=f"{name}_is_decided_by_somebody",
            condition=Q(state="submitted")
            | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
        ),
        models.CheckConstraint(
            name=f"{name}_is_refused_with_a_reason", condition=~Q(state="refused", why="")
        ),
    ]


class Training(Proof):
    """A course that a farmer passed, and who confirmed it."""

    class Course(models.TextChoices):
        """What is taught."""

        BROADCAST = "broadcast", _("Broadcasting live")
        SELECTION = "selection", _("Choosing and describing goods")
        AFTER_SALES = "after_sales", _("Shipping and after-sales")
        RULES = "rules", _("Rules and food safety")

    anchor = models.ForeignKey(VillageAnchor, models.CASCADE, related_name="trainings")
    course = models.CharField(max_length=16, choices=Course.choices)
    passed_date = models.DateField()

    class Meta:
        constraints: ClassVar = [
            *_proof_rules("training"),
            models.UniqueConstraint(
                name="training_once_per_course",
                fields=["anchor", "course"],
                condition=Q(state__in=["submitted", "confirmed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.anchor_id} · {self.course}"


class OriginEvidence(Proof):
    """What shows that goods, or everything of a shop, come from the county."""

    anchor = models.ForeignKey(VillageAnchor, models.CASCADE, related_name="origins")
    item = models.ForeignKey("catalog.Item", models.PROTECT, null=True, related_name="+")
    shop = models.ForeignKey("people.Shop", models.PROTECT, null=True, related_name="+")
    county_code = models.CharField(max_length=6)
    county_name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            *_proof_rules("origin"),
            models.CheckConstraint(
                name="origin_is_of_goods_or_of_a_shop",
                condition=Q(item__isnull=True) ^ Q(shop__isnull=True),
            ),
            models.UniqueConstraint(
                name="origin_once_per_item",
                fields=["anchor", "item"],
                condition=Q(state__in=["submitted", "confirmed"], item__isnull=False),
            ),
            models.UniqueConstraint(
                name="origin_once_per_shop",
                fields=["anchor", "shop"],
                condition=Q(state__in=["submitted", "confirmed"], shop__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.anchor_id} · {self.county_name}"
