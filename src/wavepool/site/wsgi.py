"""The WSGI application that Granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from wavepool.site.telemetry import traced

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wavepool.site.settings")
application = traced(get_wsgi_application(), os.environ)
