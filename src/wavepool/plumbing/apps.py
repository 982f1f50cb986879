"""The Django app that owns the rows of plumbing."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PlumbingConfig(AppConfig):
    """Name the app for Django and let every app register its jobs."""

    name = "wavepool.plumbing"
    label = "plumbing"
    verbose_name = _("Plumbing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the `tasks` of every app: each registers what it can do in the background."""
        autodiscover_modules("tasks")
