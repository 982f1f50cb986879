"""How creators arrive: their accounts on channels, terms, and accounts of an older platform."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models.accounts import Account
from wavepool.domains.people.models.parties import Creator
from wavepool.plumbing import ids


def new_import_id() -> str:
    """A public id of an import."""
    return ids.new_id("imp")


class TermsConsent(models.Model):
    """A creator's consent to a version of the platform's terms."""

    creator = models.ForeignKey(Creator, models.CASCADE, related_name="consents")
    version = models.CharField(max_length=32)
    agreed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="terms_once", fields=["creator", "version"]),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} · {self.version}"


class AccountImport(models.Model):
    """A file of accounts of an older platform: read, shown, then taken over or dropped.

    States: preview -> done | dropped. `rows` are emptied once it is decided.
    """

    class State(models.TextChoices):
        """Where an import stands."""

        PREVIEW = "preview", _("Preview")
        DONE = "done", _("Taken over")
        DROPPED = "dropped", _("Dropped")

    reference = models.CharField(max_length=40, unique=True, default=new_import_id)
    platform = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=State.choices, default=State.PREVIEW)
    rows = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    rows_good = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    # How many were new and how many were brought up to date when it was taken over.
    rows_added = models.PositiveIntegerField(default=0)
    rows_updated = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_index=True)
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.platform} · {self.file_name}"


class OldAccount(models.Model):
    """An account of an older platform, waiting for its owner, with its history and level."""

    platform = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    old_level = models.CharField(max_length=60, blank=True)
    mapped_level = models.PositiveSmallIntegerField(default=0)
    followers = models.PositiveIntegerField(default=0)
    pieces = models.PositiveIntegerField(default=0)
    opened_on_date = models.DateField(null=True)
    # Hashes only: of the code that its owner was given, and of the owner's document.
    code_hash = models.CharField(max_length=64, blank=True)
    document_hash = models.CharField(max_length=64, blank=True, db_index=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    source = models.ForeignKey(AccountImport, models.PROTECT, related_name="accounts")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="old_account_once", fields=["platform", "external_id"]),
            models.CheckConstraint(
                name="old_account_level_in_range", condition=Q(mapped_level__lte=9)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} · {self.name}"


class Claim(models.Model):
    """A creator says that an old account is theirs; one wins.

    States: won -> lost; disputing -> won | lost by staff; a second claim of a taken
    account can only dispute.
    """

    class State(models.TextChoices):
        """Where a claim stands."""

        WON = "won", _("Yours")
        DISPUTING = "disputing", _("In dispute")
        LOST = "lost", _("Decided for another")

    class Means(models.TextChoices):
        """How it was shown."""

        CODE = "code", _("Code of the older platform")
        IDENTITY = "identity", _("Verified identity")
        EVIDENCE = "evidence", _("Evidence")

    account = models.ForeignKey(OldAccount, models.PROTECT, related_name="claims")
    creator = models.ForeignKey(Creator, models.PROTECT, related_name="claims")
    means = models.CharField(max_length=16, choices=Means.choices)
    state = models.CharField(max_length=16, choices=State.choices)
    evidence = models.CharField(max_length=1000, blank=True)
    claimed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="claim_one_winner", fields=["account"], condition=Q(state="won")
            ),
            models.UniqueConstraint(
                name="claim_open_once_per_pair",
                fields=["account", "creator"],
                condition=Q(state__in=["won", "disputing"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} · {self.creator_id}"


class ChannelAccount(models.Model):
    """One login or channel identity of a creator; what the engine calls an account."""

    creator = models.ForeignKey(Creator, models.PROTECT, related_name="channel_accounts")
    channel = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    # The old account that it came from, with its history.
    claimed_from = models.OneToOneField(OldAccount, models.PROTECT, null=True)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="channel_account_once",
                fields=["channel", "external_id"],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} · {self.name}"
