"""Words by which creators and shops are found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from wavepool.domains.people.models.parties import Creator, Shop


class CreatorWord(models.Model):
    """A word of a creator's name or handle."""

    creator = models.ForeignKey(Creator, models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                name="creator_word",
                fields=["word", "creator"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="creator_word_once", fields=["creator", "word"])
        ]

    def __str__(self) -> str:
        return self.word


class ShopWord(models.Model):
    """A word of a shop's name or address."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                name="shop_word",
                fields=["word", "shop"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="shop_word_once", fields=["shop", "word"])
        ]

    def __str__(self) -> str:
        return self.word
