"""The Django app of the domain."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PayoutsConfig(AppConfig):
    """Name the domain for Django."""

    name = "wavepool.domains.payouts"
    label = "payouts"
    verbose_name = _("Payouts")
    default_auto_field = "django.db.models.BigAutoField"
