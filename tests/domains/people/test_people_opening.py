"""Opening a shop or an agency on its page, and the trace that an agency leaves in a studio."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from wavepool.plumbing.models import AuditRow
from worlds.people import in_force

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


class TestOpening:
    def test_a_shop_leads_into_its_workspace(self, world: Any) -> None:
        client = signed_in(world.dong)
        fields = {"name": "Dong Paper", "slug": "dong-paper", "currency": "CNY"}
        answer = client.post("/open-a-shop/", fields)
        assert (answer.status_code, answer["Location"]) == (302, "/merchant/dong-paper/")
        assert client.get("/merchant/dong-paper/").status_code == 200

    def test_an_agency_leads_into_its_workspace(self, world: Any) -> None:
        client = signed_in(world.dong)
        answer = client.post("/open-an-agency/", {"name": "Dong Talents", "slug": "dong-talents"})
        assert (answer.status_code, answer["Location"]) == (302, "/agency/dong-talents/")
        assert client.get("/agency/dong-talents/").status_code == 200

    def test_an_address_that_is_taken_comes_back_with_the_field(self, world: Any) -> None:
        fields = {"name": "Another", "slug": "bao-tea", "currency": "CNY"}
        answer = signed_in(world.dong).post("/open-a-shop/", fields)
        assert answer.status_code in {409, 422}
        assert "This address is taken." in answer.content.decode()


class TestAnAgencyInAStudio:
    def test_leaves_a_trace_of_what_it_does(self, world: Any) -> None:
        in_force(world, as_of=AT)
        signed_in(world.chen).post("/studio/ada/profile/", {"name": "x", "bio": "y", "role": "z"})
        row = AuditRow.objects.get(kind="people.acted_on_behalf")
        assert row.subject == f"creator:{world.creator.pk}"
        assert json.loads(row.data) == {
            "through": "Chen Talents",
            "route": "people.studio.profile",
        }

    def test_leaves_none_for_looking(self, world: Any) -> None:
        in_force(world, as_of=AT)
        assert signed_in(world.chen).get("/studio/ada/profile/").status_code == 200
        assert not AuditRow.objects.filter(kind="people.acted_on_behalf").exists()
