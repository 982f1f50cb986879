"""The Django app of the domain."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoolsConfig(AppConfig):
    """Name the domain for Django."""

    name = "wavepool.domains.pools"
    label = "pools"
    verbose_name = _("Pools")
    default_auto_field = "django.db.models.BigAutoField"
