"""Memberships: which account wears which hat, and with which rights."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models.accounts import Account
from wavepool.domains.people.models.parties import Agency, Creator, Shop, StaffTeam


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
                condition=(
                    Q(creator__isnull=False, shop=None, agency=None, team=None)
                    | Q(creator=None, shop__isnull=False, agency=None, team=None)
                    | Q(creator=None, shop=None, agency__isnull=False, team=None)
                    | Q(creator=None, shop=None, agency=None, team__isnull=False)
                ),
            ),
            *(
                models.UniqueConstraint(
                    name=f"membership_once_per_{party}",
                    fields=["account", party],
                    condition=Q(**{f"{party}__isnull": False}),
                )
                for party in ("creator", "shop", "agency", "team")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.role}"
