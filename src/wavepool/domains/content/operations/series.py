"""Writes of series."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.operations.texts import clean_line, clean_text
from wavepool.domains.content.models import Series
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError


class SeriesTaken(PlatformError):
    """The creator has a series of this title."""

    kind = "content.series_taken"


def add_series(*, creator_id: int, title: str, about: str, actor: Actor, as_of: datetime) -> Series:
    """Open a series; pieces name it on their form.

    Raises:
        BadText: a text does not fit.
        SeriesTaken: there is one of this title.
    """
    title = clean_line(title, field="title", length=120)
    about = clean_text(about, field="about", length=400)
    with transaction.atomic():
        if Series.objects.filter(creator_id=creator_id, title=title).exists():
            raise SeriesTaken(_("You have a series of this title already."), pointer="/title")
        series = Series.objects.create(
            public_id=ids.new_id("srs"),
            creator_id=creator_id,
            title=title,
            about=about,
            created_at=as_of,
        )
        audit.record(
            kind="content.series_added",
            subject=series.public_id,
            actor=actor,
            at=as_of,
            data={"title": title},
        )
        return series
