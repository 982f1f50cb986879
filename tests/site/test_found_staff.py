"""The first people of a new site."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from wavepool.domains.people.models import Account

pytestmark = pytest.mark.django_db


class TestTheFirstStaff:
    def test_are_owners_of_their_team_and_find_the_workspace(self) -> None:
        call_command("found_staff", "eve@example.com", "fay@example.com")
        for name in ("eve", "fay"):
            client = Client()
            client.force_login(Account.objects.get(email=f"{name}@example.com"))
            assert client.get("/staff/team/").status_code == 200

    def test_may_be_founded_twice(self) -> None:
        for _time in range(2):
            call_command("found_staff", "eve@example.com")
        assert Account.objects.filter(email="eve@example.com").count() == 1

    def test_have_no_password_until_they_set_one(self) -> None:
        call_command("found_staff", "eve@example.com")
        assert not Account.objects.get(email="eve@example.com").has_usable_password()
