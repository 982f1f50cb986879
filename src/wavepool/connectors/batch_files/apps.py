"""The Django app of the batch files, for its words."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BatchFilesConfig(AppConfig):
    """Name the connector for Django."""

    name = "wavepool.connectors.batch_files"
    label = "batch_files"
    verbose_name = _("Batch files")
