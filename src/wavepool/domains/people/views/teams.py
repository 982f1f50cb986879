"""Teams: members, roles, invitations; the same page in every workspace."""

from __future__ import annotations

import secrets
from smtplib import SMTPException

from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import forms, operations, queries
from wavepool.domains.people.views.answers import PARTY_OF, carry_out, here, submit
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


def team(request: PlatformRequest) -> HttpResponseBase:
    """Members, open invitations, and what each role may do."""
    party, party_id = _team_of(request)
    form = forms.InviteForm(request.POST or None)
    token = secrets.token_urlsafe(32)

    def act() -> None:
        operations.invite_member(
            party=party,
            party_id=party_id,
            token=token,
            actor=request.actor,
            as_of=clock.now(),
            **form.cleaned_data,
        )

    if request.method == "POST" and submit(request, form, act, done=_("Invitation sent.")):
        _send(request, form.cleaned_data["email"], token)
        return redirect(here(request, "team"))
    at = clock.now()
    context = {
        "form": form,
        "members": queries.list_members(party=party, party_id=party_id),
        "invitations": queries.list_open_invitations(party=party, party_id=party_id, at=at),
        "matrix": queries.permission_matrix(),
        "roles": queries.seat_roles(),
    }
    return render(request, "people/team.html", context, status=422 if form.errors else 200)


def change_role(request: PlatformRequest, membership_id: int) -> HttpResponseBase:
    """Give a member another role."""
    party, party_id = _team_of(request)
    role = request.POST.get("role", "")
    if role not in dict(queries.seat_roles()):
        raise NotFound(_("There is no such role."))
    return carry_out(
        request,
        lambda: operations.change_role(
            party=party,
            party_id=party_id,
            membership_id=membership_id,
            role=role,
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("The role is changed; it holds from now on."),
        to=here(request, "team"),
    )


def end_membership(request: PlatformRequest, membership_id: int) -> HttpResponseBase:
    """Take a seat away, or leave."""
    party, party_id = _team_of(request)
    members = queries.list_members(party=party, party_id=party_id)
    is_own = any(
        each.pk == membership_id and each.account_id == request.actor.account_id for each in members
    )
    return carry_out(
        request,
        lambda: operations.end_membership(
            party=party,
            party_id=party_id,
            membership_id=membership_id,
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("The seat is free; it opens nothing any more."),
        to=reverse("home") if is_own else here(request, "team"),
    )


def resend(request: PlatformRequest, invitation_id: int) -> HttpResponseBase:
    """Send an invitation again, with a new link."""
    party, party_id = _team_of(request)
    token = secrets.token_urlsafe(32)

    def act() -> None:
        invitation = operations.resend_invitation(
            party=party,
            party_id=party_id,
            invitation_id=invitation_id,
            token=token,
            actor=request.actor,
            as_of=clock.now(),
        )
        _send(request, invitation.email, token)

    return carry_out(
        request, act, done=_("Sent again; the earlier link has ended."), to=here(request, "team")
    )


def withdraw(request: PlatformRequest, invitation_id: int) -> HttpResponseBase:
    """Take an invitation back."""
    party, party_id = _team_of(request)
    return carry_out(
        request,
        lambda: operations.withdraw_invitation(
            party=party,
            party_id=party_id,
            invitation_id=invitation_id,
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("Invitation withdrawn; its link has ended."),
        to=here(request, "team"),
    )


@access("signed_in")
def invitation(request: PlatformRequest, token: str) -> HttpResponse:
    """An invitation, as the one who got it sees it."""
    found = queries.get_invitation(token)
    account = queries.find_account(request.actor.account_id)
    context = {
        "invitation": found,
        "token": token,
        "is_open": found.state == "open" and clock.now() < found.expires_at,
        "is_mine": account is not None and account.email.lower() == found.email,
    }
    return render(request, "people/invitation.html", context)


@require_POST
@access("signed_in")
def accept(request: PlatformRequest, token: str) -> HttpResponseBase:
    """Take the offered seat."""
    return carry_out(
        request,
        lambda: operations.accept_invitation(token=token, actor=request.actor, as_of=clock.now()),
        done=_("Welcome; the workspace is in your list."),
        to=reverse("home"),
    )


@require_POST
@access("signed_in")
def decline(request: PlatformRequest, token: str) -> HttpResponseBase:
    """Refuse the offered seat."""
    return carry_out(
        request,
        lambda: operations.decline_invitation(token=token, actor=request.actor, as_of=clock.now()),
        done=_("Invitation declined."),
        to=reverse("home"),
    )


def _team_of(request: PlatformRequest) -> tuple[str, int]:
    """The party of the workspace; for staff the first team of the actor."""
    if request.workspace.kind != "staff":
        return PARTY_OF[request.workspace.kind], request.workspace.party_id
    teams = queries.list_staff_teams(request.actor.account_id)
    return "team", teams[0].pk


def _send(request: PlatformRequest, email: str, token: str) -> None:
    link = request.build_absolute_uri(reverse("people.invitation", args=[token]))
    name = request.workspace.name
    subject = gettext("Invitation to %(name)s") % {"name": name}
    text = gettext(
        "%(who)s invites you to the team of %(name)s.\n\n%(link)s\n\n"
        "The link works for seven days and for this address only."
    ) % {"who": request.actor.name, "name": name, "link": link}
    try:
        send_mail(subject, text, None, [email])
    except (OSError, SMTPException):
        messages.warning(request, gettext("The letter could not be sent; send it again later."))
