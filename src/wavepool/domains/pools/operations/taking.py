"""A run's pools become a draft of the month, if and only if they add up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from wavepool.domains.pools.models import Period, PeriodDraft, PoolDraft, PoolScene, Share
from wavepool.domains.pools.operations.lifecycle import PeriodIsClosed
from wavepool.domains.pools.tables import draft_parts
from wavepool.domains.scores import operations as scores
from wavepool.domains.scores.queries import RunTables
from wavepool.engine.policy import Policy, periods
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_MID_MONTH = 15


class PoolDoesNotAddUp(PlatformError):
    """A run's shares are not what its pool has; nothing of it is shown."""

    kind = "pools.does_not_add_up"
    status: ClassVar[int] = 500

    def __init__(self, *, pool_id: str, what: str, is_minor: int, should_be: int) -> None:
        super().__init__(
            _("Pool %(pool)s does not add up: %(what)s is %(is)d and should be %(should)d.")
            % {"pool": pool_id, "what": what, "is": is_minor, "should": should_be}
        )
        self.pool_id = pool_id
        self.what = what


def take_in_draft(
    source: RunTables,
    *,
    run_id: str,
    period: str,
    as_of: datetime,
    actor: Actor,
    checkpoint: scores.Checkpoint = scores.nothing_more,
) -> PeriodDraft:
    """Take the pools of a run's month in; once, however often and by however many it is asked.

    Args:
        source: the settled run.
        run_id: its public id.
        as_of: up to when the run knows facts.
        checkpoint: told in each chunk's transaction how many rows are in.

    Raises:
        MonthNotInRun: the run did not settle this month.
        PeriodIsClosed: the month's shares are final.
        PoolDoesNotAddUp: shares, scenes or sales are not what the pool says.
    """
    scored = scores.open_draft(source, run_id=run_id, period=period, as_of=as_of)
    month = _open_period(source.policy, period)
    found = PeriodDraft.objects.filter(scores=scored, taken_at__isnull=False).first()
    if found is not None:
        return found
    if month.is_closed:
        raise PeriodIsClosed(period)
    asked = PeriodDraft(
        period=month, scores=scored, run_id=run_id, as_of=scored.as_of, day=scored.day
    )
    PeriodDraft.objects.bulk_create([asked], ignore_conflicts=True)
    draft = PeriodDraft.objects.get(scores=scored)
    parts = list(draft_parts(source, period=period))

    def finish() -> None:
        # Whoever closes the month holds its row: this draft is in before that, or never.
        if Period.objects.select_for_update().get(pk=month.pk).is_closed:
            raise PeriodIsClosed(period)
        ensure_adds_up(draft)
        audit.record(
            kind="pools.draft_taken",
            subject=f"pool_period/{period}",
            actor=actor,
            at=as_of,
            data={"run": run_id, "rows": scores.count_rows(parts)},
        )

    scores.write_in_chunks(
        draft,
        parts,
        link={"draft_id": draft.pk},
        as_of=as_of,
        checkpoint=checkpoint,
        at_the_end=finish,
    )
    return draft


def ensure_adds_up(draft: PeriodDraft) -> None:
    """Hold every pool of a draft against its shares, its scenes and its sales, to the micro.

    Raises:
        PoolDoesNotAddUp: the first sum that differs.
    """
    shares = _sums(
        Share,
        draft,
        ("value", "entitlement_micro", "direct_minor", "sales_only_minor"),
    )
    scenes = _sums(PoolScene, draft, ("value", "legs_minor", "reversals_minor"))
    for pool in PoolDraft.objects.filter(draft=draft).order_by("pool_id"):
        share, scene = shares.get(pool.pool_id, {}), scenes.get(pool.pool_id, {})
        legs = pool.legs_minor - pool.reversals_minor
        sales = share.get("sales_only_minor", 0) - share.get("direct_minor", 0)
        for what, found, wanted in (
            ("shares", share.get("entitlement_micro", 0), pool.distributed_micro),
            ("values of payees", share.get("value", 0), pool.value_total),
            ("values of scenes", scene.get("value", 0), pool.value_total),
            ("legs of scenes", scene.get("legs_minor", 0), pool.legs_minor),
            ("refunds of scenes", scene.get("reversals_minor", 0), pool.reversals_minor),
            ("sales alone less direct legs", sales, legs),
        ):
            if found != wanted:
                raise PoolDoesNotAddUp(
                    pool_id=pool.pool_id, what=what, is_minor=found, should_be=wanted
                )


def _sums(model: Any, draft: PeriodDraft, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
    rows = model.objects.filter(draft=draft).values("pool_id")
    found = rows.annotate(**{f"sum_{name}": Sum(name) for name in names})
    sums: list[dict[str, Any]] = list(found.order_by("pool_id"))
    return {row["pool_id"]: {name: int(row[f"sum_{name}"]) for name in names} for row in sums}


def _open_period(policy: Policy, name: str) -> Period:
    """The month as the policy's zone has it, made where there is none yet."""
    year, month = (int(part) for part in name.split("-"))
    middle = int(datetime(year, month, _MID_MONTH, tzinfo=UTC).timestamp()) * 1_000
    (row,) = periods(policy, middle, middle)
    asked = Period(name=name, starts_at=_moment(row.starts_at), ends_at=_moment(row.ends_at))
    Period.objects.bulk_create([asked], ignore_conflicts=True)
    return Period.objects.get(name=name)


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1_000, UTC)
