"""What a plan would do, tried out and undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Item, Plan, PlanVersion
from wavepool.domains.catalog.operations.plans import PlanFacts, open_plan
from wavepool.plumbing.actor import Actor

_ITEMS_SHOWN: Final = 8


class Undone(Exception):
    """Leaves a transaction without keeping what was tried in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a plan changes for one item: the version that pays before it, and with it."""

    item: Item
    before: PlanVersion | None
    after: PlanVersion | None
    is_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPreview:
    """A plan as it would stand.

    Attributes:
        version: its rate and its time, which may begin later than was asked.
        is_delayed: whether it begins later because it would lower somebody's rate.
        effects: what the creator would be paid for the first items that it reaches.
    """

    version: PlanVersion
    is_delayed: bool
    effects: tuple[Effect, ...]


def preview_plan(*, shop_id: int, facts: PlanFacts, actor: Actor, as_of: datetime) -> PlanPreview:
    """Open a plan, see what it does, and leave everything as it was.

    Raises:
        PlanRefused, NotFound: as `open_plan`.
    """
    preview: PlanPreview | None = None
    try:
        with transaction.atomic():
            version = open_plan(shop_id=shop_id, facts=facts, actor=actor, as_of=as_of)
            preview = PlanPreview(
                version=version,
                is_delayed=version.valid_from > (facts.starts_at or as_of),
                effects=tuple(_effect(item, version) for item in _reached(version.plan)),
            )
            raise Undone
    except Undone:
        assert preview is not None
        return preview


def _reached(plan: Plan) -> list[Item]:
    items = queries.items_of_shop(plan.shop_id)
    if plan.item is not None:
        items = items.filter(pk=plan.item.pk)
    elif plan.category is not None:
        items = queries.in_category(items, plan.category.slug)
    return list(items.order_by("-pk")[:_ITEMS_SHOWN])


def _effect(item: Item, version: PlanVersion) -> Effect:
    plan, at = version.plan, version.valid_from
    creator_id, link_id = plan.creator_id, plan.link_id
    after = queries.winning_plan(item, creator_id=creator_id, link_id=link_id, at=at)
    before = queries.winning_plan(item, creator_id=creator_id, at=at, without=plan)
    return Effect(item=item, before=before, after=after, is_this=after == version)
