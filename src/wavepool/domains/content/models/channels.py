"""Channels: where pieces are shown."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language


class Channel(models.Model):
    """A place where pieces are shown; policy says which scene it belongs to."""

    # The engine's channel id; policies name it, and never change it.
    id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name_zh if is_chinese and self.name_zh else self.name
