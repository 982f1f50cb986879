"""Identity, payee and level, as their owners see them."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import forms, operations, queries
from wavepool.domains.people.views.answers import carry_out, form_page, here, party, submit
from wavepool.plumbing import clock, uploads
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


def identity(request: PlatformRequest) -> HttpResponse:
    """What was shown, what was decided, and when it is checked again."""
    side, party_id = party(request)
    rows = queries.list_verifications(party=side, party_id=party_id)
    at = clock.now()
    found = [(each, queries.badge_of_verification(each, at=at)) for each in rows]
    states = {badge.name for _row, badge in found}
    context = {
        "verifications": found,
        "is_in_review": "submitted" in states,
        "is_verified": "approved" in states,
        "is_creator": side == "creator",
        "matching": queries.list_matching_accounts(party_id) if side == "creator" else (),
    }
    return render(request, "people/identity.html", context)


def verify(request: PlatformRequest) -> HttpResponseBase:
    """Show an identity."""
    side, party_id = party(request)
    form = forms.VerificationForm(request.POST or None, request.FILES or None)

    def act() -> None:
        given, at = form.cleaned_data, clock.now()
        scan = given["scan"]
        files = (
            [uploads.accept(scan, kinds={"image", "document"}, actor=request.actor, at=at)]
            if scan
            else []
        )
        operations.ask_verification(
            party=side,
            party_id=party_id,
            legal_name=given["legal_name"],
            country=given["country"].upper(),
            document=given["document"],
            number=form.sealed(),
            files=[each.public_id for each in files],
            actor=request.actor,
            as_of=at,
        )

    done = _("Sent for review; somebody of our staff decides.")
    if request.method == "POST" and submit(request, form, act, done=done):
        return redirect(here(request, "identity"))
    return form_page(
        request,
        form,
        title=_("Verify your identity"),
        lead=_("One document of a person, or the licence of a company; checked every half year."),
        button=_("Send for review"),
        back=here(request, "identity"),
    )


def withdraw(request: PlatformRequest, verification_id: int) -> HttpResponseBase:
    """Take a request back."""
    side, party_id = party(request)
    return carry_out(
        request,
        lambda: operations.withdraw_verification(
            party=side,
            party_id=party_id,
            verification_id=verification_id,
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("Request withdrawn."),
        to=here(request, "identity"),
    )


@access("studio", read="own", write="own")
def payee(request: PlatformRequest, handle: str) -> HttpResponseBase:
    """Who is paid for the creator, and who was before."""
    creator = queries.get_creator(handle)
    account = queries.find_account(request.actor.account_id)
    mine = [each for each in queries.list_payees_of(account) if each.is_verified] if account else []
    choices = [(each.pk, f"{each.name} · {each.get_kind_display()}") for each in mine]
    form = forms.PayeeForm(request.POST or None, choices=choices)

    def act() -> None:
        operations.set_payee(
            creator_id=creator.pk,
            payee_id=form.cleaned_data["payee"],
            actor=request.actor,
            as_of=clock.now(),
        )

    if request.method == "POST" and submit(request, form, act, done=_("The payee is set.")):
        return redirect(here(request, "payee"))
    context = {
        "form": form if choices else None,
        "creator": creator,
        "history": queries.list_creator_payees(creator.pk),
    }
    return render(request, "people/payee.html", context, status=422 if form.errors else 200)


@access("studio")
def level(request: PlatformRequest, handle: str) -> HttpResponse:
    """The creator's level, tier and restrictions with their history."""
    creator = queries.get_creator(handle)
    context = {
        "creator": creator,
        "levels": queries.list_standings(creator.pk, kind="level"),
        "tiers": queries.list_standings(creator.pk, kind="tier"),
        "restrictions": queries.list_restrictions(creator.pk),
    }
    return render(request, "people/level.html", context)
