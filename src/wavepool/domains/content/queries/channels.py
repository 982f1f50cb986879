"""Reads of channels."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content.models import Channel
from wavepool.plumbing.errors import NotFound

#: The channel in which live sessions are shown unless another is said.
LIVE_ROOM: Final = "7"


def channels() -> QuerySet[Channel]:
    """Every channel."""
    return Channel.objects.all()


def list_channels() -> list[Channel]:
    """Every channel, in the order in which they are shown."""
    return list(Channel.objects.order_by("position", "pk"))


def get_channel(channel_id: str) -> Channel:
    """One channel.

    Raises:
        NotFound: there is none of that id.
    """
    found = Channel.objects.filter(pk=channel_id).first()
    if found is None:
        raise NotFound(_("There is no such channel."))
    return found
