"""The peer: django-hordak's `transfer_to`, one after the other, on the same PostgreSQL."""

from __future__ import annotations

import importlib
import time
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command


def run(url: str, single_s: float) -> dict[str, Any]:
    """Transfer to one hot account for some seconds; give the rate."""
    parts = urlsplit(url)
    store = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username,
        "HOST": parts.hostname,
        "PORT": parts.port,
    }
    settings.configure(
        DATABASES={"default": store},
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "mptt",
            "djmoney",
            "hordak",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="a benchmark",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    models = importlib.import_module("hordak.models")
    money = importlib.import_module("moneyed").Money
    kinds = {"name": "a", "currencies": ["EUR"]}
    hot = models.Account.objects.create(type="AS", code=f"{time.time_ns()}"[-6:], **kinds)
    giver = models.Account.objects.create(type="AS", code=f"{time.time_ns() + 1}"[-6:], **kinds)
    posted, started = 0, time.perf_counter()
    while time.perf_counter() - started < single_s:
        giver.transfer_to(hot, money(1, "EUR"))
        posted += 1
    return {"single_rate": posted / (time.perf_counter() - started)}
