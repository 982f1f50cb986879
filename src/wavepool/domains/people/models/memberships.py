"""Memberships: which account wears which hat, and with which rights."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models.accounts import Account
from wavepool.domains.people.models.parties import Agency, Creator, Shop, StaffTeam

#: The columns of which exactly one names the party that a seat belongs to.
PARTIES: Final = ("creator", "shop", "agency", "team")


def _of_one_party() -> Q:
    """Exactly one of the four columns is filled."""
    choices = (Q(**{f"{each}__isnull": each != filled for each in PARTIES}) for filled in PARTIES)
    return reduce(or_, choices)


class Role(models.TextChoices):
    """A role and the rights that come with it; see `queries.RIGHTS`."""

    OWNER = "owner", _("Owner")
    OPERATOR = "operator", _("Operator")
    FINANCE = "finance", _("Finance")
    VIEWER = "viewer", _("Viewer")
    CO_PILOT = "co_pilot", _("Co-pilot")


class Membership(models.Model):
    """An account's role with exactly one creator, shop, agency or staff team."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    creator = models.ForeignKey(Creator, models.CASCADE, null=True, related_name="memberships")
    shop = models.ForeignKey(Shop, models.CASCADE, null=True, related_name="memberships")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, related_name="memberships")
    team = models.ForeignKey(StaffTeam, models.CASCADE, null=True, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    since_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="membership_is_with_one_party",
                condition=_of_one_party(),
            ),
            *(
                models.UniqueConstraint(
                    name=f"membership_once_per_{party}",
                    fields=["account", party],
                    condition=Q(**{f"{party}__isnull": False}),
                )
                for party in PARTIES
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.role}"


class Invitation(models.Model):
    """A seat that was offered by e-mail; its token is stored as a hash only.

    States: open -> accepted | declined | withdrawn; an open one lapses at `expires_at`.
    """

    class State(models.TextChoices):
        """Where an invitation stands."""

        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    creator = models.ForeignKey(Creator, models.CASCADE, null=True)
    shop = models.ForeignKey(Shop, models.CASCADE, null=True)
    agency = models.ForeignKey(Agency, models.CASCADE, null=True)
    team = models.ForeignKey(StaffTeam, models.CASCADE, null=True)
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    invited_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="invitation_is_of_one_party", condition=_of_one_party()),
            *(
                models.UniqueConstraint(
                    name=f"invitation_open_once_per_{party}",
                    fields=["email", party],
                    condition=Q(state="open", **{f"{party}__isnull": False}),
                )
                for party in PARTIES
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.role}"

    @property
    def party(self) -> Creator | Shop | Agency | StaffTeam:
        """Whom the seat belongs to."""
        party = self.creator or self.shop or self.agency or self.team
        assert party is not None
        return party
