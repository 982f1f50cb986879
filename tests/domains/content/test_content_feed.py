"""A creator's own page and feed: what they published, and when they are live."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from django.test import Client

from wavepool.domains.catalog import operations as catalog
from wavepool.plumbing.actor import MACHINE
from worlds import tenants
from worlds.tenants import Household, make_household

pytestmark = pytest.mark.django_db
_ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def house() -> Household:
    catalog.add_category(
        slug="things", name="Things", name_zh="东西", parent="", required_permit="",
        actor=MACHINE, as_of=tenants.AT,
    )  # fmt: skip
    return make_household("ours", mark="OURS")


class TestACreatorsPage:
    def test_leads_to_pieces_feed_and_calendar(self, house: Household) -> None:
        handle = house.values["handle"]
        page = Client().get(f"/c/{handle}/").content.decode()
        for address in ("pieces/", "feed.xml", "schedule.ics"):
            assert f'href="/c/{handle}/{address}"' in page


class TestTheFeed:
    def test_holds_what_everybody_can_see(self, house: Household) -> None:
        handle = house.values["handle"]
        answer = Client().get(f"/c/{handle}/feed.xml")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("application/atom+xml")
        feed = ET.fromstring(answer.content)
        listed = Client().get(f"/c/{handle}/pieces.csv")
        rows = b"".join(listed.streaming_content).decode().strip().split("\r\n")[1:]  # type: ignore[attr-defined]
        assert len(feed.findall(f"{_ATOM}entry")) == len([row for row in rows if row])
        assert feed.findtext(f"{_ATOM}title") == "ours creator"

    def test_of_nobody_is_missing(self) -> None:
        assert Client().get("/c/nobody-here/feed.xml").status_code == 404
