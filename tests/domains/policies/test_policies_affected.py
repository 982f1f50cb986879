"""Whom a change of policy reaches: counted, listed, and told once each, in chunks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plumbing.job_runs import worker
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Creator, Membership
from wavepool.domains.policies import operations, queries
from wavepool.domains.policies.operations import telling
from wavepool.domains.policies.tables import KINDS
from wavepool.domains.policies.tables.packaged import packaged_document
from wavepool.plumbing import jobs
from wavepool.plumbing.models import Job, Notification
from worlds.policy_desk import NOON, Desk
from worlds.shelf import make_shelf
from worlds.told import told_to

FEE = ("fee_ppm = 100000", "fee_ppm = 120000")
HEAD = ("head_from_minor = 100000000", "head_from_minor = 200000000")


def groups(kind: str, *change: str) -> list[tuple[str, int]]:
    before = packaged_document(kind)
    after = before.replace(*change, 1)  # type: ignore[arg-type]
    assert before != after
    differences = queries.list_differences(kind, before=before, after=after)
    proposal = queries.Proposal(
        kind=kind, before=before, after=after, differences=differences, at=NOON
    )
    return [(each.name, each.count) for each in queries.list_affected(proposal)]


def add(handle: str, **fields: Any) -> Creator:
    return Creator.objects.create(handle=handle, name=handle.title(), **fields)


class TestWhomAChangeReaches:
    def test_of_a_level_is_who_holds_it_and_who_stands_below(self, desk: Desk) -> None:
        for handle, level in (("a", 2), ("b", 2), ("c", 3), ("d", 1)):
            add(handle, level=level)
        change = ("received_minor = 1000000\n", "received_minor = 2000000\n")
        assert groups("level", *change) == [
            ("creators-at-level", 1),
            ("creators-below-level", 2),
        ]
        assert groups("level", "keep_days = 30", "keep_days = 60") == [("creators-with-level", 4)]

    def test_of_a_bound_between_tiers_is_the_tiers_on_both_sides(self, desk: Desk) -> None:
        for handle, tier in (("a", "head"), ("b", "mid"), ("c", "mid"), ("d", "tail")):
            add(handle, tier=tier)
        assert ("creators-of-tier", 3) in groups("tier", *HEAD)

    def test_of_a_programme_is_creators_of_its_kinds_or_the_agencies(self, desk: Desk) -> None:
        add("a", kind="farmer")
        add("b", kind="store")
        change = ("reward_minor = 60_000", "reward_minor = 70_000")
        assert groups("programme", *change) == [("creators-of-kind", 2)]  # Ada too, a talent

    def test_of_a_wait_is_who_is_paid(self, desk: Desk) -> None:
        creator = add("own-host", shop=desk.world.shop, kind="shop_host")
        add("unpaid")
        people.open_shop_payee(desk.world.shop, as_of=NOON - timedelta(days=2))
        Membership.objects.create(account=desk.world.bao, creator=creator, role="owner")
        people.pay_host_through_shop(
            creator_id=creator.pk, actor=desk.world.actor("bao"), as_of=NOON - timedelta(days=1)
        )
        change = ("default_hold_days = 15", "default_hold_days = 10")
        assert groups("hold", *change) == [("creators-paid", 1)]

    def test_of_a_floor_is_its_tier_and_of_a_cap_everybody(self, desk: Desk) -> None:
        add("a", tier="mid")
        assert groups("traffic", "share_ppm = 200000", "share_ppm = 210000") == [
            ("creators-shown", 1)
        ]
        assert groups("traffic", "creator_cap_ppm = 50000", "creator_cap_ppm = 40000") == [
            ("creators-shown", 2)
        ]

    def test_of_the_fee_is_shops_with_plans_and_whom_these_name(self, desk: Desk) -> None:
        shelf = make_shelf(desk.world)
        assert groups("commission", *FEE) == [
            ("creators-paid", 0),
            ("shops-with-plans", 0),
            ("creators-named", 0),
            ("goods", 0),
        ]
        shelf.sell(shelf.cup)
        at = NOON - timedelta(days=1)
        shelf.open("targeted_item", 200_000, item=shelf.cup, creator="ada", at=at)
        assert groups("commission", *FEE)[1:] == [
            ("shops-with-plans", 1),
            ("creators-named", 1),
            ("goods", 1),
        ]

    def test_is_said_for_every_kind_of_policy(self) -> None:
        assert set(queries.KINDS_OF_PEOPLE) == set(KINDS)


class TestThePages:
    def test_link_each_group_of_a_draft_to_its_list(self, desk: Desk) -> None:
        add("mid-one", tier="mid")
        version = desk.draft("tier", *HEAD)
        eve = Client()
        eve.force_login(desk.world.eve)
        here = f"/staff/policies/tier/v{version.number}/"
        page = eve.get(here).content.decode()
        assert f'<a href="{here}affected/creators-of-tier/">1</a>' in page
        listed = eve.get(f"{here}affected/creators-of-tier/").content.decode()
        assert "Mid-One" in listed
        csv = b"".join(eve.get(f"{here}affected/creators-of-tier.csv").streaming_content)
        assert csv.decode().splitlines()[1].startswith("Mid-One,mid-one,")
        assert eve.get(f"{here}affected/agencies/").status_code == 404

    def test_show_it_until_the_version_binds(self, desk: Desk) -> None:
        add("mid-one", tier="mid")
        desk.announce("tier", *HEAD)
        eve = Client()
        eve.force_login(desk.world.eve)
        # The announced version of the test's spring is in force by the clock of the page.
        page = eve.get("/staff/policies/tier/v2/").content.decode()
        assert "Who is affected" not in page

    def test_ask_as_often_for_many_members_as_for_few(self, desk: Desk) -> None:
        add("m0", tier="mid")
        version = desk.draft("tier", *HEAD)
        eve = Client()
        eve.force_login(desk.world.eve)
        here = f"/staff/policies/tier/v{version.number}/affected/creators-of-tier/"
        few = _count(eve, here)
        for place in range(1, 12):
            add(f"m{place}", tier="mid")
        assert _count(eve, here) == few


class TestAnAnnouncement:
    def crowd(self, desk: Desk, count: int) -> None:
        for place in range(count):
            creator = add(f"m{place}", tier="mid")
            account = type(desk.world.ada).objects.create_user(f"m{place}@example.com")
            Membership.objects.create(account=account, creator=creator, role="owner")

    def test_is_told_to_the_owners_of_whom_it_reaches(self, desk: Desk) -> None:
        Creator.objects.filter(handle="ada").update(tier="mid")
        desk.announce("tier", *HEAD)
        assert told_to(desk.world.ada) == []  # the telling is a job
        worker(NOON).step()
        assert told_to(desk.world.ada) == [
            ("A rule changes: Tiers, version 2", "/policies/tier/v2/diff/")
        ]
        assert told_to(desk.world.bao) == []

    def test_is_told_in_chunks_and_a_resumed_job_tells_nobody_twice(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(telling, "PARTIES_AT_ONCE", 2)
        self.crowd(desk, 5)
        desk.announce("tier", *HEAD)
        asked: list[int] = []
        real = telling.notify

        def dies_once(kind: str, account_ids: Any, **options: Any) -> int:
            asked.append(len(account_ids))
            if len(asked) == 2:
                message = "the store went away"
                raise OSError(message)
            return real(kind, account_ids, **options)

        monkeypatch.setattr(telling, "notify", dies_once)
        worker(NOON).step()
        job = Job.objects.get(name=operations.TELL)
        assert (job.state, job.cursor[0], Notification.objects.count()) == ("failed", 0, 2)
        monkeypatch.setattr(telling, "notify", real)
        jobs.retry(job.public_id, actor=desk.actor("eve"), at=NOON)
        worker(NOON).step()
        job.refresh_from_db()
        assert (job.state, Notification.objects.count()) == ("done", 5)

    def test_that_is_taken_back_is_told_to_the_same(self, desk: Desk) -> None:
        Creator.objects.filter(handle="ada").update(tier="mid")
        version = desk.announce("tier", *HEAD)
        worker(NOON).step()
        operations.withdraw_version(
            **desk.named(version), reason="A slip.", actor=desk.actor("eve"), as_of=NOON
        )
        worker(NOON).step()
        assert [title for title, _href in told_to(desk.world.ada)] == [
            "A rule changes: Tiers, version 2",
            "A change was taken back: Tiers, version 2",
        ]

    def test_that_was_taken_back_before_the_job_ran_is_told_as_that_only(self, desk: Desk) -> None:
        Creator.objects.filter(handle="ada").update(tier="mid")
        version = desk.announce("tier", *HEAD)
        operations.withdraw_version(
            **desk.named(version), reason="A slip.", actor=desk.actor("eve"), as_of=NOON
        )
        for _turn in range(2):
            worker(NOON).step()
        assert [title for title, _href in told_to(desk.world.ada)] == [
            "A change was taken back: Tiers, version 2"
        ]


def _count(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
