"""Watching that goes on: what the server saw so far; becomes a touch when it ends."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Watch(models.Model):
    """One visit of one viewer to one piece, or to one item of it."""

    # Digest of source, watch id and item: one row for each.
    key = models.UUIDField(primary_key=True)
    viewer_id = models.BigIntegerField(db_index=True)
    piece_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    channel_id = models.CharField(max_length=60)
    session_id = models.BigIntegerField(null=True)
    item_id = models.BigIntegerField(null=True)
    shop_id = models.BigIntegerField(null=True)
    link_id = models.BigIntegerField(null=True)
    slot = models.CharField(max_length=60, blank=True)
    first_ms = models.BigIntegerField()
    last_ms = models.BigIntegerField(db_index=True)
    dwell_ms = models.BigIntegerField(default=0)
    is_clicked = models.BooleanField(default=False)
    is_saved = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    is_followed = models.BooleanField(default=False)
    is_disliked = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="watch_dwell_fits_its_span",
                condition=Q(dwell_ms__gte=0, last_ms__gte=models.F("first_ms")),
            ),
        ]
