"""The Django app of the domain."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskConfig(AppConfig):
    """Name the domain for Django."""

    name = "wavepool.domains.risk"
    label = "risk"
    verbose_name = _("Risk")
    default_auto_field = "django.db.models.BigAutoField"
