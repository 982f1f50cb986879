"""The Django app of frames, components and wiring."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from wavepool.site import checks, logs


class SiteConfig(AppConfig):
    """Name the app for Django and register its checks."""

    name = "wavepool.site"
    label = "site"
    verbose_name = _("Site")

    def ready(self) -> None:
        """Register what `manage.py check` looks at, and let structlog write where Django does.

        Loading every app's `api` makes the scopes that API keys may carry known
        to the terminal too, which loads no addresses; `wiring` gives the domains their
        providers, in pages and jobs alike.
        """
        logs.configure_logs()
        checks.register_checks()
        autodiscover_modules("api", "wiring")
