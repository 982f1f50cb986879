"""Reads of months, their drafts, and each pool from what came in to what goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import queries as credits
from wavepool.domains.pools.models import (
    DRAFT_TIME,
    OBJECTION_TIME,
    Objection,
    Period,
    PeriodDraft,
    PoolDraft,
    PoolScene,
)
from wavepool.plumbing.errors import NotFound

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Flow:
    """One amount that goes into a pool or out of it, in minor units with the micro behind."""

    label: str | Promise
    micro: int
    hint: str | Promise = ""

    @property
    def minor(self) -> int:
        """Whole minor units, rounded towards zero."""
        return self.micro // MICRO if self.micro >= 0 else -(-self.micro // MICRO)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePart:
    """A scene beside the others of its pool."""

    scene: PoolScene
    name: str
    part_ppm: int
    net_minor: int
    out_micro: int

    @property
    def out_minor(self) -> int:
        """What of the pool goes to the scene's evidence, in whole minor units."""
        return self.out_micro // MICRO


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedPool:
    """A pool of a draft with its name, its flows and its scenes: both levels."""

    pool: PoolDraft
    name: str
    inflow: tuple[Flow, ...]
    outflow: tuple[Flow, ...]
    scenes: tuple[ScenePart, ...]

    @property
    def in_micro(self) -> int:
        """Everything that came in."""
        return sum(each.micro for each in self.inflow)

    @property
    def out_micro(self) -> int:
        """Everything that goes out or stays for the next month."""
        return sum(each.micro for each in self.outflow)


def list_periods() -> QuerySet[Period]:
    """Every month that any draft was made of."""
    return Period.objects.select_related("published", "final")


def list_months() -> QuerySet[Period]:
    """Every month with `draft_as_of` of its latest draft, `objections`, and those `waiting`."""
    drafts = PeriodDraft.objects.filter(period=OuterRef("pk"), taken_at__isnull=False)
    mine = Objection.objects.filter(period=OuterRef("pk")).order_by().values("period")
    counted = mine.annotate(n=Count("pk"))
    return Period.objects.annotate(
        draft_as_of=Subquery(drafts.order_by("-as_of").values("as_of")[:1]),
        objections=Coalesce(Subquery(counted.values("n")), 0),
        waiting=Coalesce(Subquery(counted.filter(outcome=Objection.Outcome.OPEN).values("n")), 0),
    )


def get_period(name: str) -> Period:
    """A month by its name.

    Raises:
        NotFound: no draft was ever made of it.
    """
    found = list_periods().filter(name=name).first()
    if found is None:
        raise NotFound(_("There is no such month."))
    return found


def closes_at(ends_at: datetime) -> datetime:
    """When a month may close at the earliest: its end, the draft's time, the objections'."""
    return ends_at + DRAFT_TIME + OBJECTION_TIME


def list_period_drafts(period: Period | None = None) -> QuerySet[PeriodDraft]:
    """Drafts that are wholly in, of one month or of all."""
    rows = PeriodDraft.objects.filter(taken_at__isnull=False).select_related("period", "scores")
    return rows.filter(period=period) if period else rows


def find_latest_draft(period: Period) -> PeriodDraft | None:
    """The latest draft of a month; of a closed one, the one that is paid."""
    rows = list_period_drafts(period)
    if period.final_id is not None:
        return rows.filter(pk=period.final_id).first()
    return rows.order_by("-as_of", "-pk").first()


def is_of_final_run(draft: PeriodDraft) -> bool:
    """Whether a draft comes from a final run, or from a settlement made elsewhere."""
    kind = credits.list_runs().filter(public_id=draft.run_id).values_list("kind", flat=True).first()
    return kind in {None, "final"}


def waits_for_rows(period: Period) -> bool:
    """Whether a month's latest final run left out rows that somebody has to put right first."""
    finals = credits.list_runs().filter(kind="final", period=period.name)
    latest = finals.order_by("-as_of", "-pk").values_list("failure_kind", flat=True).first()
    return latest == credits.ROWS_LEFT_OUT


def confirmed_at(draft: PeriodDraft) -> datetime:
    """When a draft was last found to hold: a later run over the same facts confirms it."""
    rows = credits.list_runs().filter(public_id=draft.run_id)
    found = rows.values_list("confirmed_at", flat=True).first()
    return max(draft.as_of, found) if found else draft.as_of


def known_until(draft: PeriodDraft) -> datetime:
    """Up to when a draft knows the facts: a later run that found nothing new knows no others."""
    later = credits.list_runs().filter(same_as__public_id=draft.run_id, state="done")
    found: datetime | None = later.aggregate(at=Max("as_of"))["at"]
    return max(draft.as_of, found) if found else draft.as_of


def find_period_draft(name: str = "") -> PeriodDraft | None:
    """The draft to show of a month, or of the latest month that has one: two queries."""
    periods = Period.objects.filter(name=name) if name else Period.objects.order_by("-name")
    for period in periods[:2]:
        found = find_latest_draft(period)
        if found is not None:
            return found
    return None


def list_pool_drafts(draft: PeriodDraft) -> list[ScopedPool]:
    """The pools of a draft with flows and scenes: two queries."""
    scenes: dict[str, list[PoolScene]] = {}
    for each in PoolScene.objects.filter(draft=draft).order_by("-value", "scene_id"):
        scenes.setdefault(each.pool_id, []).append(each)
    return [
        _scoped(each, scenes.get(each.pool_id, []))
        for each in PoolDraft.objects.filter(draft=draft).order_by("pool_id")
    ]


def scenes_of_pool(draft: PeriodDraft, pool_id: str) -> list[PoolScene]:
    """The scenes of one pool of a draft."""
    return list(PoolScene.objects.filter(draft=draft, pool_id=pool_id).order_by("scene_id"))


def flows_of(pool: PoolDraft) -> tuple[tuple[Flow, ...], tuple[Flow, ...]]:
    """What came into a pool, and what goes out; both add up to the same, to the micro."""
    inflow = (
        Flow(
            _("Pool legs"),
            pool.legs_minor * MICRO,
            _("The pool's part of the commission of lines that became final."),
        ),
        Flow(
            _("Platform subsidy"),
            pool.subsidy_minor * MICRO,
            _("Released from the fund for this month."),
        ),
        Flow(
            _("Freed money"),
            pool.freed_minor * MICRO,
            _("Held money that a ruling gave back to all."),
        ),
        Flow(
            _("Refunds"),
            -pool.reversals_minor * MICRO,
            _("Pool legs that refunds took back."),
        ),
        Flow(
            _("Deficit before"),
            -pool.deficit_in_minor * MICRO,
            _("What the pool was below zero the month before."),
        ),
        Flow(
            _("Residue before"),
            pool.residue_in_micro,
            _("What the division of the month before left, below a minor unit a payee."),
        ),
    )
    outflow = (
        Flow(_("Shares"), pool.distributed_micro, _("All payees' shares together.")),
        Flow(
            _("Residue"),
            pool.residue_out_micro,
            _("What the division leaves; it opens the next month."),
        ),
        Flow(
            _("Deficit"),
            -pool.deficit_out_minor * MICRO,
            _("What the pool is below zero; the next month pays it first."),
        ),
    )
    return inflow, outflow


def pool_name(named: Any) -> str:
    """The name of a pool or scene in the reader's language."""
    is_chinese = (get_language() or "").startswith("zh")
    return str(named.name_zh if is_chinese else named.name_en)


def _scoped(pool: PoolDraft, scenes: list[PoolScene]) -> ScopedPool:
    inflow, outflow = flows_of(pool)
    assert sum(each.micro for each in inflow) == sum(each.micro for each in outflow)
    total = pool.value_total
    return ScopedPool(
        pool=pool,
        name=pool_name(pool),
        inflow=inflow,
        outflow=outflow,
        scenes=tuple(
            ScenePart(
                scene=each,
                name=pool_name(each),
                part_ppm=each.value * MICRO // total if total else 0,
                net_minor=each.legs_minor - each.reversals_minor,
                out_micro=pool.distributed_micro * each.value // total if total else 0,
            )
            for each in scenes
        ),
    )
