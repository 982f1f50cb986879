"""Writes of channels: the shipped ones, put in once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db import transaction

from wavepool.domains.content import queries
from wavepool.domains.content.models import Channel
from wavepool.domains.content.tables import past_channels
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor

#: 1 to 6 are the channels that the shipped policy maps to its six scenes; what the policy does not
#: name belongs to the open scene. The numbers are those of the seeded worlds.
SHIPPED: Final = (
    ("1", "Headlines", "淘宝头条"),
    ("2", "Good Goods", "有好货"),
    ("3", "Must-buy List", "必买清单"),
    ("4", "Love Shopping", "爱逛街"),
    ("5", "Short Video", "淘宝短视频"),
    ("6", "Buy the World", "买遍全球"),
    (queries.LIVE_ROOM, "Live room", "直播间"),
    ("8", "Homepage feed", "首页推荐"),
    ("9", "Coupon page", "优惠券"),
    ("10", "Group chat", "群聊"),
    ("11", "Subscription", "订阅号"),
    ("12", "Questions and answers", "问答"),
    ("13", "Search", "搜索"),
    ("14", "Content detail", "内容详情"),
    ("15", "Fan group", "粉丝群"),
    ("16", "Follow feed", "微淘"),
)


def install_channels(*, actor: Actor, as_of: datetime) -> int:
    """Put in the shipped channels that are not there yet; count them.

    Guarantee: a second call changes nothing.
    """
    return _add(SHIPPED, "installed", actor=actor, as_of=as_of)


def take_over_channels(table: pa.Table, *, actor: Actor, as_of: datetime) -> int:
    """Put in the channels of a past that are not here yet; count them.

    Args:
        table: channel_id (numbers become texts), name; as the engine's `channels`.
        actor: who brings them.
        as_of: now.
    """
    rows = [(pk, name[:80], "") for pk, name in past_channels(table)]
    return _add(rows, "taken_over", actor=actor, as_of=as_of)


def _add(
    channels: Sequence[tuple[str, str, str]], deed: str, *, actor: Actor, as_of: datetime
) -> int:
    with transaction.atomic():
        have = set(Channel.objects.values_list("pk", flat=True))
        rows = [
            Channel(pk=pk, name=name, name_zh=name_zh, position=len(have) + place)
            for place, (pk, name, name_zh) in enumerate(channels)
            if pk not in have
        ]
        Channel.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            audit.record(
                kind=f"content.channels_{deed}",
                subject="channels",
                actor=actor,
                at=as_of,
                data={"channels": [each.pk for each in rows]},
            )
    return len(rows)
