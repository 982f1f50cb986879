"""Reads of shares: a payee's standing in each pool, its history, and what would raise it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from wavepool.domains.pools.models import Period, PeriodDraft, Share
from wavepool.domains.pools.queries.periods import ScopedPool, list_pool_drafts
from wavepool.domains.scores import queries as scores
from wavepool.engine import sharing

MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A payee in one pool of a draft; `share` is None where it has none there."""

    scoped: ScopedPool
    share: Share

    @property
    def part_ppm(self) -> int:
        """The payee's part of the pool's value."""
        total = self.scoped.pool.value_total
        return self.share.value * MICRO // total if total else 0

    @property
    def entitlement_minor(self) -> int:
        """The share in whole minor units."""
        return self.share.entitlement_micro // MICRO

    @property
    def with_pool_minor(self) -> int:
        """Direct legs and share together: what sales and value bring, before agencies."""
        return self.share.direct_minor + self.entitlement_minor

    @property
    def against_sales_minor(self) -> int:
        """What the pool brings over what sales alone would have."""
        return self.with_pool_minor - self.share.sales_only_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """What one step would add to the share, everything else as it is; exact, and an estimate.

    Attributes:
        kind: "viewer" (one more full viewer, perfect in all three), or "quality", "experience",
            "commerce" (one per cent more of it).
    """

    kind: str
    scene_id: str
    scene: str
    gain_micro: int

    @property
    def gain_minor(self) -> int:
        """Whole minor units of it."""
        return self.gain_micro // MICRO


def list_shares(draft: PeriodDraft, pool_id: str) -> QuerySet[Share]:
    """Every payee's share of one pool."""
    return Share.objects.filter(draft=draft, pool_id=pool_id)


def find_standings(draft: PeriodDraft, payee_id: int) -> list[Standing]:
    """A payee's place in each pool of a draft where it has any: three queries."""
    shares = {each.pool_id: each for each in Share.objects.filter(draft=draft, payee_id=payee_id)}
    return [
        Standing(scoped=each, share=shares[each.pool.pool_id])
        for each in list_pool_drafts(draft)
        if each.pool.pool_id in shares
    ]


def history_of(
    period: Period, *, payee_id: int, pool_id: str, upto: PeriodDraft
) -> list[tuple[date, int]]:
    """The share of each day's last draft, the first day first: one query."""
    rows = Share.objects.filter(
        draft__period=period,
        draft__taken_at__isnull=False,
        draft__as_of__lte=upto.as_of,
        payee_id=payee_id,
        pool_id=pool_id,
    )
    found = rows.order_by("draft__as_of", "draft_id").values_list("draft__day", "entitlement_micro")
    # The last draft of a day stands for it.
    return sorted(dict(found).items())


def improvements_of(
    standing: Standing, scenes: Sequence[Any], *, terms: dict[str, Any]
) -> list[Improvement]:
    """What each step in each scene of the pool would bring, the best first.

    Args:
        scenes: the payee's `scores.queries.SceneRow`s of the same run.
        terms: the terms of that draft of scores.
    """
    pool = standing.scoped.pool
    place = sharing.PoolStanding(
        distributable_micro=pool.distributable_micro,
        value_total=pool.value_total,
        payee_value=standing.share.value,
    )
    weights = {
        each["id"]: each["weight_ppm"] for each in terms["scenes"] if each["pool"] == pool.pool_id
    }
    quality, experience, commerce = terms["tenths"]
    tenths = (quality, experience, commerce)
    rows: list[Improvement] = []
    for row in scenes:
        if row.scene_id in weights:
            rows += _steps(row, place, weight_ppm=weights[row.scene_id], tenths=tenths)
    return sorted(rows, key=lambda each: (-each.gain_micro, each.scene_id, each.kind))


def _steps(
    row: scores.SceneRow,
    place: sharing.PoolStanding,
    *,
    weight_ppm: int,
    tenths: tuple[int, int, int],
) -> list[Improvement]:
    own = row.own
    sums = sharing.SceneSums(own.quality_micro, own.experience_micro, own.commerce_micro)

    def gain(unit_micro: int) -> sharing.MarginalGain:
        return sharing.marginal_gain(
            sums, standing=place, weight_ppm=weight_ppm, tenths=tenths, unit_micro=unit_micro
        )

    gains = {
        "viewer": gain(MICRO).all_three_micro,
        "quality": gain(own.quality_micro // 100).quality_micro,
        "experience": gain(own.experience_micro // 100).experience_micro,
        "commerce": gain(own.commerce_micro // 100).commerce_micro,
    }
    return [
        Improvement(kind=kind, scene_id=row.scene_id, scene=row.name, gain_micro=micro)
        for kind, micro in gains.items()
    ]
