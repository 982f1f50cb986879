"""Every page that a person can open: accessible, and whole at every width, theme and language.

The pages come from the URL resolver, so a new one is looked at without a word
here, with the samples that the walk over all routes fills into addresses. A page
that does not open has to be named in `NO_PAGE` with its reason, or be closed for
everybody in that walk. Each page is seen in one look, the looks taking turns;
`WAVEPOOL_THOROUGH=1` shows every page in every look, which takes minutes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import Look, axe_faults, load_axe, opened, sign_in, wide_by
from promises.route_walk import Route, every_route
from promises.test_no_crossing import CLOSED_TO_ALL, COMMON
from worlds.furnished import Furnished, furnish

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE: Final = {
    "public": ("",),
    "signed_in": ("merchant", "creator"),
    "studio": ("creator",),
    "merchant": ("merchant",),
    "agency": ("agency",),
    "staff": ("staff",),
}
#: Who opens the pages of an account, which the library calls public.
ACCOUNT: Final = ("account_", "mfa_", "usersessions_")
AS_NOBODY: Final = ("login", "signup", "reset_password", "inactive")
#: Who has no password yet sets one; who has one changes it.
WITHOUT_PASSWORD: Final = ("account_set_password",)
#: Routes of people that show no page of their own to anybody in this world.
NO_PAGE: Final = {
    "people.invitation": "a letter's address, known to its reader only",
    "demo": "opens in the demonstration alone",
    "files.download": "a file, no page",
    "mfa_deactivate_totp": "no second factor is set up",
    "mfa_view_recovery_codes": "no second factor is set up",
    "mfa_download_recovery_codes": "no second factor is set up",
    "mfa_remove_webauthn": "no passkey is set up",
    "mfa_edit_webauthn": "no passkey is set up",
    "mfa_reauthenticate": "no second factor is set up",
    "mfa_reauthenticate_webauthn": "no passkey is set up",
    "people.staff.decide": "nothing waits under this key",
    "statements.close": "the household's month is settled by nobody; the journey of a month looks at it",
    "statements.staff_receipt": "a line that was corrected by hand has none",
    "statements.staff_manifest": "a line that was corrected by hand has none",
    "payouts.file": "a file, no page",
}
CLOSED: Final = {*NO_PAGE, *(line.partition(":")[0] for line in CLOSED_TO_ALL)}
#: Pages of a version that only a draft has.
DRAFTS: Final = ("policies.edit",)
#: Desk and small phone, day and night, both languages; a page's neighbours are seen otherwise.
DAYS: Final = (("light", "en"), ("dark", "zh-hans"), ("dark", "en"), ("light", "zh-hans"))
LOOKS: Final = (
    *(Look(width, *day) for width, day in zip((1280, 320, 1280, 320), DAYS, strict=True)),
    *(Look(width, *day) for width, day in zip((320, 1280, 320, 1280), DAYS, strict=True)),
)
thorough = pytest.mark.skipif(
    "WAVEPOOL_THOROUGH" not in os.environ,
    reason="every page in every look takes minutes: set WAVEPOOL_THOROUGH=1",
)


@dataclass(frozen=True)
class Place:
    """A page and who opens it: a name of the world, or nobody."""

    reader: str
    path: str


@pytest.mark.parametrize("audience", PEOPLE)
class TestEveryPage:
    @pytest.mark.must_run
    def test_has_no_violation_and_fits_in_its_look(
        self, browser: Browser, live_server: LiveServer, audience: str
    ) -> None:
        world = furnish()
        places, closed = places_of(audience, world)
        turns = [(place, LOOKS[turn % len(LOOKS)]) for turn, place in enumerate(places)]
        faults = faults_of(turns, browser=browser, address=live_server.url, world=world)
        assert "\n".join([*closed, *faults]) == ""
        assert len(turns) > 0

    @thorough
    def test_has_no_violation_and_fits_in_every_look(
        self, browser: Browser, live_server: LiveServer, audience: str
    ) -> None:
        world = furnish()
        places, closed = places_of(audience, world)
        turns = list(product(places, LOOKS))
        faults = faults_of(turns, browser=browser, address=live_server.url, world=world)
        assert "\n".join([*closed, *faults]) == ""
        assert len(turns) > 0


class TestTheWalk:
    @pytest.mark.must_run
    def test_sees_a_page_that_is_too_wide_or_too_pale(
        self, browser: Browser, live_server: LiveServer
    ) -> None:
        with opened(browser, address=live_server.url, look=Look(320)) as page:
            page.goto("/help/")
            assert list(looked_at(page)) == []
            page.evaluate("document.querySelector('h1').style.width = '900px'")
            page.evaluate("document.querySelector('h1').style.color = '#ddd'")
            found = list(looked_at(page))
        assert [each.partition(":")[0] for each in found] == ["color-contrast", "width"]


def faults_of(
    turns: list[tuple[Place, Look]], *, browser: Browser, address: str, world: Furnished
) -> list[str]:
    """What is wrong on pages in their looks; one visitor for each reader and look."""
    faults = []
    for reader, look in dict.fromkeys((place.reader, look) for place, look in turns):
        with opened(browser, address=address, look=look) as page:
            if reader:
                sign_in(page, world.accounts[reader], address=address)
            for place, its in turns:
                if (place.reader, its) == (reader, look):
                    page.goto(place.path)
                    faults += [f"{place.path} {look.name} {each}" for each in looked_at(page)]
    return faults


def looked_at(page: Page) -> Iterator[str]:
    """What is wrong with the page that is open, as it is seen."""
    load_axe(page)
    yield from axe_faults(page)
    if wide_by(page) > 0:
        yield f"width: {wide_by(page)} px wider than its window"


def places_of(audience: str, world: Furnished) -> tuple[list[Place], list[str]]:
    """The pages of an audience, and in words what does not open though nobody named it."""
    clients = {name: Client(raise_request_exception=False) for name in ("", *world.accounts)}
    for name, account in world.accounts.items():
        clients[name].force_login(account)
    found, closed = [], []
    for route in every_route():
        if route.access is None or route.access.audience != audience:
            continue
        samples = {each: _value(route, each, world) for each in route.parameters}
        if not all(samples.values()):
            closed.append(f"{route.name}: no sample of {samples} in the domain's belongings")
            continue
        path = route.at(samples)
        answers = {each: clients[each].get(path) for each in _readers(route)}
        opens = [reader for reader, answer in answers.items() if _is_page(answer)]
        refusals = {answer.status_code for answer in answers.values()} - {405}
        if opens:
            found.append(Place(opens[0], path))
        elif refusals and min(refusals) >= 400 and route.name not in CLOSED:
            closed.append(f"{route.name}: {path}: {refusals}")
    return found, closed


def _is_page(answer: Any) -> bool:
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return bool(answer.status_code == 200 and is_html)


def _readers(route: Route) -> tuple[str, ...]:
    """Who tries to open a page, the likeliest first."""
    assert route.access is not None
    is_account = route.name.startswith(ACCOUNT)
    if route.name in WITHOUT_PASSWORD:
        return ("agency",)
    if is_account and not any(word in route.name for word in AS_NOBODY):
        return ("creator",)
    return PEOPLE[route.access.audience]


def _value(route: Route, name: str, world: Furnished) -> str:
    assert route.access is not None
    area, values = route.access.audience, world.values
    if name == "reference" and "/contracts/" in route.address:
        return values["contract.reference"]
    if name == "reference" and area == "staff":
        is_check = "/verifications/" in route.address
        return values["studio.reference" if is_check else "import.reference"]
    if name == "kind" and route.name in DRAFTS:
        return values["draft.kind"]
    if area == "staff" and name in {"membership_id", "invitation_id"}:
        return values[f"studio.{name}"]
    return values.get(f"{area}.{name}") or values.get(name) or COMMON.get(name, "")
