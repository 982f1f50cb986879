"""The front door."""

from __future__ import annotations

from django.test import Client


class TestTheFrontDoor:
    def test_opens_for_everybody(self, db: None) -> None:
        assert Client().get("/").status_code == 200


class TestAWorkspace:
    def test_opens_for_its_people_and_looks_missing_to_others(self, world: object) -> None:
        seen = {}
        for name in ("ada", "bao"):
            client = Client()
            client.force_login(getattr(world, name))
            seen[name] = client.get("/studio/ada/").status_code
        assert seen == {"ada": 200, "bao": 404}
