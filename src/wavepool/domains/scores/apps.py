"""The Django app of the domain."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    """Name the domain for Django."""

    name = "wavepool.domains.scores"
    label = "scores"
    verbose_name = _("Scores")
    default_auto_field = "django.db.models.BigAutoField"
