"""A run's programmes become what people read: a draft replaces a draft, a final take stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import (
    Award,
    BudgetCard,
    Progress,
    Refusal,
    Take,
)
from wavepool.domains.programmes.operations.notices import tell_approved, tell_near_misses
from wavepool.domains.programmes.tables import Part, RunTables, take_parts
from wavepool.domains.scores import operations as scores
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_KINDS: Final[tuple[Any, ...]] = (Award, Refusal, BudgetCard, Progress)
_CHUNK: Final = 2_000


class MonthIsFinal(PlatformError):
    """The month's awards are approved; another run changes nothing of them."""

    kind = "programmes.month_is_final"

    def __init__(self, period: str) -> None:
        super().__init__(
            _("The awards of %(period)s are approved and stay as they are.") % {"period": period}
        )
        self.period = period


class RightUsedTwice(PlatformError):
    """A run gives a person a reward that was approved before; nothing of it is taken in."""

    kind = "programmes.right_used_twice"
    status: ClassVar[int] = 500

    def __init__(self, once_key: str, *, person_id: int) -> None:
        super().__init__(
            _("%(right)s was approved for this person before; it is paid once in life.")
            % {"right": once_key}
        )
        self.once_key = once_key
        self.person_id = person_id


def take_in(
    source: RunTables,
    *,
    run_id: str,
    period: str,
    as_of: datetime,
    today_date: date,
    is_final: bool,
    actor: Actor,
    checkpoint: scores.Checkpoint = scores.nothing_more,
    chunk: int = _CHUNK,
) -> Take:
    """Take the programmes of a run's month in; once, however often and by however many.

    Args:
        source: the settled run.
        as_of: up to when the run knows facts.
        today_date: the local day of that.
        is_final: whether the run settles the month for good.
        checkpoint: told in each chunk's transaction how many rows are in.

    Raises:
        MonthIsFinal: a final run of the month was taken in before.
        RightUsedTwice: an approved right would be used again.
    """
    asked = Take(
        run_id=run_id,
        period=period,
        is_final=is_final,
        as_of=as_of,
        today_date=today_date,
        policy_number=source.policy_number,
    )
    take = _open(asked)
    if take.taken_at is not None:
        return take
    parts = list(take_parts(source, period=period, is_final=is_final))
    if is_final:
        _refuse_second_use(parts, take)

    def finish() -> None:
        _finish(take, parts, actor=actor)

    scores.write_in_chunks(
        take,
        [each.as_table() for each in parts],
        link={"take_id": take.pk},
        as_of=as_of,
        checkpoint=checkpoint,
        at_the_end=finish,
        chunk=chunk,
    )
    return take


def _open(asked: Take) -> Take:
    """The take of a run and month, made where there is none yet; empty until it is taken in."""
    _refuse_final(asked.period, asked.run_id)
    Take.objects.bulk_create([asked], ignore_conflicts=True)
    return Take.objects.get(run_id=asked.run_id, period=asked.period)


def _finish(take: Take, parts: Sequence[Part], *, actor: Actor) -> None:
    """End a take in the transaction of its last chunk."""
    _refuse_final(take.period, take.run_id)
    _drop_earlier(take)
    if take.is_final:
        tell_approved(take, at=take.as_of)
    else:
        tell_near_misses(take, at=take.as_of)
    rows = {part.model.__name__.lower(): len(part.rows) for part in parts}
    audit.record(
        kind="programmes.taken",
        subject=f"programmes/{take.period}",
        actor=actor,
        at=take.as_of,
        data={"run": take.run_id, "final": take.is_final, "rows": rows},
    )


def _refuse_final(period: str, run_id: str) -> None:
    final = queries.find_final_take(period)
    if final is not None and final.run_id != run_id:
        raise MonthIsFinal(period)


def _refuse_second_use(parts: Sequence[Part], take: Take) -> None:
    """Hold the once-in-life awards of a final run against those that are approved already."""
    rows = [row for part in parts if part.model is Award for row in part.rows if row["is_once"]]
    for start in range(0, len(rows), _CHUNK):
        some = rows[start : start + _CHUNK]
        wanted = {(row["once_key"], row["person_id"]) for row in some}
        used = Award.objects.filter(is_final=True, is_once=True).exclude(take=take)
        used = used.filter(person_id__in={row["person_id"] for row in some})
        for once_key, person_id in used.values_list("once_key", "person_id"):
            if (once_key, person_id) in wanted:
                raise RightUsedTwice(once_key, person_id=person_id)


def _drop_earlier(take: Take) -> None:
    """Let go of estimates of the month that this take replaces, and of halves of older ones."""
    older = Q(as_of__lt=take.as_of) | Q(as_of=take.as_of, pk__lt=take.pk)
    rows = Take.objects.filter(period=take.period, is_final=False).exclude(pk=take.pk)
    old = list((rows if take.is_final else rows.filter(older)).values_list("pk", flat=True))
    for kind in _KINDS:
        kind.objects.filter(take_id__in=old).delete()
    Take.objects.filter(pk__in=old).delete()
