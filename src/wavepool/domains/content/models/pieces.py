"""Pieces of content, what they show, what of them was published, and series."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content.models.channels import Channel

MILLION: Final = 1_000_000
_PPM: Final = ("originality", "completeness", "media_quality", "review")


class Format(models.TextChoices):
    """What kind of content a piece is; the engine's own words."""

    LIVE = "live", _("Live session")
    SHORT_VIDEO = "short_video", _("Short video")
    POST = "post", _("Post")
    ARTICLE = "article", _("Article")
    IMAGE_SET = "image_set", _("Image set")
    LIST = "list", _("List")
    ITEM_CARD = "item_card", _("Single item")
    QA = "qa", _("Q&A")


class Disclosure(models.TextChoices):
    """What ties its maker to what a piece shows; viewers read it beside the title."""

    NONE = "none", _("No advantage but commission")
    PAID = "paid", _("Paid partnership")
    SAMPLE = "sample", _("Free sample")
    OWN_SHOP = "own_shop", _("Own shop")


class Series(models.Model):
    """Pieces of one creator that belong together."""

    public_id = models.CharField(max_length=40, unique=True)
    creator = models.ForeignKey("people.Creator", models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=120)
    about = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="series_of_creator", fields=["creator", "id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(name="series_title_once", fields=["creator", "title"]),
        ]

    def __str__(self) -> str:
        return self.title


class Piece(models.Model):
    """One piece of content; its key is the engine's piece id."""

    class State(models.TextChoices):
        """Who can see it."""

        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("In review")
        PUBLISHED = "published", _("Published")
        HIDDEN = "hidden", _("Hidden")
        REMOVED = "removed", _("Removed")

    public_id = models.CharField(max_length=40, unique=True)
    creator = models.ForeignKey("people.Creator", models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("people.ChannelAccount", models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", db_index=False)
    format = models.CharField(max_length=12, choices=Format.choices)
    # The slug of a category of the catalog; a past piece may keep a word of its own time.
    category = models.CharField(max_length=60)
    # Where it competes, as the policy in force said when it was handed in.
    scene = models.CharField(max_length=40, blank=True)
    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, related_name="pieces", db_index=False
    )
    title = models.CharField(max_length=120)
    body = models.TextField(max_length=20_000, blank=True)
    # The public id of the picture that the upload gate wrote anew, and what it shows.
    cover = models.CharField(max_length=40, blank=True)
    cover_alt = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=16, blank=True)
    disclosure = models.CharField(max_length=8, choices=Disclosure.choices, default=Disclosure.NONE)
    ai_share_ppm = models.PositiveIntegerField(default=0)
    originality_ppm = models.PositiveIntegerField(default=MILLION)
    completeness_ppm = models.PositiveIntegerField(default=MILLION)
    media_quality_ppm = models.PositiveIntegerField(default=MILLION)
    review_ppm = models.PositiveIntegerField(default=MILLION)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # Why staff returned, hid or removed it; "" where its creator did.
    state_why = models.CharField(max_length=400, blank=True)
    # Accounts that had a hand in its text; none of them reviews it.
    writers = models.JSONField(default=list)
    # Counts every change; an edit names the version that it was made from.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    # When it was first published; kept when it is hidden and shown again.
    published_at = models.DateTimeField(null=True)

    class Meta:
        # One index per order in which a list of a creator, or of everybody, is read.
        indexes: ClassVar = [
            models.Index(name="piece_public", fields=["state", "published_at", "id"]),
            models.Index(
                name="piece_public_of_category",
                fields=["category", "state", "published_at", "id"],
            ),
            models.Index(
                name="piece_public_of_format", fields=["format", "state", "published_at", "id"]
            ),
            models.Index(
                name="piece_public_of_creator",
                fields=["creator", "state", "published_at", "id"],
            ),
            models.Index(name="piece_of_creator", fields=["creator", "id"]),
            models.Index(name="piece_of_creator_by_state", fields=["creator", "state", "id"]),
            models.Index(name="piece_of_creator_by_title", fields=["creator", "title", "id"]),
            models.Index(name="piece_in_scene", fields=["creator", "scene", "submitted_at"]),
            models.Index(name="piece_by_state", fields=["state", "id"]),
            models.Index(name="piece_of_series", fields=["series", "id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="piece_shares_are_shares",
                condition=Q(
                    ai_share_ppm__lte=MILLION, **{f"{each}_ppm__lte": MILLION for each in _PPM}
                ),
            ),
            models.CheckConstraint(
                name="piece_that_was_shown_has_its_time",
                condition=Q(state__in=["draft", "submitted"]) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="piece_is_removed_with_a_reason",
                condition=~Q(state="removed", state_why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def cover_url(self) -> str:
        """Where its picture can be seen; "" without one."""
        return reverse("files.download", args=[self.cover]) if self.cover else ""


class PieceItem(models.Model):
    """An item that a piece shows, in its order."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="shown", db_index=False)
    item = models.ForeignKey("catalog.Item", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="piece_item_once", fields=["piece", "item"]),
            models.UniqueConstraint(name="piece_item_has_its_place", fields=["piece", "position"]),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} {self.item_id}"


class PieceVersion(models.Model):
    """What everybody could read from a moment on; rows are added and never changed."""

    piece = models.ForeignKey(Piece, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField(max_length=20_000, blank=True)
    cover = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=16, blank=True)
    disclosure = models.CharField(max_length=8, choices=Disclosure.choices)
    ai_share_ppm = models.PositiveIntegerField()
    # Public ids, in their order.
    items = models.JSONField(default=list)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=160)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="piece_version_once", fields=["piece", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} v{self.number}"
