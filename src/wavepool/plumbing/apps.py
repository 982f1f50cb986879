"""The Django app that owns the rows of plumbing."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlumbingConfig(AppConfig):
    """Name the app for Django."""

    name = "wavepool.plumbing"
    label = "plumbing"
    verbose_name = _("Plumbing")
    default_auto_field = "django.db.models.BigAutoField"
