"""Marks of quality: what was measured or judged of a piece, by whom and why."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content.models.pieces import MILLION, Piece


class QualityMark(models.Model):
    """One value of one quality, from a moment on; the latest also stands on the piece."""

    class Kind(models.TextChoices):
        """What is said."""

        ORIGINALITY = "originality", _("Originality")
        COMPLETENESS = "completeness", _("Completeness")
        MEDIA_QUALITY = "media_quality", _("Media quality")
        REVIEW = "review", _("Review")

    piece = models.ForeignKey(Piece, models.PROTECT, related_name="marks", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    value_ppm = models.PositiveIntegerField()
    why = models.CharField(max_length=400)
    set_by = models.CharField(max_length=160)
    set_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="mark_of_piece", fields=["piece", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="mark_is_a_share", condition=Q(value_ppm__lte=MILLION)),
            models.CheckConstraint(name="mark_says_why", condition=~Q(why="")),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} {self.kind} {self.value_ppm}"


#: The kinds of marks; each is a column `KIND_ppm` of the piece.
QUALITIES: Final = tuple(QualityMark.Kind.values)
