"""People for programs: creators to read, one's own seats, and nothing without the scope."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.people.models import Creator
from wavepool.plumbing import clock, keys


def client_with(world: Any, *scopes: str) -> Client:
    made = keys.make_key(
        account_id=world.ada.pk,
        name="A key of the tests",
        scopes=scopes,
        is_live=True,
        expires_at=clock.now() + timedelta(days=1),
        actor=world.actor("ada"),
        at=clock.now(),
    )
    return Client(headers={"authorization": f"Bearer {made.token}"})


class TestCreators:
    def test_are_listed_by_page_and_filter(self, world: Any) -> None:
        Creator.objects.create(handle="farm", name="Farm", kind="farmer", followers=7)
        client = client_with(world, "people:read")
        found = client.get("/api/v1/creators?sort=-followers").json()
        assert [each["handle"] for each in found["results"]] == ["farm", "ada"]
        found = client.get("/api/v1/creators?kind=farmer").json()
        assert [each["followers"] for each in found["results"]] == [7]

    def test_are_found_by_handle(self, world: Any) -> None:
        client = client_with(world, "people:read")
        assert client.get("/api/v1/creators/ada").json()["name"] == "Ada's kitchen"
        assert client.get("/api/v1/creators/nobody").status_code == 404

    @pytest.mark.parametrize("address", ["creators", "creators/ada", "me/memberships"])
    def test_need_the_scope(self, world: Any, address: str) -> None:
        assert client_with(world, "jobs:read").get(f"/api/v1/{address}").status_code == 403
        assert Client().get(f"/api/v1/{address}").status_code == 401


class TestSeats:
    def test_are_ones_own(self, world: Any) -> None:
        seats = client_with(world, "people:read").get("/api/v1/me/memberships").json()
        assert [(each["kind"], each["slug"], each["role"]) for each in seats] == [
            ("studio", "ada", "owner")
        ]
