"""The Django app of the sandbox, for its words."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SandboxPaymentsConfig(AppConfig):
    """Name the connector for Django."""

    name = "wavepool.connectors.sandbox_payments"
    label = "sandbox_payments"
    verbose_name = _("Sandbox payments")
