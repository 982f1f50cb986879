"""Contracts, as the creator and as the agency see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import forms, operations, queries
from wavepool.domains.people.views.answers import carry_out, form_page, here, party, submit
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.states import Event


@dataclass(frozen=True, slots=True)
class Term:
    """One line of the comparison: what stood there, and what is proposed."""

    label: str | Promise
    before: str | datetime
    after: str | datetime

    @property
    def is_changed(self) -> bool:
        """Whether the proposal changes it."""
        return self.before != self.after

    @property
    def is_time(self) -> bool:
        """Whether what applies or is proposed is a moment."""
        return isinstance(self.before, datetime) or isinstance(self.after, datetime)


def contracts(request: PlatformRequest) -> HttpResponseBase:
    """Every contract of a side, those that wait for an answer first."""
    side, party_id = party(request)
    rows = list(queries.list_contracts(side=side, party_id=party_id).order_by("-proposed_at"))
    waiting = [each for each in rows if _awaits(each, side)]
    context = {
        "side": side,
        "waiting": waiting,
        "others": [each for each in rows if each not in waiting],
        "introductions": queries.list_introductions(side=side, party_id=party_id),
    }
    return render(request, "people/contracts.html", context)


def contract(request: PlatformRequest, reference: str) -> HttpResponseBase:
    """One contract: its terms, what is proposed, its history."""
    side, party_id = party(request)
    found = queries.get_contract(reference, side=side, party_id=party_id)
    versions = list(found.versions.all())
    in_force = next((each for each in versions if each.state == "in_force"), None)
    proposed = next((each for each in versions if each.state == "proposed"), None)
    unbindings = list(found.unbindings.all())
    context = {
        "side": side,
        "contract": found,
        "in_force": in_force,
        "proposed": proposed,
        "is_mine_to_answer": proposed is not None and proposed.awaits == side,
        "terms": _compare(in_force, proposed),
        "unbinding": next((e for e in unbindings if e.state in {"open", "objected"}), None),
        "events": _events(versions, unbindings),
        "reason": forms.ReasonForm(),
    }
    return render(request, "people/contract.html", context)


def propose(request: PlatformRequest) -> HttpResponseBase:
    """Propose a contract to a creator."""
    form = forms.ProposeForm(request.POST or None)
    made: list[Any] = []

    def act() -> None:
        creator = queries.find_creator(form.cleaned_data["handle"])
        if creator is None:
            raise _NoSuchCreator(_("There is no creator of that name."), pointer="/handle")
        made.append(
            operations.propose_contract(
                agency_id=request.workspace.party_id,
                creator_id=creator.pk,
                terms=form.terms(),
                actor=request.actor,
                as_of=clock.now(),
            )
        )

    done = _("Proposed. It applies once the creator agrees, within seven days.")
    if request.method == "POST" and submit(request, form, act, done=done):
        return redirect(here(request, "contract", made[0].reference))
    return form_page(
        request,
        form,
        title=_("Propose a contract"),
        lead=_("The creator sees exactly this, and decides."),
        button=_("Propose"),
        back=here(request, "contracts"),
    )


def change(request: PlatformRequest, reference: str) -> HttpResponseBase:
    """Propose new terms of a contract in force."""
    side, party_id = party(request)
    found = queries.get_contract(reference, side=side, party_id=party_id)
    now = next((each for each in found.versions.all() if each.state == "in_force"), None)
    if now is None:
        raise NotFound(_("There is no such contract."))
    form = forms.TermsForm(request.POST or None, initial=_initial(now))

    def act() -> None:
        operations.propose_change(
            contract_id=found.pk,
            side=side,
            terms=form.terms(),
            actor=request.actor,
            as_of=clock.now(),
        )

    done = _("Proposed. The terms so far apply until both sides agreed.")
    if request.method == "POST" and submit(request, form, act, done=done):
        return redirect(here(request, "contract", reference))
    return form_page(
        request,
        form,
        title=_("Propose a change"),
        lead=_("The terms so far apply until the other side agrees."),
        button=_("Propose the change"),
        back=here(request, "contract", reference),
    )


def answer(request: PlatformRequest, reference: str, deed: str) -> HttpResponseBase:
    """Agree, decline, withdraw; ask for the end, agree or object to it, take it back."""
    side, party_id = party(request)
    found = queries.get_contract(reference, side=side, party_id=party_id)
    act, done = _deed(request, found, side=side, deed=deed)
    return carry_out(request, act, done=done, to=here(request, "contract", reference))


def roster(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """An agency's creators under contract."""
    rows = queries.list_roster(request.workspace.party_id)
    page = read_list(
        request,
        rows,
        columns=_roster_columns(request),
        filters=(
            Filter(
                name="q",
                label=_("Name or handle"),
                apply=lambda found, text: (
                    found.filter(creator__handle__icontains=text)
                    | found.filter(creator__name__icontains=text)
                ),
            ),
            Filter(
                name="state",
                label=_("State"),
                apply=lambda found, state: found.filter(state=state),
                choices=(Choice("in_force", _("In force")), Choice("notice", _("Unbinding"))),
            ),
        ),
        sort="creator",
    )
    return respond(request, page, "people/roster.html", {}, export=export)


class _NoSuchCreator(NotFound):
    """The handle in a form names nobody."""


def _roster_columns(request: PlatformRequest) -> tuple[Column, ...]:
    return (
        Column(
            name="creator",
            label=_("Creator"),
            value=lambda row: row.creator.name,
            href=lambda row: here(request, "contract", row.reference),
            sort="creator__name",
        ),
        Column(name="handle", label=_("Handle"), value=lambda row: row.creator.handle, kind="code"),
        Column(name="state", label=_("Contract"), kind="badge", value=lambda row: row.badge),
        Column(
            name="started_at",
            label=_("Since"),
            kind="time",
            sort="started_at",
        ),
        Column(
            name="ends_at",
            label=_("Contract end"),
            kind="time",
            hint=_("Empty where no end was agreed."),
        ),
        Column(
            name="level",
            label=_("Level"),
            kind="number",
            value=lambda row: row.creator.level,
            sort="creator__level",
        ),
        Column(name="tier", label=_("Tier"), value=lambda row: row.creator.get_tier_display()),
        Column(
            name="first_live_at",
            label=_("First live"),
            kind="time",
            value=lambda row: row.creator.first_live_at,
        ),
        Column(
            name="direct_ppm",
            label=_("Direct share"),
            kind="rate",
            value=lambda row: _share(row, "direct"),
        ),
        Column(
            name="pool_ppm",
            label=_("Pool share"),
            kind="rate",
            value=lambda row: _share(row, "pool"),
        ),
    )


def _share(row: Any, income_type: str) -> int | None:
    now = next((each for each in row.versions.all() if each.state == "in_force"), None)
    return now.split_ppm(income_type) if now else None


def _awaits(contract: Any, side: str) -> bool:
    versions, requests = contract.versions.all(), contract.unbindings.all()
    return any(each.awaits == side for each in versions) or any(
        each.state == "open" and each.asked_by != side for each in requests
    )


def _deed(
    request: PlatformRequest, found: Any, *, side: str, deed: str
) -> tuple[Callable[[], object], str | Promise]:
    """The command behind a button of a contract's page, and what to say when it worked."""
    named: dict[str, Any] = {
        "contract_id": found.pk,
        "side": side,
        "actor": request.actor,
        "as_of": clock.now(),
    }
    version = {"number": _number(request)}
    reason = {"reason": request.POST.get("reason", "").strip()[:400] or gettext("No reason given.")}
    deeds: dict[str, tuple[Callable[..., object], dict[str, Any], Promise]] = {
        "agree": (operations.agree_to_version, version, _("Agreed; the terms apply from now on.")),
        "decline": (operations.decline_version, version | reason, _("Declined.")),
        "withdraw": (operations.withdraw_version, version, _("Proposal withdrawn.")),
        "end": (
            operations.ask_to_unbind,
            reason,
            _("Asked. Without an answer the contract ends by itself."),
        ),
        "end-agree": (operations.agree_to_unbinding, {}, _("The contract has ended.")),
        "end-object": (operations.object_to_unbinding, reason, _("Objected; staff decide.")),
        "end-withdraw": (operations.withdraw_unbinding, {}, _("The contract stays in force.")),
    }
    if deed not in deeds:
        raise NotFound(_("There is no such page."))
    act, more, done = deeds[deed]
    return lambda: act(**named, **more), done


def _number(request: PlatformRequest) -> int:
    text = request.POST.get("number", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _initial(version: Any) -> dict[str, Any]:
    shares = {each: version.split_ppm(each) / 10_000 for each in forms.TermsForm.SHARES}
    return {
        **shares,
        "is_exclusive": version.is_exclusive,
        "unbinding_days": version.unbinding_days,
        "data_scope": version.data_scope,
        "may": version.may,
    }


def _compare(before: Any, after: Any) -> list[Term]:
    """Line by line what applies and what is proposed; the same twice where one is missing."""
    left, right = before or after, after or before
    if left is None:
        return []
    lines: tuple[tuple[str | Promise, Callable[[Any], str | datetime]], ...] = (
        (_("Share of direct commission"), lambda each: _percent(each.direct_ppm)),
        (_("Share of pool awards"), lambda each: _percent(each.pool_ppm)),
        (_("Share of programme awards"), lambda each: _percent(each.award_ppm)),
        (
            _("Exclusive"),
            lambda each: gettext("Yes") if each.is_exclusive else gettext("No"),
        ),
        (_("End of the term"), lambda each: _moment(each.ends_at)),
        (
            _("Days to answer a request to end it"),
            lambda each: str(each.unbinding_days),
        ),
        (
            _("Data that the agency may read"),
            lambda each: _names(each.data_scope, dict(queries.DATA_SCOPES)),
        ),
        (
            _("What the agency may do in the studio"),
            lambda each: _names(each.may, dict(queries.grantable_choices())),
        ),
    )
    return [Term(label, text(left), text(right)) for label, text in lines]


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000}.{ppm % 10_000:04d}".rstrip("0").rstrip(".") + "%"


def _moment(at: datetime | None) -> str | datetime:
    return at or gettext("No end agreed")


def _names(keys: list[str], labels: dict[str, Any]) -> str:
    return " · ".join(str(label) for key, label in labels.items() if key in keys) or gettext(
        "Nothing"
    )


def _events(versions: list[Any], unbindings: list[Any]) -> list[Event]:
    """What happened to a contract, the newest first."""
    found: list[Event] = []
    for each in versions:
        number = {"number": each.number}
        side = each.get_proposed_by_display()
        proposed = gettext("Version %(number)s proposed") % number
        found.append(Event(at=each.proposed_at, title=proposed, who=side))
        if each.valid_from:
            title = gettext("Version %(number)s applies") % number
            found.append(Event(at=each.valid_from, title=title, tone="ok"))
    for each in unbindings:
        side = each.get_asked_by_display()
        title = gettext("Asked to end it")
        found.append(
            Event(at=each.asked_at, title=title, text=each.reason, who=side, tone="warning")
        )
        if each.answered_at:
            answer = each.get_state_display()
            found.append(Event(at=each.answered_at, title=answer, text=each.answer))
    return sorted(found, key=lambda event: event.at, reverse=True)
