"""Becoming a creator: the invitation to everybody, the first form, and the steps."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import forms, operations, queries
from wavepool.domains.people.views.answers import carry_out, form_page, here, submit
from wavepool.domains.people.views.homes import steps_of
from wavepool.plumbing import clock
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("public")
def become(request: PlatformRequest) -> HttpResponse:
    """What becoming a creator takes and gives."""
    taxonomy = queries.get_taxonomy()
    workspaces = queries.list_workspaces(request.actor) if request.actor.account_id else ()
    context = {
        "roles": len(taxonomy.roles),
        "groups": taxonomy.groups.values(),
        "studios": [each for each in workspaces if each.kind == "studio"],
    }
    return render(request, "people/become.html", context)


@access("signed_in")
def begin(request: PlatformRequest) -> HttpResponseBase:
    """Name, handle and role of a new creator."""
    initial = {"role": request.GET.get("role", "")}
    form = forms.BecomeForm(request.POST or None, initial=initial)

    def act() -> None:
        given = form.cleaned_data
        operations.become_creator(
            handle=given["handle"],
            name=given["name"],
            role=given["role"],
            shop_slug=given["shop"],
            actor=request.actor,
            as_of=clock.now(),
        )

    if request.method == "POST" and submit(
        request, form, act, done=_("Your studio is open. These steps come next.")
    ):
        return redirect("people.studio.start", form.cleaned_data["handle"].lower())
    return form_page(
        request,
        form,
        frame="public",
        title=_("Become a creator"),
        lead=_("Pick a name that people remember; everything but the handle can change later."),
        button=_("Open my studio"),
    )


@access("studio")
def start(request: PlatformRequest, handle: str) -> HttpResponse:
    """The checklist of a creator."""
    journey = queries.journey_of(queries.get_creator(handle), at=clock.now())
    context = {"journey": journey, "steps": steps_of(request, journey)}
    return render(request, "people/start.html", context)


@access("studio", read="operate")
def profile(request: PlatformRequest, handle: str) -> HttpResponseBase:
    """How a creator is shown."""
    creator = queries.get_creator(handle)
    initial = {"name": creator.name, "bio": creator.bio, "role": creator.role}
    form = forms.ProfileForm(request.POST or None, initial=initial)

    def act() -> None:
        operations.change_profile(
            creator_id=creator.pk, actor=request.actor, as_of=clock.now(), **form.cleaned_data
        )

    if request.method == "POST" and submit(request, form, act, done=_("Profile saved.")):
        return redirect(here(request, "start"))
    return form_page(
        request, form, title=_("Profile"), button=_("Save"), back=here(request, "start")
    )


def channels(request: PlatformRequest) -> HttpResponseBase:
    """A creator's accounts on channels."""
    form = forms.ChannelForm(request.POST or None)

    def act() -> None:
        operations.add_channel_account(
            creator_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
            **form.cleaned_data,
        )

    if request.method == "POST" and submit(request, form, act, done=_("Channel account added.")):
        return redirect(here(request, "channels"))
    context = {
        "form": form,
        "channels": queries.list_channel_accounts(request.workspace.party_id),
    }
    status = 422 if form.errors else 200
    return render(request, "people/channels.html", context, status=status)


@require_POST
def end_channel(request: PlatformRequest, channel_account_id: int) -> HttpResponseBase:
    """Stop using a channel account."""
    return carry_out(
        request,
        lambda: operations.end_channel_account(
            creator_id=request.workspace.party_id,
            channel_account_id=channel_account_id,
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("Channel account ended; its history stays."),
        to=here(request, "channels"),
    )


@access("studio", write="own")
def terms(request: PlatformRequest, handle: str) -> HttpResponseBase:
    """The terms, and the creator's consent."""
    version = queries.TERMS_VERSION
    if request.method == "POST":
        return carry_out(
            request,
            lambda: operations.accept_terms(
                creator_id=request.workspace.party_id,
                version=version,
                actor=request.actor,
                as_of=clock.now(),
            ),
            done=_("Thank you; the terms are agreed."),
            to=here(request, "start"),
        )
    journey = queries.journey_of(queries.get_creator(handle), at=clock.now())
    is_agreed = any(step.name == "terms" and step.is_done for step in journey.steps)
    return render(request, "people/terms.html", {"version": version, "is_agreed": is_agreed})
