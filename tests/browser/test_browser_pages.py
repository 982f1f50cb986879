"""Every page that a person can open: accessible, and whole at every width, theme and language.

The pages come from the URL resolver, so a new one is looked at without a word
here; one that does not open has to be named in `NO_PAGE` with its reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import Look, axe_faults, load_axe, opened, sign_in, wide_by
from promises.route_walk import Route, every_route
from worlds.furnished import Furnished, furnish

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "WAVEPOOL_THOROUGH" not in os.environ,
        reason="every page in every look takes minutes: set WAVEPOOL_THOROUGH=1",
    ),
]

PEOPLE: Final = {
    "public": "",
    "signed_in": "merchant",
    "studio": "creator",
    "merchant": "merchant",
    "agency": "agency",
    "staff": "staff",
}
#: Who opens the pages of an account, which the library calls public.
ACCOUNT: Final = ("account_", "mfa_", "usersessions_")
AS_NOBODY: Final = ("login", "signup", "reset_password", "inactive")
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
    "people.staff.decide": "nothing waits under this key",
    "catalog.goods_export": "asks for a format",
    "catalog.plans_export": "asks for a format",
}


class TestEveryPage:
    @pytest.mark.parametrize("audience", PEOPLE)
    def test_has_no_violation_and_fits(
        self, browser: Browser, live_server: LiveServer, audience: str
    ) -> None:
        world = furnish()
        seen, faults = 0, []
        for name, paths in pages_of(audience, world).items():
            for language in ("en", "zh-hans"):
                look = Look(language=language)
                with opened(browser, address=live_server.url, look=look) as page:
                    if name:
                        sign_in(page, world.accounts[name], address=live_server.url)
                    for path in paths:
                        page.set_viewport_size({"width": 1280, "height": 900})
                        page.emulate_media(color_scheme="light")
                        page.goto(path)
                        faults += [f"{path} {language} {fault}" for fault in looked_at(page)]
                        seen += 1
        assert "\n".join(faults) == ""
        assert seen > 0


def looked_at(page: Page) -> Iterator[str]:
    """What is wrong in two widths and two themes of a page that is open.

    A theme changes colours and nothing else, so in the dark the colours are asked for alone.
    """
    load_axe(page)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            only = ("color-contrast",) if theme == "dark" else ()
            for fault in axe_faults(page, only=only):
                yield f"{width} {theme}: {fault}"
        if wide_by(page) > 0:
            yield f"{width}: {wide_by(page)} px wider than its window"


def pages_of(audience: str, world: Furnished) -> dict[str, list[str]]:
    """Addresses of the pages of an audience by who opens them; what does not open fails."""
    found: dict[str, list[str]] = {}
    closed = []
    for route in every_route():
        if route.access is None or route.access.audience != audience:
            continue
        name = _reader(route)
        client = Client()
        if name:
            client.force_login(world.accounts[name])
        path = route.at({each: _value(route, each, world) for each in route.parameters})
        answer = client.get(path)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code == 200 and is_page:
            found.setdefault(name, []).append(path)
        elif answer.status_code == 404 and route.name not in NO_PAGE:
            closed.append(f"{route.name}: {path}")
    assert "\n".join(closed) == ""
    return found


def _reader(route: Route) -> str:
    assert route.access is not None
    is_account = route.name.startswith(ACCOUNT)
    if is_account and not any(word in route.name for word in AS_NOBODY):
        return "creator"
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
    return values.get(f"{area}.{name}") or values.get(name) or PLAIN[name]


#: Pages of a version that only a draft has.
DRAFTS: Final = ("policies.edit",)
#: Values of parameters that name no belonging of anybody.
PLAIN: Final[dict[str, Any]] = {
    "role": "home-cook",
    "category": "things",
    "outcome": "approve",
    "subject": "claim",
    "key": "1",
    "restriction_id": "1",
    "token": "no-such-invitation",
    "uidb36": "1",
    "reference": "imp_1",
    "pk": "1",
    "format": "csv",
    "membership_id": "1",
    "invitation_id": "1",
}
