"""The Django app of the sandbox, for its words."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SandboxPayoutsConfig(AppConfig):
    """Name the connector for Django."""

    name = "wavepool.connectors.sandbox_payouts"
    label = "sandbox_payouts"
    verbose_name = _("Sandbox payouts")
