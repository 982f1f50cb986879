"""What the village cohort brought, month by month, from the run's own tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.credits import queries as credits
from wavepool.domains.people.models import Creator
from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import OriginEvidence, VillageAnchor
from worlds.fair import NIGHT, START
from worlds.square import Square, make_square

pytestmark = pytest.mark.django_db


@pytest.fixture
def square(world: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Square:
    """Ada is an accepted farmer whose shop's origin is confirmed."""
    square = make_square(world, tmp_path, settings, monkeypatch)
    Creator.objects.filter(pk=square.ada.pk).update(kind="farmer")
    anchor = VillageAnchor.objects.create(
        public_id="vil_ada",
        creator=square.ada,
        county_code="532925",
        county_name="Midu",
        about="Walnuts.",
        applied_by=world.ada,
        applied_at=START,
        accepted_at=START,
    )
    OriginEvidence.objects.create(
        public_id="org_ada",
        anchor=anchor,
        shop=world.shop,
        county_code="532925",
        county_name="Midu",
        document="none",
        handed_in_by=world.ada,
        handed_in_at=START,
        state="confirmed",
        reviewed_by=world.eve,
        reviewed_at=START,
    )
    return square


class TestTheReport:
    def test_counts_what_the_run_knows(self, square: Square) -> None:
        run = square.run()
        report = queries.village_impact(at=NIGHT)
        shown = [(each.month, each.anchors, each.counties, each.sessions) for each in report.months]
        assert shown == [("2026-09", 1, 1, 4), ("2026-10", 0, 0, 0)]
        for each in report.months:
            lines = credits.read_run(
                run,
                "statement_lines",
                period=each.month,
                where="payee_id = ? and not is_held",
                params=(square.fair.payees["ada"].pk,),
            )
            assert each.income_minor == sum(lines["amount_minor"].to_pylist())
            settled = credits.read_run(
                run, "settling", period=each.month, where="creator_id = ?", params=(square.ada.pk,)
            ).to_pylist()
            assert each.farm_minor == sum(
                row["paid_minor"] - row["paid_minor"] * row["refunded_num"] // row["refunded_den"]
                for row in settled
            )
        assert report.months[0].farm_minor > 0
        assert report.counties == (("532925", "Midu", 1),)
        assert (report.certified, report.currency) == (0, "CNY")
        assert report.change_ppm("sessions") == -1_000_000

    def test_counts_no_goods_without_a_confirmed_origin(self, square: Square) -> None:
        square.run()
        OriginEvidence.objects.update(state="submitted", reviewed_by=None, reviewed_at=None)
        assert queries.village_impact(at=NIGHT).total("farm_minor") == 0

    def test_is_empty_before_the_first_farmer(self, square: Square) -> None:
        VillageAnchor.objects.update(accepted_at=None)
        square.run()
        report = queries.village_impact(at=NIGHT)
        assert (report.months, report.counties) == ((), ())


class TestThePages:
    def test_show_the_figures_with_their_tables_and_a_file(self, square: Square) -> None:
        square.run()
        client = Client()
        client.force_login(square.world.eve)
        page = client.get("/staff/villages/impact/").content.decode()
        assert "Impact of the village cohort" in page
        assert "Midu" in page
        assert page.count("<table") >= 4
        rows = client.get("/staff/villages/impact.csv").content.decode().splitlines()
        assert rows[0] == (
            "month,anchors,counties,sessions,received_minor,farm_minor,income_minor,currency"
        )
        assert rows[1].startswith("2026-09,1,1,4,")

    def test_show_everybody_totals_and_nobodys_name(self, square: Square) -> None:
        square.run()
        page = Client().get("/village/").content.decode()
        assert "Village broadcasts" in page
        assert "Midu" not in page
        assert "Ada" not in page
        assert Client().get("/zh-hans/village/").status_code == 200

    def test_are_closed_to_others(self, square: Square) -> None:
        client = Client()
        client.force_login(square.world.ada)
        assert client.get("/staff/villages/impact/").status_code == 404
        assert client.get("/staff/villages/impact.csv").status_code == 404
