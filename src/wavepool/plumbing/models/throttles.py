"""Counters of attempts, raised before an attempt is looked at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ThrottleCounter(models.Model):
    """How often one key tried one thing since its window began.

    Attributes:
        name: what is limited, "sign_in.account".
        key: digest of whom it limits; addresses and names are not kept.
        started_s: start of the window, in seconds since 1970.
        count: attempts in the window, refused ones included.
    """

    name = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    started_s = models.BigIntegerField()
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "key"], name="throttle_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.count}"
