"""The queue of holds, one of them with everything to decide by, and what nobody can see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from wavepool.domains.risk import forms, operations, queries
from wavepool.domains.risk.views.showing import FILTERS, columns
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.homes import HomeCard, card_of
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def holds(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every hold, the nearest deadline first."""

    def to_hold(hold: Any) -> str:
        return reverse("risk.hold", args=[hold.public_id])

    creator = Column(
        name="creator", label=gettext_lazy("Creator"), value=lambda hold: hold.creator.name
    )
    payee = Column(name="payee", label=gettext_lazy("Payee"), value=lambda hold: hold.payee.name)
    page = read_list(
        request,
        queries.list_holds(),
        columns=(*columns(to_hold), creator, payee),
        filters=FILTERS,
        sort="until",
    )
    context: dict[str, Any] = {}
    if not export:
        found = queries.list_exposure()
        context = {
            "held": [((amount, code), count) for code, amount, count in queries.held_in_all()],
            "due": queries.count_due(),
            "residual": [(amount, code) for code, amount in queries.residual_of(found).items()],
        }
    return respond(request, page, "risk/holds.html", context, export=export)


@access("staff", write="operate")
def hold(request: PlatformRequest, hold: str) -> HttpResponse:
    """One hold with its evidence: confirm it, or decide on it."""
    found = queries.get_hold(hold)
    deed = request.POST.get("deed", "")
    confirm = forms.ConfirmForm(request.POST if deed == "confirm" else None)
    rule = forms.RuleForm(request.POST if deed == "rule" else None)
    asked: django_forms.Form | None = {"confirm": confirm, "rule": rule}.get(deed)
    if asked is not None and asked.is_valid():
        try:
            _do(request, hold, deed, confirm, rule)
        except PlatformError as error:
            forms.show_refusal(asked, error)
        else:
            messages.success(request, _("Noted."))
            return redirect("risk.hold", hold=hold)
    context = {
        "hold": found,
        "state": queries.state_of_hold(found),
        "rule_label": queries.rule_label(found),
        "proofs": queries.proofs_of(found, with_names=True),
        "events": queries.events_of(found),
        "confirm": confirm,
        "rule": rule,
        "is_waiting": found.state in queries.WAITING,
        "is_confirmed": found.confirmed_at is not None,
    }
    errors = asked is not None and bool(asked.errors)
    return render(request, "risk/hold.html", context, status=422 if errors else 200)


@access("staff")
@require_GET
def exposure(request: PlatformRequest) -> HttpResponse:
    """The money that a look for rings cannot speak about."""
    found = queries.list_exposure()
    return render(request, "risk/exposure.html", {"rows": found})


@card_of("staff")
def appeals_due(_workspace: Any, _at: datetime) -> Iterator[HomeCard]:
    """Appeals that wait for a decision."""
    count = queries.count_due()
    if count:
        yield HomeCard(
            label=gettext_lazy("Appeals to decide"),
            value=count,
            hint=gettext_lazy("By another person than who confirmed the hold"),
            href=f"{reverse('risk.holds')}?state=appealed",
        )


def _do(
    request: PlatformRequest,
    hold: str,
    deed: str,
    confirm: forms.ConfirmForm,
    rule: forms.RuleForm,
) -> None:
    now = clock.now()
    if deed == "confirm":
        operations.confirm_hold(
            public_id=hold, why=confirm.cleaned_data["why"], actor=request.actor, as_of=now
        )
        return
    operations.rule_hold(
        public_id=hold,
        kept_ppm=rule.kept_ppm(),
        reason=rule.cleaned_data["reason"],
        actor=request.actor,
        as_of=now,
    )
