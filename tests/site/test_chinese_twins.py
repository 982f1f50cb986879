"""The Chinese twins of public pages: language by address, links that stay, hreflang both ways."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wavepool.domains.people import operations
from wavepool.site import twin_urls
from wavepool.site.twins import APART

pytestmark = pytest.mark.django_db
HERE = "http://testserver"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def head_links(text: str) -> list[tuple[str, str]]:
    """Canonical and alternates of a page's head: what it is, where it leads."""
    found = re.findall(
        r'<link rel="(canonical|alternate)"(?: hreflang="([^"]+)")? href="([^"]+)"', text
    )
    return [(language or rel, address.removeprefix(HERE)) for rel, language, address in found]


def hrefs(text: str) -> set[str]:
    return set(re.findall(r'<(?:a|form)\b[^>]*?(?:href|action)="(/[^"]*)"', text))


class TestATwin:
    def test_is_the_same_page_in_chinese_whatever_the_reader_prefers(
        self, world: Any, client: Client
    ) -> None:
        assert '<html lang="en"' in page(client, "/help/")
        client.cookies["wavepool_language"] = "en"
        assert '<html lang="zh-hans"' in page(client, "/zh-hans/help/")
        operations.set_preferences(language="en", actor=world.actor("ada"))
        client.force_login(world.ada)
        answer = client.get("/zh-hans/help/")
        assert '<html lang="zh-hans"' in answer.content.decode()
        assert answer["Content-Language"] == "zh-hans"
        assert '<html lang="en"' in page(client, "/help/")

    def test_leads_to_twins_and_to_workspaces_without_one(self, world: Any, client: Client) -> None:
        client.force_login(world.bao)
        found = hrefs(page(client, "/zh-hans/c/ada/"))
        bare = {each for each in found if not each.startswith("/zh-hans/")}
        assert {
            "/zh-hans/",
            "/zh-hans/help/",
            "/zh-hans/search/",
            "/zh-hans/c/ada/follow/",
        } <= found
        assert bare == {"/preferences/", "/merchant/bao-tea/", "/static/site/mark.svg"} & bare
        assert "/merchant/bao-tea/" in bare

    def test_links_its_languages_as_the_page_without_prefix_does(
        self, world: Any, client: Client
    ) -> None:
        both = [
            ("en", "/c/ada/"),
            ("zh-Hans", "/zh-hans/c/ada/"),
            ("x-default", "/c/ada/"),
        ]
        assert head_links(page(client, "/c/ada/?a=1")) == [("canonical", "/c/ada/"), *both]
        assert head_links(page(client, "/zh-hans/c/ada/")) == [
            ("canonical", "/zh-hans/c/ada/"),
            *both,
        ]

    def test_is_the_canonical_one_of_a_page_that_speaks_chinese_by_preference(
        self, world: Any, client: Client
    ) -> None:
        client.cookies["wavepool_language"] = "zh-hans"
        assert head_links(page(client, "/c/ada/"))[0] == ("canonical", "/zh-hans/c/ada/")

    def test_works_where_it_posts(self, world: Any, client: Client) -> None:
        client.force_login(world.bao)
        answer = client.post("/zh-hans/c/ada/follow/")
        assert (answer.status_code, answer["Location"]) == (302, "/zh-hans/c/ada/")

    def test_asks_to_sign_in_in_its_language(self, world: Any, client: Client) -> None:
        answer = client.get("/zh-hans/notifications/")
        assert answer["Location"] == "/zh-hans/accounts/login/?next=/zh-hans/notifications/"
        assert '<html lang="zh-hans"' in page(client, answer["Location"])

    def test_of_what_is_missing_is_missing_in_its_language(
        self, world: Any, client: Client
    ) -> None:
        answer = client.get("/zh-hans/c/nobody/")
        assert answer.status_code == 404
        assert '<html lang="zh-hans"' in answer.content.decode()

    def test_begins_with_the_prefix_alone(self, db: None, client: Client) -> None:
        assert client.get("/zh-hans")["Location"] == "/zh-hans/"
        assert client.get("/zh-hansel/").status_code == 404
        assert client.get("/zh-hans/zh-hans/help/").status_code == 404

    def test_leaves_no_trace_on_the_next_request(self, db: None, client: Client) -> None:
        page(client, "/zh-hans/help/")
        assert reverse("help") == "/help/"
        found = hrefs(page(client, "/help/"))
        assert [each for each in found if each.startswith("/zh-hans/")] == []


class TestWhatHasNoTwin:
    @pytest.mark.parametrize(
        "path",
        [
            "/zh-hans/merchant/bao-tea/",
            "/zh-hans/staff/",
            "/zh-hans/api/v1/openapi.json",
            "/zh-hans/healthz",
            "/zh-hans/metrics",
            "/zh-hans/preferences/",
        ],
    )
    def test_is_not_found_under_the_prefix(self, world: Any, client: Client, path: str) -> None:
        client.force_login(world.bao)
        assert client.get(path).status_code == 404

    def test_says_no_other_language(self, world: Any, client: Client) -> None:
        client.force_login(world.bao)
        for path in ("/merchant/bao-tea/", "/notifications/", "/accounts/email/"):
            assert head_links(page(client, path)) == []


class TestTheSwitchOfLanguage:
    def switched(self, client: Client, path: str) -> str:
        text = page(client, path)
        form = text[text.index('action="/preferences/"') :]
        found = re.search(
            r'name="next" value="([^"]*)".*?name="language" value="([^"]*)"', form, re.DOTALL
        )
        assert found
        answer = client.post("/preferences/", {"next": found[1], "language": found[2]})
        return answer["Location"]

    @pytest.mark.parametrize("name", ["", "ada"])
    def test_leads_to_the_twin_and_back_and_is_kept(
        self, world: Any, client: Client, name: str
    ) -> None:
        if name:
            client.force_login(getattr(world, name))
        assert self.switched(client, "/search/?q=tea") == "/zh-hans/search/?q=tea"
        assert '<html lang="zh-hans"' in page(client, "/help/")
        assert self.switched(client, "/zh-hans/search/?q=tea") == "/search/?q=tea"
        assert '<html lang="en"' in page(client, "/help/")

    def test_of_a_page_that_speaks_chinese_by_preference_stays(
        self, world: Any, client: Client
    ) -> None:
        client.cookies["wavepool_language"] = "zh-hans"
        assert self.switched(client, "/help/") == "/help/"
        assert '<html lang="en"' in page(client, "/help/")

    def test_in_a_workspace_stays_there(self, world: Any, client: Client) -> None:
        client.force_login(world.bao)
        assert self.switched(client, "/merchant/bao-tea/") == "/merchant/bao-tea/"
        assert '<html lang="zh-hans"' in page(client, "/merchant/bao-tea/")

    def test_leaves_the_twin_of_a_page_that_is_not_public(self, world: Any, client: Client) -> None:
        assert self.switched(client, "/zh-hans/accounts/login/") == "/accounts/login/"


class TestTheSplit:
    def test_keeps_every_address_once(self) -> None:
        assert len(twin_urls.urlpatterns) == len(twin_urls.OTHERS) + 1
        assert not {str(each.pattern) for each in twin_urls.PAGES} & set(APART)
