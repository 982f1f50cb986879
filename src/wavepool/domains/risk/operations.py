"""Writes of risk: holds come in from a run, people appeal, others decide, time ends the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import queries as credits
from wavepool.domains.people import queries as people
from wavepool.domains.risk import queries
from wavepool.domains.risk.models import Hold
from wavepool.domains.risk.tables import facts_of
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.ids import new_id
from wavepool.plumbing.jobs import RunningJob

FULL_PPM: Final = 1_000_000
_CHUNK: Final = 500
_ENDED: Final = (Hold.State.RULED, Hold.State.EXPIRED)


class HoldError(PlatformError):
    """The base of refusals of holds."""

    kind = "risk.refused"


class HoldEnded(HoldError):
    """It was decided, or its time is over."""

    kind = "risk.ended"


class AppealedBefore(HoldError):
    """An appeal waits already; there is one for each hold."""

    kind = "risk.appealed_before"


class WordsNeeded(HoldError):
    """An appeal, a confirmation or a ruling says why."""

    kind = "risk.words_needed"
    status: ClassVar[int] = 422


class AnotherPersonNeeded(HoldError):
    """Whoever confirmed it, appealed, or belongs to the creator does not decide."""

    kind = "risk.another_person_needed"
    status: ClassVar[int] = 403


class ShareOutOfRange(HoldError):
    """What is kept is between nothing and all."""

    kind = "risk.share_out_of_range"
    status: ClassVar[int] = 422


def take_in_holds(job: RunningJob) -> dict[str, int]:
    """Take in what a run holds: new ones, changed ones, those it no longer finds.

    The same run taken in twice changes nothing the second time.
    """
    run = credits.get_run(job.payload["run"])
    done = 0
    for place in range(job.cursor or 0, len(run.periods)):
        period = run.periods[place]
        rows = credits.read_run(run, "holds", period=period).to_pylist()
        creators = _creators_of(run, period, rows)
        with transaction.atomic():
            for chunk in _chunks(rows):
                _take_in(chunk, creators, run=run, as_of=job.clock())
            _lift(run, period, found=[row["hold_id"] for row in rows], as_of=job.clock())
            if run.kind == "final":
                _mark_applied(run, period)
            job.checkpoint(place + 1)
        done += len(rows)
        job.progress(place + 1, len(run.periods), note=period)
    return {"holds": done}


def appeal_hold(
    *, public_id: str, creator_id: int, text: str, actor: Actor, as_of: datetime
) -> Hold:
    """Say why a hold is wrong; another person of the team decides.

    Raises:
        NotFound: the creator has no such hold.
        NotAllowed: the actor's role lacks the right to the creator's money.
        AnotherPersonNeeded: a machine, a key or an agency cannot appeal.
        HoldEnded: it was decided, or its time is over.
        AppealedBefore: an appeal waits.
        WordsNeeded: the appeal is empty.
    """
    account_id = _person(actor)
    words = _words(text, 2_000, pointer="/text")
    people.access_party(party="creator", party_id=creator_id, actor=actor, to="finance", at=as_of)
    with transaction.atomic():
        hold = queries.access_hold(public_id, creator_id=creator_id)
        if hold.state == Hold.State.APPEALED:
            raise AppealedBefore(_("An appeal waits already; somebody will decide on it."))
        _ensure_waiting(hold, as_of=as_of)
        changed = Hold.objects.filter(pk=hold.pk, state=Hold.State.OPEN).update(
            state=Hold.State.APPEALED,
            appeal=words,
            appealed_by=account_id,
            appealed_name=actor.name[:160],
            appealed_at=as_of,
        )
        return _changed(hold, changed, "risk.appealed", actor=actor, as_of=as_of)


def confirm_hold(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Hold:
    """Find a hold right after a first look; whoever does will not decide on its appeal.

    Raises:
        NotFound: there is none.
        HoldEnded: it was decided or confirmed, or its time is over.
        WordsNeeded: no reason is given.
        AnotherPersonNeeded: a machine cannot confirm, nor the creator's own people.
    """
    account_id = _person(actor)
    words = _words(why, 1_000, pointer="/why")
    people.access_staff(actor=actor, to="operate")
    with transaction.atomic():
        hold = queries.get_hold(public_id)
        _ensure_waiting(hold, as_of=as_of)
        _ensure_stranger(hold, actor, others=(hold.appealed_by,))
        rows = Hold.objects.filter(pk=hold.pk, confirmed_by=None, state__in=queries.WAITING)
        changed = rows.update(
            confirmed_by=account_id,
            confirmed_name=actor.name[:160],
            confirmed_at=as_of,
            confirmed_why=words,
        )
        return _changed(hold, changed, "risk.confirmed", actor=actor, as_of=as_of)


def rule_hold(*, public_id: str, kept_ppm: int, reason: str, actor: Actor, as_of: datetime) -> Hold:
    """Decide what the payee keeps; the next run applies it in the open month.

    Raises:
        NotFound: there is none.
        HoldEnded: it was decided, or its time is over.
        AnotherPersonNeeded: the actor confirmed it, appealed, belongs to the creator, or is no
            person.
        SecondFactorNeeded: none was shown a short while ago.
        WordsNeeded: no reason is given.
        ShareOutOfRange: the share is not between 0 and 10^6.
    """
    account_id = _person(actor)
    words = _words(reason, 2_000, pointer="/reason")
    if not 0 <= kept_ppm <= FULL_PPM:
        raise ShareOutOfRange(_("Between nothing and all of it."), pointer="/kept")
    people.access_staff(actor=actor, to="operate")
    with transaction.atomic():
        hold = queries.get_hold(public_id)
        _ensure_waiting(hold, as_of=as_of)
        _ensure_stranger(hold, actor, others=(hold.confirmed_by, hold.appealed_by))
        if not approvals.has_fresh_factor(actor, as_of=as_of):
            raise approvals.SecondFactorNeeded(_("Show your second factor again, then decide."))
        # On SQLite nobody holds the row: what it is decided on is a condition of the update.
        rows = Hold.objects.filter(
            pk=hold.pk,
            state=hold.state,
            confirmed_by=hold.confirmed_by,
            expires_at__gt=as_of,
        )
        changed = rows.update(
            state=Hold.State.RULED,
            kept_ppm=kept_ppm,
            reason=words,
            decided_by=account_id,
            decided_name=actor.name[:160],
            decided_at=as_of,
        )
        data = {"kept_ppm": kept_ppm}
        return _changed(hold, changed, "risk.ruled", actor=actor, as_of=as_of, **data)


def expire_holds(*, as_of: datetime) -> int:
    """End what nobody decided in time; the payee keeps the default share. Count them."""
    due = Hold.objects.filter(state__in=queries.WAITING, expires_at__lte=as_of)
    return due.update(
        state=Hold.State.EXPIRED, kept_ppm=F("default_kept_ppm"), decided_at=F("expires_at")
    )


def _creators_of(run: Any, period: str, rows: Sequence[Mapping[str, Any]]) -> dict[Any, int]:
    """Whose content earned each held line and payee."""
    if not rows:
        return {}
    ids = [row["line_id"] for row in rows]
    found = credits.read_run(
        run,
        "settling_shares",
        period=period,
        where="line_id in (select unnest(?)) order by line_id, creator_id desc",
        params=[ids],
        columns="line_id, payee_id, creator_id",
    )
    return {(row["line_id"], row["payee_id"]): row["creator_id"] for row in found.to_pylist()}


def _take_in(
    rows: Sequence[Mapping[str, Any]], creators: Mapping[Any, int], *, run: Any, as_of: datetime
) -> None:
    ids = [row["hold_id"] for row in rows]
    known = {each.hold_id: each for each in Hold.objects.filter(hold_id__in=ids)}
    fresh, found = [], []
    for row in rows:
        facts = facts_of(row)
        hold = known.get(row["hold_id"])
        if hold is None:
            creator = creators[row["line_id"], row["payee_id"]]
            fresh.append(
                Hold(public_id=new_id("hld"), hold_id=row["hold_id"], creator_id=creator,
                     opened_at=as_of, run=run, **facts)
            )  # fmt: skip
        elif hold.state not in _ENDED:
            if hold.state == Hold.State.LIFTED:
                hold.state, hold.reason, hold.decided_at = Hold.State.OPEN, "", None
            for name, value in facts.items():
                setattr(hold, name, value)
            hold.run = run
            found.append(hold)
    Hold.objects.bulk_create(fresh, ignore_conflicts=True)
    names = ("cause", "rule", "line_id", "payee", "currency", "amount_minor", "evidence",
             "opened_period", "expires_at", "default_kept_ppm", "run", "state", "reason",
             "decided_at")  # fmt: skip
    Hold.objects.bulk_update(found, names, batch_size=_CHUNK)


def _lift(run: Any, period: str, *, found: Sequence[str], as_of: datetime) -> None:
    """End what the run no longer finds: a refund took the money, or a link was corrected."""
    known = set(found)
    waiting = Hold.objects.filter(opened_period=period, state__in=queries.WAITING)
    gone = [pk for pk, hold_id in waiting.values_list("pk", "hold_id") if hold_id not in known]
    Hold.objects.filter(pk__in=gone).update(state=Hold.State.LIFTED, decided_at=as_of, run=run)


def _mark_applied(run: Any, period: str) -> None:
    """The final books of the month moved the money of what had ended: it is parked no more."""
    rows = credits.read_run(run, "ruled_parts", period=period, columns="distinct hold_id")
    ended = Hold.objects.filter(hold_id__in=rows.column("hold_id").to_pylist(), applied_period="")
    ended.filter(state__in=queries.WAITING).update(
        state=Hold.State.EXPIRED, kept_ppm=F("default_kept_ppm"), decided_at=F("expires_at")
    )
    ended.filter(state__in=_ENDED).update(applied_period=period)


def _ensure_waiting(hold: Hold, *, as_of: datetime) -> None:
    if hold.state not in queries.WAITING or as_of >= hold.expires_at:
        raise HoldEnded(_("This hold was decided, or its time is over."))


def _ensure_stranger(hold: Hold, actor: Actor, *, others: Sequence[int | None]) -> None:
    makers = {each for each in others if each is not None}
    seats = {
        each.account_id for each in people.list_members(party="creator", party_id=hold.creator_id)
    }
    if actor.account_id in makers | seats:
        raise AnotherPersonNeeded(
            _("You had a hand in this. Somebody else of the team has to decide.")
        )


def _changed(
    hold: Hold, changed: int, kind: str, *, actor: Actor, as_of: datetime, **data: Any
) -> Hold:
    if not changed:
        raise HoldEnded(_("Somebody was faster; look at it again."))
    hold.refresh_from_db()
    audit.record(
        kind=kind, subject=hold.public_id, actor=actor, at=as_of,
        data={"hold": hold.hold_id, **data},
    )  # fmt: skip
    return hold


def _person(actor: Actor) -> int:
    if actor.account_id is None or actor.is_machine or actor.scopes is not None:
        raise AnotherPersonNeeded(_("Only a person who is signed in can do this."))
    return actor.account_id


def _words(text: str, most: int, *, pointer: str) -> str:
    words = text.strip()
    if not words:
        raise WordsNeeded(_("Say why."), pointer=pointer)
    return words[:most]


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(rows), _CHUNK):
        yield rows[first : first + _CHUNK]
