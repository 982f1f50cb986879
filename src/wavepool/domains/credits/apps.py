"""The Django app of the domain."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditsConfig(AppConfig):
    """Name the domain for Django."""

    name = "wavepool.domains.credits"
    label = "credits"
    verbose_name = _("Credits")
    default_auto_field = "django.db.models.BigAutoField"
