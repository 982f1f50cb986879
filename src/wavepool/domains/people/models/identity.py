"""Identity: verifications, payees, and who is paid for a creator."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models.accounts import Account
from wavepool.domains.people.models.parties import Agency, Creator, Person, Shop
from wavepool.plumbing import ids


def new_verification_id() -> str:
    """A public id of a verification."""
    return ids.new_id("ver")


class Verification(models.Model):
    """A claim to a legal identity, checked by staff; checked again every half year.

    The document's number is never stored: a keyed hash and its last digits are.
    States: submitted -> approved | refused | withdrawn; approved -> expired | superseded.
    """

    class State(models.TextChoices):
        """Where a verification stands."""

        SUBMITTED = "submitted", _("In review")
        APPROVED = "approved", _("Verified")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")
        SUPERSEDED = "superseded", _("Replaced by a newer one")

    class Kind(models.TextChoices):
        """Whose identity it is."""

        PERSON = "person", _("Natural person")
        COMPANY = "company", _("Company")

    class Document(models.TextChoices):
        """What was shown."""

        NATIONAL_ID = "national_id", _("National identity card")
        PASSPORT = "passport", _("Passport")
        RESIDENCE = "residence", _("Residence permit")
        LICENCE = "licence", _("Business licence")

    reference = models.CharField(max_length=40, unique=True, default=new_verification_id)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    account = models.ForeignKey(Account, models.PROTECT, related_name="verifications")
    creator = models.ForeignKey(Creator, models.PROTECT, null=True)
    shop = models.ForeignKey(Shop, models.PROTECT, null=True)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True)
    legal_name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, default="CN")
    document = models.CharField(max_length=16, choices=Document.choices)
    document_hash = models.CharField(max_length=64, db_index=True)
    document_last = models.CharField(max_length=4)
    # Public ids of files that passed the upload gate.
    files = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=State.choices, default=State.SUBMITTED)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)
    expires_at = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name=f"verification_one_in_review_per_{party}",
                fields=[party],
                condition=Q(state="submitted", **{f"{party}__isnull": False}),
            )
            for party in ("creator", "shop", "agency")
        ] + [
            models.CheckConstraint(
                name="verification_is_for_one_party",
                condition=Q(creator__isnull=False, shop=None, agency=None)
                | Q(creator=None, shop__isnull=False, agency=None)
                | Q(creator=None, shop=None, agency__isnull=False),
            ),
            models.CheckConstraint(
                name="verification_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("account")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "submitted_at"], name="verification_queue"),
        ]

    def __str__(self) -> str:
        return self.legal_name


class Payee(models.Model):
    """One legal identity that is paid; it may own any number of creators.

    `kind` and the filled column agree; a company is known by its licence's hash.
    """

    class Kind(models.TextChoices):
        """What kind of identity is paid."""

        PERSON = "person", _("Natural person")
        COMPANY = "company", _("Company")
        AGENCY = "agency", _("Agency")
        SHOP = "shop", _("Shop")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=120)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="payee")
    agency = models.OneToOneField(Agency, models.PROTECT, null=True, related_name="payee")
    shop = models.OneToOneField(Shop, models.PROTECT, null=True, related_name="payee")
    licence_hash = models.CharField(max_length=64, null=True, unique=True)
    # The account that answers for a company; a person's payee is held by the person.
    holder = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    # Days from receipt of the goods to settlement; shorter with earned trust.
    trust_days = models.PositiveSmallIntegerField(default=15)
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="payee_is_one_identity",
                condition=Q(kind="person", person__isnull=False, agency=None, shop=None)
                | Q(kind="company", person=None, agency=None, shop=None, holder__isnull=False)
                | Q(kind="agency", person=None, agency__isnull=False, shop=None)
                | Q(kind="shop", person=None, agency=None, shop__isnull=False),
            ),
            models.CheckConstraint(
                name="payee_trust_days_in_range", condition=Q(trust_days__lte=366)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        """Whether its legal identity was checked."""
        return self.verified_at is not None


class CreatorPayee(models.Model):
    """Who is paid for a creator in `[valid_from, valid_to)`; triggers refuse an overlap."""

    creator = models.ForeignKey(Creator, models.PROTECT, related_name="payees")
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="creators")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    set_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="creator_payee_one_now", fields=["creator"], condition=Q(valid_to=None)
            ),
            models.UniqueConstraint(
                name="creator_payee_starts_once", fields=["creator", "valid_from"]
            ),
            models.CheckConstraint(
                name="creator_payee_runs_forward",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        ordering: ClassVar = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.creator_id} · {self.payee_id}"
