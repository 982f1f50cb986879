"""The pages of the village cohort, and the awards of a season that they lead to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.credits import queries as credits
from wavepool.domains.people.models import Creator
from wavepool.domains.programmes.models import OriginEvidence, Training, VillageAnchor
from wavepool.domains.programmes.tables import mark_trainees
from worlds.square import make_square
from worlds.village import AT, VILLAGE, apply, certified, paper

pytestmark = pytest.mark.django_db


class TestThePages:
    def test_lead_a_farmer_the_whole_way(self, farm: Any) -> None:
        ada, eve = Client(), Client()
        ada.force_login(farm.ada)
        eve.force_login(farm.eve)
        answer = ada.post(
            f"{VILLAGE}apply/",
            {"county_code": "532925", "county_name": "Midu", "about": "Walnuts."},
        )
        assert (answer.status_code, answer["Location"]) == (302, VILLAGE)
        for place, fields in (
            ("trainings", {"course": "broadcast", "passed_date": "2026-09-01"}),
            ("origins", {"goods": "bao-tea", "county_code": "532925", "county_name": "Midu"}),
        ):
            answer = ada.post(f"{VILLAGE}{place}/new/", {**fields, "document": paper()})
            assert answer.status_code == 302, answer.content.decode()[-2_000:]
        found = VillageAnchor.objects.get()
        assert (
            "3 applications and papers wait for you."
            in eve.get("/staff/villages/").content.decode()
        )
        page = f"/staff/villages/{found.public_id}/"
        assert eve.post(f"{page}accept/").status_code == 302
        for proof in (Training.objects.get(), OriginEvidence.objects.get()):
            eve.post(f"/staff/villages/papers/{proof.public_id}/confirm/")
        assert "On trial" in ada.get(VILLAGE).content.decode()
        assert eve.post(f"{page}certify/").status_code == 302
        assert "Certified until" in ada.get(VILLAGE).content.decode()
        assert "Take the certificate back" in eve.get(page).content.decode()

    def test_put_a_refusal_beside_its_field(self, farm: Any) -> None:
        client = Client()
        client.force_login(farm.ada)
        answer = client.post(
            f"{VILLAGE}apply/", {"county_code": "12", "county_name": "Midu", "about": "Walnuts."}
        )
        assert answer.status_code == 422
        assert "A county code has six digits." in answer.content.decode()

    def test_tell_others_whom_it_is_for(self, world: Any) -> None:
        client = Client()
        client.force_login(world.ada)
        assert "This is for farmers" in client.get(VILLAGE).content.decode()

    def test_ask_the_same_number_of_queries_for_any_number_of_rows(self, farm: Any) -> None:
        client = Client()
        client.force_login(farm.eve)
        apply(farm)
        few = _count(client, "/staff/villages/")
        for number in range(6):
            VillageAnchor.objects.create(
                public_id=f"vil_{number}",
                creator=Creator.objects.create(handle=f"f-{number}", name=f"Farm {number}"),
                county_code="532926",
                county_name="Nanjian",
                about="Tea.",
                applied_by=farm.ada,
                applied_at=AT,
            )
        assert _count(client, "/staff/villages/") == few
        rows = b"".join(client.get("/staff/villages.csv")).decode().splitlines()  # type: ignore[arg-type]
        assert rows[0] == "creator,county,county_code,stage,applied_at,certified_until_at"
        assert "Ada's kitchen,Midu,532925,applied,2026-09-10T09:00:00Z," in rows
        narrowed = client.get("/staff/villages/?stage=certified").content.decode()
        assert "Nothing matches" in narrowed

    def test_are_closed_to_others(self, farm: Any) -> None:
        found = apply(farm)
        bao = Client()
        bao.force_login(farm.bao)
        assert bao.get(VILLAGE).status_code == 404
        assert bao.get(f"/staff/villages/{found.public_id}/").status_code == 404


class TestTheSeason:
    def test_calls_farmers_without_a_certificate_trainees(self) -> None:
        creators = pa.table({"creator_id": [1, 2, 3], "kind": ["farmer", "farmer", "talent"]})
        assert mark_trainees(creators, {2})["kind"].to_pylist() == ["trainee", "farmer", "talent"]

    def test_pays_village_awards_to_certified_farmers_only(
        self, world: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.MEDIA_ROOT = tmp_path / "media"
        square = make_square(world, tmp_path, settings, monkeypatch)
        Creator.objects.filter(pk=square.ada.pk).update(kind="farmer")
        where = "programme_id = 'village'"
        run = square.run()
        assert credits.read_run(run, "awards", period="2026-09", where=where).num_rows == 0
        certified(world)
        # The season is written today, whenever that is; the certificate holds.
        VillageAnchor.objects.update(certified_until_at=datetime(2100, 1, 1, tzinfo=UTC))
        run = square.run()
        rows = credits.read_run(run, "awards", period="2026-09", where=where).to_pylist()
        assert [(row["subject_id"], row["award_minor"]) for row in rows] == [(square.ada.pk, 3_000)]


def _count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)
