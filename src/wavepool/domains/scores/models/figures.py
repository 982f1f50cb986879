"""The rows of a draft: scenes, payees, creators, pieces, slots and base rates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wavepool.domains.scores.models.drafts import Draft


class _Sums(models.Model):
    """Influence and the three sums, in micro-viewers."""

    touches = models.BigIntegerField()
    viewers_micro = models.BigIntegerField()
    quality_micro = models.BigIntegerField()
    experience_micro = models.BigIntegerField()
    commerce_micro = models.BigIntegerField()

    class Meta:
        abstract = True


class SceneScore(_Sums):
    """A scene in one draft: everybody's sums, and the middle of its payees' rates.

    The medians are of shrunken rates, and missing where too few payees stand behind them.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="+", db_index=False)
    scene_id = models.CharField(max_length=40)
    payees = models.PositiveIntegerField()
    creators = models.PositiveIntegerField()
    value_total = models.BigIntegerField()
    quality_median_ppm = models.BigIntegerField(null=True)
    experience_median_ppm = models.BigIntegerField(null=True)
    commerce_median_ppm = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="scene_score_once", fields=["draft", "scene_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.scene_id} in {self.draft_id}"


class PayeeScore(_Sums):
    """What a payee's evidence in one scene is worth: what the pool pays by."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="+", db_index=False)
    payee_id = models.BigIntegerField()
    scene_id = models.CharField(max_length=40)
    value = models.BigIntegerField()
    quality_ppm = models.BigIntegerField()
    experience_ppm = models.BigIntegerField()
    commerce_ppm = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="payee_score_once", fields=["draft", "payee_id", "scene_id"]
            ),
            models.CheckConstraint(name="payee_score_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"payee {self.payee_id} in {self.scene_id}"


class CreatorScore(_Sums):
    """A creator in one scene: its own evidence, and its rank by shrunken rates.

    Handle, name and tier are those of the day, so that a list of then reads as it was; "" where
    the run knew somebody whom the platform does not.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="+", db_index=False)
    creator_id = models.BigIntegerField()
    payee_id = models.BigIntegerField()
    handle = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120, blank=True)
    tier = models.CharField(max_length=16, blank=True)
    scene_id = models.CharField(max_length=40)
    value = models.BigIntegerField()
    shown_ppm = models.BigIntegerField()
    rank = models.PositiveIntegerField()
    ranked = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="creator_score_once",
                fields=["draft", "creator_id", "payee_id", "scene_id"],
            ),
            models.CheckConstraint(
                name="creator_rank_in_range", condition=Q(rank__gte=1, rank__lte=F("ranked"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="creator_score_by_value", fields=["draft", "-value", "-id"]),
            models.Index(name="creator_score_by_rank", fields=["draft", "rank", "id"]),
        ]

    def __str__(self) -> str:
        return f"creator {self.creator_id} in {self.scene_id}"


class PieceScore(_Sums):
    """A piece in one scene; kept for the two latest drafts of a month.

    The factors are what the run multiplied quality by, in parts per million, None where the run's
    pieces are not at hand.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="+", db_index=False)
    piece_id = models.BigIntegerField()
    # How people call it and where it stands, as of the day; "" where the run's pieces say neither.
    title = models.CharField(max_length=200, blank=True)
    piece = models.CharField(max_length=40, blank=True)
    creator_id = models.BigIntegerField()
    payee_id = models.BigIntegerField()
    scene_id = models.CharField(max_length=40)
    value = models.BigIntegerField()
    factor_ppm = models.BigIntegerField(null=True)
    originality_ppm = models.BigIntegerField(null=True)
    completeness_ppm = models.BigIntegerField(null=True)
    media_quality_ppm = models.BigIntegerField(null=True)
    review_ppm = models.BigIntegerField(null=True)
    ai_share_ppm = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="piece_score_once",
                fields=["draft", "piece_id", "creator_id", "payee_id", "scene_id"],
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="piece_score_of_creator", fields=["draft", "creator_id", "-value"]),
        ]

    def __str__(self) -> str:
        return f"piece {self.piece_id} in {self.scene_id}"


class SlotScore(models.Model):
    """A payee's quality per viewer in one slot of a scene beside its peers there.

    Peers: mean of all, and their median where enough payees stand in the slot.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="+", db_index=False)
    payee_id = models.BigIntegerField()
    scene_id = models.CharField(max_length=40)
    slot = models.CharField(max_length=80, blank=True)
    viewers_micro = models.BigIntegerField()
    own_ppm = models.BigIntegerField()
    peers = models.PositiveIntegerField()
    peers_median_ppm = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="slot_score_once", fields=["draft", "payee_id", "scene_id", "slot"]
            ),
        ]

    def __str__(self) -> str:
        return f"payee {self.payee_id} in {self.scene_id}/{self.slot}"


class BaseRate(models.Model):
    """How often viewers of a slot gave each signal in the month before: what counts as usual."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="+", db_index=False)
    scene_id = models.CharField(max_length=40)
    slot = models.CharField(max_length=80, blank=True)
    touches = models.BigIntegerField()
    watch_ppm = models.BigIntegerField()
    save_ppm = models.BigIntegerField()
    share_ppm = models.BigIntegerField()
    follow_ppm = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="base_rate_once", fields=["draft", "scene_id", "slot"]),
        ]

    def __str__(self) -> str:
        return f"{self.scene_id}/{self.slot}"
