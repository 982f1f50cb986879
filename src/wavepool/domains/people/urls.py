"""Addresses of people, by area."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from wavepool.domains.people.views import (
    becoming,
    claims,
    contracts,
    decisions,
    directory,
    homes,
    identity,
    imports,
    introductions,
    opening,
    teams,
)
from wavepool.domains.people.views import public as pages
from wavepool.domains.people.views.answers import Page, entrance
from wavepool.plumbing.lists import list_paths


def _team(audience: Any) -> list[URLPattern]:
    """The team of a workspace, whichever it is."""

    def post(page: Page, *, write: str = "own") -> Page:
        return require_POST(entrance(audience, page, write=write))

    name = f"people.{audience}"
    seat, letter = "team/<int:membership_id>", "team/invitations/<int:invitation_id>"
    return [
        path("team/", entrance(audience, teams.team), name=f"{name}.team"),
        path(f"{seat}/role/", post(teams.change_role), name=f"{name}.role"),
        path(f"{seat}/end/", post(teams.end_membership, write="view"), name=f"{name}.end"),
        path(f"{letter}/resend/", post(teams.resend), name=f"{name}.resend"),
        path(f"{letter}/withdraw/", post(teams.withdraw), name=f"{name}.withdraw"),
    ]


def _identity(audience: Any) -> list[URLPattern]:
    """The identity of a workspace's party."""
    name = f"people.{audience}"
    own = {"read": "own", "write": "own"}
    return [
        path("identity/", entrance(audience, identity.identity, **own), name=f"{name}.identity"),
        path("identity/new/", entrance(audience, identity.verify, **own), name=f"{name}.verify"),
        path(
            "identity/<int:verification_id>/withdraw/",
            require_POST(entrance(audience, identity.withdraw, **own)),
            name=f"{name}.unverify",
        ),
    ]


def _contracts(audience: Any) -> list[URLPattern]:
    """The contracts of one side."""
    name = f"people.{audience}"
    return [
        path("contracts/", entrance(audience, contracts.contracts), name=f"{name}.contracts"),
        path(
            "contracts/<slug:reference>/",
            entrance(audience, contracts.contract),
            name=f"{name}.contract",
        ),
        path(
            "contracts/<slug:reference>/change/",
            entrance(audience, contracts.change, read="own"),
            name=f"{name}.change",
        ),
        path(
            "contracts/<slug:reference>/<slug:deed>/",
            require_POST(entrance(audience, contracts.answer)),
            name=f"{name}.answer",
        ),
    ]


public = [
    path("roles/", pages.roles, name="people.roles"),
    path("roles/<slug:role>/", pages.role, name="people.role"),
    path("become-a-creator/", becoming.become, name="people.become"),
    path("become-a-creator/new/", becoming.begin, name="people.begin"),
    path("open-a-shop/", opening.shop, name="people.open_shop"),
    path("open-an-agency/", opening.agency, name="people.open_agency"),
    path("c/<slug:handle>/", pages.creator, name="people.creator"),
    path("c/<slug:handle>/follow/", pages.follow, name="people.follow"),
    path("c/<slug:handle>/unfollow/", pages.unfollow, name="people.unfollow"),
    path("invitations/<str:token>/", teams.invitation, name="people.invitation"),
    path("invitations/<str:token>/accept/", teams.accept, name="people.invitation.accept"),
    path("invitations/<str:token>/decline/", teams.decline, name="people.invitation.decline"),
]
studio = [
    path("", homes.studio, name="people.studio"),
    path("start/", becoming.start, name="people.studio.start"),
    path("profile/", becoming.profile, name="people.studio.profile"),
    path(
        "channels/",
        entrance("studio", becoming.channels, write="operate"),
        name="people.studio.channels",
    ),
    path(
        "channels/<int:channel_account_id>/end/",
        entrance("studio", becoming.end_channel, write="operate"),
        name="people.studio.channel.end",
    ),
    path("terms/", becoming.terms, name="people.studio.terms"),
    path(
        "claims/",
        entrance("studio", claims.claims, read="own", write="own"),
        name="people.studio.claims",
    ),
    path(
        "claims/dispute/",
        entrance("studio", claims.dispute, read="own", write="own"),
        name="people.studio.dispute",
    ),
    path(
        "claims/<int:old_account_id>/",
        entrance("studio", claims.claim_matching),
        name="people.studio.claim",
    ),
    path("payee/", identity.payee, name="people.studio.payee"),
    path("level/", identity.level, name="people.studio.level"),
    path(
        "introductions/<int:introduction_id>/confirm/",
        entrance("studio", introductions.confirm),
        name="people.studio.introduction.confirm",
    ),
    path(
        "introductions/<int:introduction_id>/object/",
        entrance("studio", introductions.object_to),
        name="people.studio.introduction.object",
    ),
    *_team("studio"),
    *_identity("studio"),
    *_contracts("studio"),
]
merchant = [
    path("", entrance("merchant", homes.merchant), name="people.merchant"),
    *_team("merchant"),
    *_identity("merchant"),
]
agency = [
    path("", entrance("agency", homes.agency), name="people.agency"),
    *list_paths("roster", entrance("agency", contracts.roster), name="people.agency.roster"),
    path(
        "contracts/new/",
        entrance("agency", contracts.propose, read="own", write="own"),
        name="people.agency.propose",
    ),
    *list_paths(
        "introductions",
        entrance("agency", introductions.introductions),
        name="people.agency.introductions",
    ),
    path(
        "introductions/new/",
        entrance("agency", introductions.introduce, read="operate", write="operate"),
        name="people.agency.introduce",
    ),
    *_team("agency"),
    *_identity("agency"),
    *_contracts("agency"),
]
staff = [
    path("", homes.staff, name="people.staff"),
    *list_paths("people/creators", directory.creators, name="people.staff.creators"),
    *list_paths("people/shops", directory.shops, name="people.staff.shops"),
    *list_paths("people/agencies", directory.agencies, name="people.staff.agencies"),
    *list_paths("people/accounts", directory.accounts, name="people.staff.accounts"),
    path("people/creators/<slug:handle>/", decisions.creator, name="people.staff.creator"),
    path(
        "people/creators/<slug:handle>/restrictions/<int:restriction_id>/lift/",
        decisions.lift,
        name="people.staff.lift",
    ),
    *list_paths("verifications", decisions.verifications, name="people.staff.verifications"),
    path(
        "verifications/<slug:reference>/",
        decisions.verification,
        name="people.staff.verification",
    ),
    path(
        "verifications/<slug:reference>/<slug:outcome>/",
        decisions.decide_verification,
        name="people.staff.verification.decide",
    ),
    path("decisions/", decisions.decisions, name="people.staff.decisions"),
    path(
        "decisions/<slug:subject>/<int:key>/<slug:outcome>/",
        decisions.decide,
        name="people.staff.decide",
    ),
    *list_paths("imports/accounts", imports.imports, name="people.staff.imports"),
    path("imports/accounts/new/", imports.read_file, name="people.staff.import.new"),
    path("imports/accounts/<slug:reference>/", imports.one_import, name="people.staff.import"),
    path(
        "imports/accounts/<slug:reference>/errors.csv",
        imports.errors,
        name="people.staff.import.errors",
    ),
    path(
        "imports/accounts/<slug:reference>/take-over/",
        imports.take_over,
        name="people.staff.import.take_over",
    ),
    path(
        "imports/accounts/<slug:reference>/drop/",
        imports.drop,
        name="people.staff.import.drop",
    ),
    *_team("staff"),
]
