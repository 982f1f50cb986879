"""Versions of policy documents, and who wrote what."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies.models.kinds import KINDS
from wavepool.plumbing.states import State


class PolicyVersion(models.Model):
    """One version of one kind's document; it never changes once it was announced.

    Its validity is half-open, `[valid_from_at, valid_until_at)`, set when it is announced; a
    withdrawn version has none. The store refuses overlaps, a changed text and a lone author.

    Attributes:
        number: 1, 2, 3 … within the kind.
        replaces: number of the version in whose place it was written; 0 for the first.
        digest: sha256 of kind, number, `replaces`, first day and text: what two persons agree on.
        first_date: the day on which it is wanted in force; None for as soon as the notice allows.
        approved_digest: the digest that the second person saw.
        is_packaged: whether it came with the platform, as version 1.
    """

    class Stage(models.TextChoices):
        """Where a version stands."""

        DRAFT = "draft", _("Draft")
        NOTICE = "notice", _("Announced")
        IN_FORCE = "in_force", _("In force")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    replaces = models.PositiveIntegerField(default=0)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    summary = models.CharField(max_length=400, blank=True)
    first_date = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_digest = models.CharField(max_length=64, blank=True)
    approval = models.ForeignKey("plumbing.Approval", models.PROTECT, null=True, related_name="+")
    is_packaged = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    valid_from_at = models.DateTimeField(null=True)
    valid_until_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="policy_number_once", fields=["kind", "number"]),
            models.UniqueConstraint(
                name="policy_one_in_force", fields=["kind"], condition=Q(stage="in_force")
            ),
            models.UniqueConstraint(
                name="policy_one_announced", fields=["kind"], condition=Q(stage="notice")
            ),
            models.UniqueConstraint(
                name="policy_one_open_end",
                fields=["kind"],
                condition=Q(valid_from_at__isnull=False, valid_until_at=None),
            ),
            models.CheckConstraint(name="policy_kind_known", condition=Q(kind__in=sorted(KINDS))),
            models.CheckConstraint(
                name="policy_window_half_open",
                condition=Q(valid_until_at=None) | Q(valid_from_at__lt=F("valid_until_at")),
            ),
            models.CheckConstraint(
                name="policy_window_of_stage",
                condition=(
                    Q(stage__in=["draft", "withdrawn"], valid_from_at=None, valid_until_at=None)
                    | Q(stage="notice", valid_from_at__isnull=False, valid_until_at=None)
                    | Q(stage="in_force", valid_from_at__isnull=False)
                    | Q(stage="superseded", valid_until_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="policy_two_persons",
                condition=(
                    Q(stage__in=["draft", "withdrawn"])
                    | Q(is_packaged=True, number=1)
                    | Q(approval__isnull=False)
                    & Q(approved_by__isnull=False)
                    & ~Q(approved_by=F("author"))
                    & Q(approved_digest=F("digest"))
                ),
            ),
            models.CheckConstraint(
                name="policy_withdrawn_says_why",
                condition=~Q(stage="withdrawn") | (~Q(reason="") & Q(withdrawn_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "valid_from_at"], name="policy_by_validity")
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.number}"

    @property
    def subject(self) -> str:
        """How approvals and the audit trail call it."""
        return f"policy/{self.kind}/v{self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited."""
        return self.stage == self.Stage.DRAFT

    @property
    def is_public(self) -> bool:
        """Whether it was ever announced, so that everybody may read it."""
        return self.announced_at is not None

    @property
    def can_withdraw(self) -> bool:
        """Whether it is on its way and may be taken back."""
        return self.stage in {self.Stage.DRAFT, self.Stage.NOTICE}

    def holds_at(self, at: datetime) -> bool:
        """Whether it is in force at an instant."""
        is_over = self.valid_until_at is not None and self.valid_until_at <= at
        return self.valid_from_at is not None and self.valid_from_at <= at and not is_over

    def begins_after(self, at: datetime) -> bool:
        """Whether it is announced and not yet in force."""
        return self.valid_from_at is not None and self.valid_from_at > at

    #: The time at which a page shows it; the stored stage may lag behind by one tick of a job.
    seen_at: datetime | None = None

    @property
    def seen_stage(self) -> str:
        """Its stage at `seen_at`, by the announced validity."""
        if self.seen_at is not None and self.valid_from_at is not None:
            if self.begins_after(self.seen_at):
                return self.Stage.NOTICE
            return self.Stage.IN_FORCE if self.holds_at(self.seen_at) else self.Stage.SUPERSEDED
        return self.stage

    @property
    def state(self) -> State:
        """Its stage as people see it: why, and until when."""
        if self.stage == self.Stage.DRAFT:
            return State(
                name="draft", label=_("Draft"), why=_("Nobody outside the team sees it yet.")
            )
        if self.seen_stage == self.Stage.NOTICE:
            return State(
                name="notice",
                label=_("Announced"),
                tone="info",
                why=_("It binds from the day shown; until then the version before holds."),
                until=self.valid_from_at,
            )
        if self.seen_stage == self.Stage.IN_FORCE:
            return _in_force(self.valid_until_at)
        if self.seen_stage == self.Stage.SUPERSEDED:
            return State(
                name="superseded",
                label=_("Superseded"),
                why=_("It still decides about what happened while it was in force."),
                until=self.valid_until_at,
            )
        return State(name="withdrawn", label=_("Withdrawn"), tone="warning", why=self.reason)


class PolicyEdit(models.Model):
    """One saved state of a draft: who wrote it; none of them may approve it."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="edits")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    edited_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["version", "edited_at"], name="policy_edits")]

    def __str__(self) -> str:
        return f"{self.version} by {self.account}"


def _in_force(until: datetime | None) -> State:
    why = (
        _("Its successor is announced and takes over at the time shown.")
        if until
        else _("It holds until a successor was announced and its notice has passed.")
    )
    return State(name="in_force", label=_("In force"), tone="ok", why=why, until=until)
