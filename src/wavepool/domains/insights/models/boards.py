"""What was counted for a day, and from which facts. Counted again, a day's rows are replaced."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class BoardDay(models.Model):
    """A day whose board was counted.

    `mark` sums up the day's own facts when they were read: another mark later means late facts.
    """

    day = models.DateField(unique=True)
    built_at = models.DateTimeField()
    mark = models.CharField(max_length=200)
    touch_count = models.PositiveBigIntegerField()
    line_count = models.PositiveBigIntegerField()

    class Meta:
        db_table = "insights_board_day"

    def __str__(self) -> str:
        return f"{self.day}"


class BoardFigure(models.Model):
    """One number of the dictionary for the window that ends with a day, and for the one before.

    A part is one value of the dimension ("" of "all"); money has its currency, all else "".
    """

    day = models.DateField()
    window = models.CharField(max_length=8)
    metric = models.CharField(max_length=40)
    dimension = models.CharField(max_length=16)
    part = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    # Null where a ratio has nothing to divide by; never zero for "not known".
    value = models.BigIntegerField(null=True)
    earlier = models.BigIntegerField(null=True)

    class Meta:
        db_table = "insights_board_figure"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="board_figure_once",
                fields=["day", "window", "dimension", "metric", "part", "currency"],
            ),
            models.CheckConstraint(
                name="board_figure_window",
                condition=Q(window__in=["day", "week", "d28", "year"]),
            ),
            models.CheckConstraint(
                name="board_figure_whole_has_no_part",
                condition=~Q(dimension="all") | Q(part=""),
            ),
            models.CheckConstraint(
                name="board_figure_is_not_negative",
                condition=(Q(value=None) | Q(value__gte=0)) & (Q(earlier=None) | Q(earlier__gte=0)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["metric", "window", "dimension", "part", "day"], name="board_figure_course"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.window} {self.metric} {self.part}"


class CreatorDay(models.Model):
    """A creator's day: traffic in the row without a currency, sales in one for each currency.

    Columns bear the ids of their metrics.
    """

    creator = models.ForeignKey("people.Creator", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField(db_index=True)
    currency = models.CharField(max_length=3, blank=True)
    views_pv = models.PositiveBigIntegerField(default=0)
    viewers_uv = models.PositiveBigIntegerField(default=0)
    watch_ms = models.PositiveBigIntegerField(default=0)
    new_followers = models.PositiveBigIntegerField(default=0)
    orders = models.PositiveBigIntegerField(default=0)
    gmv_guided = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "insights_creator_day"
        constraints: ClassVar = [
            models.UniqueConstraint(name="creator_day_once", fields=["creator", "day", "currency"]),
            models.CheckConstraint(
                name="creator_day_sales_have_a_currency",
                condition=Q(currency="", orders=0, gmv_guided=0)
                | (~Q(currency="") & Q(views_pv=0, viewers_uv=0, watch_ms=0, new_followers=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} {self.day} {self.currency}"
