"""What a creator's content is worth: yesterday's value, the month's share, and what would raise it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.content import queries as content
from wavepool.domains.people import queries as people
from wavepool.domains.pools import operations, queries
from wavepool.domains.pools.forms import ObjectionForm
from wavepool.domains.pools.views import charts
from wavepool.domains.scores import queries as scores
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.homes import HomeCard, card_of
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import State

#: A running month's draft older than this is shown as stale.
FRESH_FOR: Final = timedelta(hours=36)
_STEPS_SHOWN: Final = 6


@access("studio", read="finance")
@require_GET
def studio_value(request: PlatformRequest, handle: str) -> HttpResponse:  # noqa: ARG001
    """The value of the last day and of the month, beside peers and beside sales alone."""
    return render(request, "pools/studio_value.html", _context(request, clock.now()))


@access("studio", read="finance", write="finance")
@require_POST
def raise_objection(request: PlatformRequest, handle: str) -> HttpResponse:
    """Object to the published share."""
    form = ObjectionForm(request.POST)
    now = clock.now()
    if form.is_valid():
        try:
            operations.raise_objection(
                creator_id=request.workspace.party_id,
                period=form.cleaned_data["month"],
                pool_id=form.cleaned_data["pool"],
                text=form.cleaned_data["text"],
                actor=request.actor,
                as_of=now,
            )
        except PlatformError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(
                request, _("Sent. Somebody else looks at it and answers with reasons.")
            )
    else:
        messages.error(request, _("Say what is wrong with the share."))
    month = form.cleaned_data.get("month", "")
    return redirect(f"{reverse('pools.studio_value', args=[handle])}?month={month}")


@card_of("studio")
def share_so_far(workspace: Any, at: datetime) -> Iterator[HomeCard]:
    """What the pools bring this month so far, as the newest draft has it; four queries."""
    if not workspace.can_finance:
        return
    payee = people.find_payee(party="creator", party_id=workspace.party_id, at=at)
    draft = queries.find_period_draft() if payee else None
    if payee is None or draft is None:
        return
    sums: dict[str, int] = {}
    for each in queries.find_standings(draft, payee.pk):
        currency = each.scoped.pool.currency
        sums[currency] = sums.get(currency, 0) + each.share.entitlement_micro
    hint = _("Shares of all pools in %(month)s before the agency's part, as of %(day)s")
    words = {"month": draft.period.name, "day": draft.as_of.date().isoformat()}
    for currency, share_micro in sorted(sums.items()):
        yield HomeCard(
            label=_("Pool share of the month"),
            value=(share_micro // queries.MICRO, currency),
            hint=hint % words,
            href=reverse("pools.studio_value", args=[workspace.slug]),
        )


def _context(request: PlatformRequest, now: datetime) -> dict[str, Any]:
    """What the page shows; the number of queries does not depend on what there is."""
    creator_id = request.workspace.party_id
    payee = people.find_payee(party="creator", party_id=creator_id, at=now)
    months = [each.name for each in queries.list_periods().order_by("-name")[:12]]
    asked = request.GET.get("month", "")
    draft = queries.find_period_draft(asked if asked in months else "")
    context: dict[str, Any] = {"payee": payee, "months": months, "draft": draft}
    if payee is None or draft is None:
        return context
    period = draft.period
    standings = queries.find_standings(draft, payee.pk)
    scenes = scores.scenes_of_payee(draft.scores, payee.pk) if draft.scores.taken_at else []
    gained = scores.value_since(scenes)
    admitted = _admissions(creator_id, now) if scenes else {}
    return {
        **context,
        "period": period,
        "state": period.state_at(now),
        "is_stale": now < period.ends_at and now - queries.confirmed_at(draft) > FRESH_FOR,
        "scenes": [(each, admitted.get(each.scene_id)) for each in scenes],
        "value": scores.in_viewers(sum(each.own.value for each in scenes)) if scenes else None,
        "gained": None if gained is None else scores.in_viewers(gained),
        "peers_min": scores.PEERS_MIN,
        "boards": [_board(each, draft, scenes) for each in standings],
        "objections": [
            (each, each.state_at(now))
            for each in queries.objections_of_payee(payee.pk, period=period)
        ],
        "can_object": period.takes_objections(now) and request.workspace.can_finance,
    }


def _admissions(creator_id: int, now: datetime) -> dict[str, State]:
    """How far the creator came in each scene that asks for admission: the latest of each."""
    rows = content.admissions_of_creator(creator_id).order_by("pk")
    return {each.scene: content.admission_state(each, at=now) for each in rows}


def _board(standing: queries.Standing, draft: Any, scenes: list[Any]) -> dict[str, Any]:
    period, pool = draft.period, standing.scoped.pool
    history = queries.history_of(
        period, payee_id=standing.share.payee_id, pool_id=pool.pool_id, upto=draft
    )
    steps = queries.improvements_of(standing, scenes, terms=draft.scores.terms)
    shown = [each for each in steps if each.gain_micro][:_STEPS_SHOWN]
    return {
        "standing": standing,
        "share": standing.share,
        "pool": pool,
        "bridge": charts.bridge_of(standing, is_final=period.is_closed),
        "history": charts.history_chart(history, currency=pool.currency, is_final=period.is_closed),
        "course": [micro // charts.MICRO for _day, micro in history],
        "improvements": shown if not period.is_closed else [],
        "form": ObjectionForm(
            initial={"month": period.name, "pool": pool.pool_id}, auto_id=f"{pool.pool_id}_%s"
        ),
    }
