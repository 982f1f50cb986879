"""Reads for programs: one's own lines, holds and links, and the operator's boards for staff alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domains.insights.small_day import DAY, MORNING, ZONE
from domains.insights.test_insights_building import Small
from domains.insights.two_months import ADA, AT, make_two_months
from wavepool.domains.catalog import operations as catalog
from wavepool.domains.credits.models import EstimatedLine
from wavepool.domains.people.models import CreatorPayee, Payee
from wavepool.plumbing import clock, keys
from wavepool.plumbing.actor import MACHINE
from worlds import tenants
from worlds.belongings.of_credits import make_line
from worlds.cast import World
from worlds.tenants import Household, make_household

pytestmark = pytest.mark.django_db


def asked(address: str, token: str) -> tuple[int, Any]:
    answer = Client().get(address, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, json.loads(answer.content)


@dataclass
class Two:
    """Two households that know nothing of each other."""

    ours: Household
    theirs: Household

    def path(self, what: str) -> str:
        return f"/api/v1/creators/{self.ours.values['handle']}/{what}"


@pytest.fixture
def two() -> Two:
    catalog.add_category(
        slug="things", name="Things", name_zh="东西", parent="", required_permit="",
        actor=MACHINE, as_of=tenants.AT,
    )  # fmt: skip
    return Two(make_household("ours", mark="OURS"), make_household("theirs", mark="THEIRS"))


class TestOnesOwn:
    def test_lines_say_what_each_order_brings(self, two: Two) -> None:
        status, found = asked(two.path("lines"), two.ours.tokens["creator"])
        assert status == 200
        (line,) = found["results"]
        assert line["line"] == int(two.ours.values["line"])
        assert (line["month"], line["state"], line["outcome"]) == ("2026-11", "estimated", "direct")
        assert line["commission"] == {"amount": "20.00", "currency": "CNY"}
        assert [line[each]["amount"] for each in ("direct", "agency", "kept", "pool")] == [
            "4.00", "0.80", "3.20", "14.00",
        ]  # fmt: skip
        assert line["why"]

    def test_lines_are_narrowed_by_month(self, two: Two) -> None:
        token = two.ours.tokens["creator"]
        assert len(asked(two.path("lines?period=2026-11"), token)[1]["results"]) == 1
        assert asked(two.path("lines?period=2026-10"), token)[1]["results"] == []

    def test_lines_ask_the_same_for_few_and_many(self, two: Two) -> None:
        token = two.ours.tokens["creator"]
        asked(two.path("lines"), token)
        with CaptureQueriesContext(connection) as few:
            asked(two.path("lines"), token)
        first = EstimatedLine.objects.get(line_id=int(two.ours.values["line"]))
        for number in range(20):
            make_line(
                line_id=50_000 + number,
                creator_id=first.creator_id,
                agency_id=first.agency_id,
                shop_id=first.shop_id,
                item_id=first.item_id,
            )
        with CaptureQueriesContext(connection) as more:
            found = asked(two.path("lines"), token)[1]
        assert len(found["results"]) == 21
        assert len(few) == len(more)

    def test_holds_say_why_and_until_when(self, two: Two) -> None:
        status, found = asked(two.path("holds"), two.ours.tokens["creator"])
        assert status == 200
        (hold,) = found["results"]
        assert (hold["id"], hold["cause"], hold["state"]) == (
            "hld_ours",
            "self_purchase",
            "appealed",
        )
        assert hold["held"] == {"amount": "4.00", "currency": "CNY"}
        assert (hold["default_kept_ppm"], hold["kept_ppm"]) == (0, None)

    def test_links_lead_where_they_say(self, two: Two) -> None:
        status, found = asked(two.path("links"), two.ours.tokens["creator"])
        assert status == 200
        (link,) = found["results"]
        assert (link["name"], link["medium"]) == ("OURS link", "offline")
        assert link["address"].startswith("http://testserver/go/")

    @pytest.mark.parametrize("what", ["lines", "holds", "links"])
    def test_are_nobody_elses(self, two: Two, what: str) -> None:
        status, found = asked(two.path(what), two.theirs.tokens["creator"])
        assert status == 404
        assert "OURS" not in json.dumps(found)
        assert Client().get(two.path(what)).status_code == 401

    @pytest.mark.parametrize("what", ["lines", "holds", "links"])
    def test_ask_for_a_scope_of_their_own(self, two: Two, what: str) -> None:
        made = keys.make_key(
            account_id=two.ours.accounts["creator"].pk,
            name="narrow",
            scopes=("value:read",),
            is_live=True,
            actor=two.ours.actor("creator"),
            at=tenants.AT,
        )
        assert asked(two.path(what), made.token)[0] == 403


class TestTheOperatorsBoards:
    @pytest.fixture(autouse=True)
    def own_data(self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.DATA_DIR = tmp_path
        settings.OPERATOR_ZONE = ZONE
        monkeypatch.setattr(clock, "now", lambda: MORNING)

    def token(self, world: World, name: str = "eve", scope: str = "insights:read") -> str:
        made = keys.make_key(
            account_id=getattr(world, name).pk,
            name="boards",
            scopes=(scope,),
            is_live=True,
            actor=world.actor(name),
            at=MORNING,
        )
        return str(made.token)

    def test_give_a_day_with_the_dictionarys_names(self, world: World) -> None:
        Small(world).build()
        status, found = asked(f"/api/v1/insights/board?day={DAY}", self.token(world))
        assert status == 200
        figures = {(each["metric"], each["part"]): each for each in found["figures"]}
        assert figures["dau", ""]["value"] == 3
        assert figures["gmv_net", ""]["value"] == 11_000
        assert figures["gmv_net", ""]["unit"] == "money"
        assert found["currency"] == "CNY"

    def test_are_missing_where_no_day_was_counted(self, world: World) -> None:
        token = self.token(world)
        assert asked("/api/v1/insights/board", token)[0] == 404
        assert asked("/api/v1/insights/board?day=2020-01-01", token)[0] == 404
        assert asked("/api/v1/insights/growth", token) == (200, [])
        assert asked("/api/v1/insights/impact", token) == (200, [])

    def test_give_the_impact_of_each_month(self, world: World) -> None:
        make_two_months(world)
        payee = Payee.objects.create(
            pk=1, kind="company", name="P", licence_hash="p", holder=world.ada, created_at=AT
        )
        CreatorPayee.objects.create(creator_id=ADA, payee=payee, valid_from=AT.replace(year=2023))
        status, found = asked("/api/v1/insights/impact", self.token(world))
        assert status == 200
        assert [each["month"] for each in found] == ["2024-07", "2024-06"]
        assert found[1]["income"] == {"amount": "331.62", "currency": "CNY"}
        assert (found[1]["earners"], found[1]["gini_ppm"]) == (1, 0)

    @pytest.mark.parametrize("what", ["board", "growth", "impact"])
    def test_are_for_staff(self, world: World, what: str) -> None:
        assert asked(f"/api/v1/insights/{what}", self.token(world, "bao"))[0] == 404
        assert asked(f"/api/v1/insights/{what}", self.token(world, scope="value:read"))[0] == 403
        assert Client().get(f"/api/v1/insights/{what}").status_code == 401
