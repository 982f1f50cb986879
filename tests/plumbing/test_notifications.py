"""Notifications: told once, counted by one query, read by their own account only, forgotten in time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from tidy.project_files import PROJECT
from wavepool.domains.people import operations as people
from wavepool.plumbing import notifications
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import Notification
from wavepool.site.notifications import told
from wavepool.site.templatetags import house

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)
CLAIM = "people.introduction_claimed"

assert house.register


def tell(*account_ids: int, key: str = "one", at: datetime = NOON, **data: Any) -> None:
    notifications.notify(
        CLAIM,
        account_ids,
        key=key,
        data={"agency": "Chen Talents", **data},
        route="people.studio.contracts",
        names=["ada"],
        at=at,
    )


class TestNotify:
    def test_tells_each_account_once_for_one_key(self, world: Any) -> None:
        tell(world.ada.pk, world.ada.pk, world.bao.pk)
        tell(world.ada.pk)
        tell(world.ada.pk, key="two")
        rows = Notification.objects.order_by("pk").values_list("account_id", "key", "href")
        assert list(rows) == [
            (world.ada.pk, "one", "/studio/ada/contracts/"),
            (world.bao.pk, "one", "/studio/ada/contracts/"),
            (world.ada.pk, "two", "/studio/ada/contracts/"),
        ]

    def test_is_gone_with_a_deed_that_failed(self, world: Any) -> None:
        def deed() -> None:
            with transaction.atomic():
                tell(world.ada.pk)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            deed()
        assert notifications.count_unread(world.ada.pk) == 0

    def test_knows_no_words_for_a_kind_that_nobody_registered(self, world: Any) -> None:
        with pytest.raises(AssertionError, match=r"nobody registered the words of people\.gone"):
            notifications.notify("people.gone", [world.ada.pk], key="x", at=NOON)

    @pytest.mark.parametrize("href", ["https://elsewhere.example/", "//elsewhere.example/", "x"])
    def test_never_leads_to_another_site(self, world: Any, href: str) -> None:
        row = Notification(public_id="n", account_id=1, kind=CLAIM, key="k", href=href)
        row.made_at = NOON
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


class TestReading:
    def test_is_one_query_for_the_bell(self, world: Any, django_assert_num_queries: Any) -> None:
        for place in range(120):
            tell(world.ada.pk, key=str(place))
        with django_assert_num_queries(1):
            assert notifications.count_unread(world.ada.pk) == 100

    def test_marks_ones_own_and_nothing_of_others(self, world: Any) -> None:
        tell(world.ada.pk, world.bao.pk)
        mine = Notification.objects.get(account_id=world.ada.pk)
        with pytest.raises(NotFound):
            notifications.read_notification(
                public_id=mine.public_id, account_id=world.bao.pk, at=NOON + DAY
            )
        notifications.read_notification(
            public_id=mine.public_id, account_id=world.ada.pk, at=NOON + DAY
        )
        again = notifications.read_notification(
            public_id=mine.public_id, account_id=world.ada.pk, at=NOON + 2 * DAY
        )
        assert again.read_at == NOON + DAY
        assert [notifications.count_unread(each.pk) for each in (world.ada, world.bao)] == [0, 1]

    def test_leaves_what_came_after_the_page_was_seen(self, world: Any) -> None:
        tell(world.ada.pk, key="old")
        tell(world.ada.pk, key="new", at=NOON + DAY)
        assert notifications.read_all(account_id=world.ada.pk, at=NOON) == 1
        assert notifications.count_unread(world.ada.pk) == 1

    def test_is_refused_by_the_store_before_it_was_made(self, world: Any) -> None:
        tell(world.ada.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            Notification.objects.update(read_at=NOON - DAY)


class TestForgetting:
    def test_drops_what_was_read_90_days_ago_and_what_is_a_year_old(self, world: Any) -> None:
        tell(world.ada.pk, key="read long ago")
        notifications.read_all(account_id=world.ada.pk, at=NOON)
        tell(world.ada.pk, key="unread", at=NOON)
        tell(world.ada.pk, key="older", at=NOON - 300 * DAY)
        assert notifications.forget_old(at=NOON + 90 * DAY) == 1
        assert notifications.forget_old(at=NOON + 90 * DAY + timedelta(seconds=1)) == 1
        assert list(Notification.objects.values_list("key", flat=True)) == ["unread"]


class TestTheWords:
    def test_are_made_in_the_readers_language_from_the_same_row(self, world: Any) -> None:
        people.invite_member(
            party="shop",
            party_id=world.shop.pk,
            email="DONG@example.com",
            role="finance",
            token="t" * 43,
            actor=world.actor("bao"),
            as_of=NOON,
        )
        row = Notification.objects.get(account_id=world.dong.pk)
        said = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                found = told(row)
                said.append((found.title, found.text))
        assert said == [
            (
                "Bao Tea offers you a seat: Finance",
                "The link to answer is in the e-mail that we sent you; "
                "it works until 9 Nov 2026, 12:00.",
            ),
            (
                "Bao Tea 邀请您加入：财务",
                "回复链接在我们发给您的邮件中，有效期至 2026-11-09 12:00。",
            ),
        ]

    def test_of_every_registered_kind_name_its_domain(self) -> None:
        names = [each.name for each in notifications.notices()]
        assert {name.partition(".")[0] for name in names} >= {"people", "policies", "catalog"}
        assert names == sorted(set(names))

    def test_of_every_registered_kind_stand_in_the_guide(self) -> None:
        guide = (PROJECT / "docs" / "guides" / "operations.md").read_text(encoding="utf-8")
        section = guide.partition("\n## Notifications\n")[2].partition("\n## ")[0]
        told = set(re.findall(r"`([a-z]+\.[a-z_]+)`", section))
        assert sorted(told) == [each.name for each in notifications.notices()]

    def test_that_a_later_version_lost_still_show_a_line(self, world: Any) -> None:
        tell(world.ada.pk)
        Notification.objects.update(kind="people.lost")
        assert told(Notification.objects.get()).title == "Something happened"


class TestThePage:
    def test_lists_marks_and_leads_on_without_scripts(self, world: Any, client: Client) -> None:
        tell(world.ada.pk)
        client.force_login(world.ada)
        page = client.get("/notifications/").content.decode()
        assert "Chen Talents says that it brought you here" in page
        assert "1 unread notification" in page
        name = Notification.objects.get().public_id
        answer = client.post(f"/notifications/{name}/read/", {"open": "1"})
        assert (answer.status_code, answer["Location"]) == (302, "/studio/ada/contracts/")
        page = client.get("/notifications/?state=new").content.decode()
        assert "You have read everything." in page
        assert "unread notification" not in page

    def test_marks_all(self, world: Any, client: Client) -> None:
        tell(world.ada.pk, key="a")
        tell(world.ada.pk, key="b")
        client.force_login(world.ada)
        page = client.post("/notifications/read/", follow=True).content.decode()
        assert "2 marked as read." in page

    def test_of_another_account_is_missing(self, world: Any, client: Client) -> None:
        tell(world.ada.pk)
        client.force_login(world.bao)
        name = Notification.objects.get().public_id
        assert client.post(f"/notifications/{name}/read/").status_code == 404
        assert "Chen Talents" not in client.get("/notifications/").content.decode()

    def test_asks_the_same_number_of_queries_for_any_number_of_rows(
        self, world: Any, client: Client, django_assert_num_queries: Any
    ) -> None:
        client.force_login(world.ada)
        counts = []
        for place in range(60):
            if place in {1, 59}:
                with django_assert_num_queries(6):
                    page = client.get("/notifications/")
                counts.append(page.content.decode().count("told__title"))
            tell(world.ada.pk, key=str(place))
        assert counts == [1, 50]

    def test_has_no_bell_and_asks_nothing_for_a_guest(
        self, db: None, client: Client, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(0):
            page = client.get("/help/").content.decode()
        assert 'class="bar__tool bell"' not in page
