"""Contracts of creators with agencies: versions, consents, and how they end."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models.accounts import Account
from wavepool.domains.people.models.parties import Agency, Creator
from wavepool.plumbing import ids, states

PPM: Final = 1_000_000


class IncomeType(models.TextChoices):
    """What an agency may have a share in."""

    DIRECT = "direct", _("Direct commission")
    POOL = "pool", _("Pool awards")
    AWARD = "award", _("Programme awards")


class Side(models.TextChoices):
    """Who of the two speaks."""

    CREATOR = "creator", _("Creator")
    AGENCY = "agency", _("Agency")


def new_contract_id() -> str:
    """A public id of a contract."""
    return ids.new_id("ctr")


class Contract(models.Model):
    """One creator with one agency, from the first proposal to the end.

    States: proposed -> in_force -> notice -> ended, or proposed -> declined |
    withdrawn | lapsed. Notice goes back to in_force when it is taken back or overruled.
    """

    class State(models.TextChoices):
        """Where a contract stands."""

        PROPOSED = "proposed", _("Waiting for consent")
        IN_FORCE = "in_force", _("In force")
        NOTICE = "notice", _("Unbinding")
        ENDED = "ended", _("Ended")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LAPSED = "lapsed", _("Not answered in time")

    TONES: ClassVar[dict[str, states.Tone]] = {
        "proposed": "info",
        "in_force": "ok",
        "notice": "warning",
        "lapsed": "warning",
        "declined": "error",
    }

    WHY: ClassVar[dict[str, Promise]] = {
        "agreed": _("Both sides agreed to end it."),
        "unanswered": _("The request to end it was not answered in time."),
        "term_over": _("Its term is over."),
    }

    reference = models.CharField(max_length=40, unique=True, default=new_contract_id)
    creator = models.ForeignKey(Creator, models.PROTECT, related_name="contracts")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="contracts")
    state = models.CharField(max_length=16, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    # The end of the term while it runs, the true end after it; None: no end agreed.
    ends_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="contract_one_open_per_pair",
                fields=["creator", "agency"],
                condition=Q(state__in=["proposed", "in_force", "notice"]),
            ),
            models.CheckConstraint(
                name="contract_started_when_in_force",
                condition=~Q(state__in=["in_force", "notice", "ended"])
                | Q(started_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creator} · {self.agency}"

    @property
    def is_in_force(self) -> bool:
        """Whether its splits apply."""
        return self.state in {"in_force", "notice"}

    @property
    def badge(self) -> states.State:
        """Its state as people see it."""
        return _badge(self)


class ContractVersion(models.Model):
    """The terms of a contract from one moment on; a change is a new version.

    Both sides consent before a version applies; until then the one before does.
    `valid_from` and `valid_to` are half-open and empty until it applies.
    States: proposed -> in_force -> superseded | ended, or declined | withdrawn | lapsed.
    """

    class State(models.TextChoices):
        """Where a version stands."""

        PROPOSED = "proposed", _("Waiting for consent")
        IN_FORCE = "in_force", _("In force")
        SUPERSEDED = "superseded", _("Superseded")
        ENDED = "ended", _("Ended")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LAPSED = "lapsed", _("Not answered in time")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    direct_ppm = models.PositiveIntegerField()
    pool_ppm = models.PositiveIntegerField()
    award_ppm = models.PositiveIntegerField()
    is_exclusive = models.BooleanField(default=True)
    # Which data of the creator the agency may read, and what it may do in the studio.
    data_scope = models.JSONField(default=list)
    may = models.JSONField(default=list)
    ends_at = models.DateTimeField(null=True)
    unbinding_days = models.PositiveSmallIntegerField(default=15)
    state = models.CharField(max_length=16, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=16, choices=Side.choices)
    proposed_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    creator_agreed_at = models.DateTimeField(null=True)
    creator_agreed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    agency_agreed_at = models.DateTimeField(null=True)
    agency_agreed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answer_reason = models.CharField(max_length=400, blank=True)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="contract_version_number", fields=["contract", "number"]),
            models.UniqueConstraint(
                name="contract_one_version_in_force",
                fields=["contract"],
                condition=Q(state="in_force"),
            ),
            models.UniqueConstraint(
                name="contract_one_version_proposed",
                fields=["contract"],
                condition=Q(state="proposed"),
            ),
            models.CheckConstraint(
                name="contract_shares_in_range",
                condition=Q(direct_ppm__lte=PPM, pool_ppm__lte=PPM, award_ppm__lte=PPM),
            ),
            models.CheckConstraint(
                name="contract_applies_with_two_consents",
                condition=Q(valid_from=None)
                | Q(creator_agreed_at__isnull=False, agency_agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="contract_span_runs_forward",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"{self.contract} · {self.number}"

    def split_ppm(self, income_type: str) -> int:
        """The agency's share of one income type, in parts per million."""
        return int(getattr(self, f"{income_type}_ppm"))

    @property
    def held_types(self) -> tuple[str, ...]:
        """Income types that no other agency may share in: all when exclusive."""
        every = tuple(IncomeType.values)
        return every if self.is_exclusive else tuple(t for t in every if self.split_ppm(t))

    @property
    def awaits(self) -> str:
        """The side whose consent is missing, "" when it is not waiting."""
        if self.state != "proposed":
            return ""
        return "creator" if self.creator_agreed_at is None else "agency"


class ContractHold(models.Model):
    """An income type of a creator that a contract in force has taken; one contract at a time.

    The unique constraint decides a race of two agencies on either store.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="holds")
    creator = models.ForeignKey(Creator, models.CASCADE)
    income_type = models.CharField(max_length=16, choices=IncomeType.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="contract_hold_once", fields=["creator", "income_type"]),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} · {self.income_type}"


class Unbinding(models.Model):
    """One side asks to end a contract; silence until `answer_due_at` ends it.

    States: open -> agreed | done (unanswered) | withdrawn | objected; an objection is
    decided by staff: ruled_end | ruled_keep.
    """

    class State(models.TextChoices):
        """Where a request to end stands."""

        OPEN = "open", _("Waiting for an answer")
        AGREED = "agreed", _("Agreed")
        DONE = "done", _("Ended without an answer")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        OBJECTED = "objected", _("Objected")
        RULED_END = "ruled_end", _("Ended by a decision")
        RULED_KEEP = "ruled_keep", _("Kept by a decision")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="unbindings")
    asked_by = models.CharField(max_length=16, choices=Side.choices)
    reason = models.CharField(max_length=400)
    asked_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="unbinding_one_open",
                fields=["contract"],
                condition=Q(state__in=["open", "objected"]),
            ),
        ]
        ordering: ClassVar = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.contract_id} · {self.state}"


def _badge(contract: Contract) -> states.State:
    until = contract.ends_at if contract.state in {"in_force", "notice"} else None
    return states.State(
        name=contract.state,
        label=contract.get_state_display(),
        tone=Contract.TONES.get(contract.state, "neutral"),
        why=Contract.WHY.get(contract.ended_why, contract.ended_why),
        until=until,
    )
