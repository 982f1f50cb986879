"""Reads of a draft's rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.scores.models import (
    BaseRate,
    CreatorScore,
    Draft,
    PayeeScore,
    PieceScore,
    SceneScore,
    SlotScore,
)
from wavepool.domains.scores.queries.drafts import find_draft_before, scene_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One dimension of a payee beside the middle of everybody in the scene.

    Both rates are pulled to the scene's mean by the policy's number of viewers, for showing only.
    `peers_ppm` is None where too few payees stand behind it.
    """

    dimension: str
    label: str | Promise
    own_ppm: int
    peers_ppm: int | None

    @property
    def is_above(self) -> bool:
        """Whether the payee shows more than the middle."""
        return self.peers_ppm is not None and self.own_ppm > self.peers_ppm

    @property
    def is_below(self) -> bool:
        """Whether the payee shows less than the middle."""
        return self.peers_ppm is not None and self.own_ppm < self.peers_ppm


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneRow:
    """A payee in one scene beside everybody there."""

    scene_id: str
    name: str
    own: PayeeScore
    everybody: SceneScore
    value_before: int | None

    @property
    def gained(self) -> int | None:
        """What the last day added to the value; None where there is no day before."""
        return None if self.value_before is None else self.own.value - self.value_before

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Quality, experience and commerce beside the middle of the scene."""
        labels = (
            ("quality", _("Quality")),
            ("experience", _("Experience")),
            ("commerce", _("Commerce")),
        )
        return tuple(
            Comparison(
                dimension=name,
                label=label,
                own_ppm=getattr(self.own, f"{name}_ppm"),
                peers_ppm=getattr(self.everybody, f"{name}_median_ppm"),
            )
            for name, label in labels
        )

    @property
    def viewers(self) -> Decimal:
        """Influence in full viewers."""
        return in_viewers(self.own.viewers_micro)

    @property
    def value(self) -> Decimal:
        """Value in full viewers."""
        return in_viewers(self.own.value)

    @property
    def part_ppm(self) -> int:
        """The payee's part of the scene's value."""
        total = self.everybody.value_total
        return self.own.value * 1_000_000 // total if total else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """A slot that a payee's pieces stood in, beside its peers and what is usual there."""

    score: SlotScore
    scene: str
    usual: BaseRate | None

    @property
    def viewers(self) -> Decimal:
        """Influence in full viewers."""
        return in_viewers(self.score.viewers_micro)

    @property
    def usual_watch_ppm(self) -> int | None:
        """How many viewers of the slot stayed, the month before."""
        return self.usual.watch_ppm if self.usual else None

    @property
    def usual_save_ppm(self) -> int | None:
        """How many saved."""
        return self.usual.save_ppm if self.usual else None


def list_scene_scores(draft: Draft) -> dict[str, SceneScore]:
    """Every scene of a draft by its id: one query."""
    return {each.scene_id: each for each in SceneScore.objects.filter(draft=draft)}


def list_creator_scores(draft: Draft | None) -> QuerySet[CreatorScore]:
    """Every creator in every scene of a draft; none without one."""
    if draft is None:
        return CreatorScore.objects.none()
    return CreatorScore.objects.filter(draft=draft)


def list_pieces_of_creator(draft: Draft | None, creator_id: int) -> QuerySet[PieceScore]:
    """The pieces of a creator in a draft, each with the value it had the day before or None."""
    if draft is None:
        return PieceScore.objects.none()
    rows = PieceScore.objects.filter(draft=draft, creator_id=creator_id)
    before = find_draft_before(draft)
    if before is None:
        return rows.annotate(gained=Value(None, output_field=BigIntegerField()))
    earlier = PieceScore.objects.filter(
        draft=before,
        piece_id=OuterRef("piece_id"),
        creator_id=OuterRef("creator_id"),
        payee_id=OuterRef("payee_id"),
        scene_id=OuterRef("scene_id"),
    )
    known = Coalesce(Subquery(earlier.values("value")[:1]), 0)
    return rows.annotate(gained=F("value") - known)


def scenes_of_payee(draft: Draft, payee_id: int) -> list[SceneRow]:
    """A payee's scenes in a draft, the most valuable first: four queries."""
    everybody = list_scene_scores(draft)
    before = find_draft_before(draft)
    earlier = (
        dict(
            PayeeScore.objects.filter(draft=before, payee_id=payee_id).values_list(
                "scene_id", "value"
            )
        )
        if before
        else {}
    )
    names = scene_names(draft)
    rows = PayeeScore.objects.filter(draft=draft, payee_id=payee_id).order_by("-value", "scene_id")
    return [
        SceneRow(
            scene_id=own.scene_id,
            name=names.get(own.scene_id, own.scene_id),
            own=own,
            everybody=everybody[own.scene_id],
            value_before=earlier.get(own.scene_id, 0) if before else None,
        )
        for own in rows
    ]


def value_since(rows: list[SceneRow]) -> int | None:
    """What the last day added over all scenes; None where there is no day before."""
    gains = [each.gained for each in rows]
    known = [each for each in gains if each is not None]
    return sum(known) if known and len(known) == len(gains) else None


def slots_of_payee(draft: Draft, payee_id: int) -> list[SlotRow]:
    """The slots of a payee's pieces, most viewers first, with what is usual there: two queries."""
    names = scene_names(draft)
    rows = SlotScore.objects.filter(draft=draft, payee_id=payee_id)
    usual = {(each.scene_id, each.slot): each for each in BaseRate.objects.filter(draft=draft)}
    return [
        SlotRow(
            score=each,
            scene=names.get(each.scene_id, each.scene_id),
            usual=usual.get((each.scene_id, each.slot)),
        )
        for each in rows.order_by("-viewers_micro", "scene_id", "slot")
    ]


def in_viewers(micro_viewers: int) -> Decimal:
    """Micro-viewers as full viewers with two decimals, rounded towards zero, for people.

    >>> in_viewers(4_131_084)
    Decimal('4.13')
    """
    return Decimal(micro_viewers).scaleb(-6).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
