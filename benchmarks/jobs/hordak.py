"""The peer: django-hordak's `transfer_to`, one after the other, on the same PostgreSQL."""

from __future__ import annotations

import importlib
import time
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.jobs.turns import rate_in_turn, wait_for_all


def run(url: str, single_s: float, meeting: str) -> dict[str, Any]:
    """Transfer to one hot account in turn with our ledger; give the rate."""
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

    def transfer_one(_number: int) -> None:
        giver.transfer_to(hot, money(1, "EUR"))

    wait_for_all(meeting, "hordak", count=2)
    rate = rate_in_turn(transfer_one, turn=0, of=2, seconds=single_s)
    wait_for_all(meeting, "hordak done", count=4)
    return {"single_rate": rate}
