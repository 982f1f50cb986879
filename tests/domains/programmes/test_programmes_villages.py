"""The village cohort: application, papers that another person confirms, certificate, awards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.credits import queries as credits
from wavepool.domains.people.models import Creator, Membership, Role
from wavepool.domains.programmes import operations, queries
from wavepool.domains.programmes.models import OriginEvidence, Training, VillageAnchor
from wavepool.domains.programmes.tables import mark_trainees
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import Notification
from worlds.fair import NIGHT
from worlds.square import make_square

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 10, 9, tzinfo=UTC)
VILLAGE = "/studio/ada/village/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> None:
    """A place for papers."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def farm(world: Any, media: None) -> Any:
    """Ada is a farmer now."""
    Creator.objects.filter(pk=world.creator.pk).update(kind="farmer")
    return world


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")


def apply(world: Any, at: datetime = AT) -> VillageAnchor:
    return operations.apply_village(
        creator_id=world.creator.pk,
        county_code="532925",
        county_name="Midu",
        about="Walnuts of our own trees.",
        actor=world.actor("ada"),
        as_of=at,
    )


def train(world: Any) -> Training:
    return operations.hand_in_training(
        creator_id=world.creator.pk,
        course="broadcast",
        passed_date=date(2026, 9, 1),
        document=paper(),
        actor=world.actor("ada"),
        as_of=AT,
    )


def prove(world: Any) -> OriginEvidence:
    return operations.hand_in_origin(
        creator_id=world.creator.pk,
        goods=world.shop.slug,
        county_code="532925",
        county_name="Midu",
        document=paper(),
        actor=world.actor("ada"),
        as_of=AT,
    )


def certified(world: Any) -> VillageAnchor:
    """The whole way: applied, accepted, both papers confirmed, certified."""
    found = apply(world)
    by: dict[str, Any] = {"actor": world.actor("eve"), "as_of": AT}
    operations.accept_application(public_id=found.public_id, **by)
    for each in (train(world), prove(world)):
        operations.confirm_proof(public_id=each.public_id, **by)
    return operations.certify(public_id=found.public_id, **by)


def stage(world: Any, at: datetime = AT) -> str:
    return VillageAnchor.objects.get(creator=world.creator).stage_at(at)


class TestTheWay:
    def test_shows_the_step_that_goes_on(self, farm: Any) -> None:
        def states() -> list[str]:
            anchor = VillageAnchor.objects.filter(creator=farm.creator).first()
            return [each.state for each in queries.steps_of(anchor, at=AT)]

        by: dict[str, Any] = {"actor": farm.actor("eve"), "as_of": AT}
        assert states() == ["now", "next", "next", "next"]
        found = apply(farm)
        assert states() == ["done", "now", "next", "next"]
        operations.accept_application(public_id=found.public_id, **by)
        assert states() == ["done", "now", "next", "next"]
        for each in (train(farm), prove(farm)):
            operations.confirm_proof(public_id=each.public_id, **by)
        assert states() == ["done", "done", "now", "next"]
        operations.certify(public_id=found.public_id, **by)
        assert states() == ["done"] * 4

    def test_leads_from_application_to_certificate_and_lapse(self, farm: Any) -> None:
        by: dict[str, Any] = {"actor": farm.actor("eve"), "as_of": AT}
        found = apply(farm)
        assert stage(farm) == "applied"
        operations.accept_application(public_id=found.public_id, **by)
        assert stage(farm) == "training"
        operations.confirm_proof(public_id=train(farm).public_id, **by)
        assert stage(farm) == "training"
        operations.confirm_proof(public_id=prove(farm).public_id, **by)
        assert stage(farm) == "trial"
        found = operations.certify(public_id=found.public_id, **by)
        assert stage(farm) == "certified"
        assert found.certified_until_at == AT + timedelta(days=365)
        assert stage(farm, AT + timedelta(days=365)) == "lapsed"
        assert queries.certified_ids(at=AT) == {farm.creator.pk}
        assert queries.certified_ids(at=AT + timedelta(days=365)) == frozenset()

    def test_tells_the_farmer_each_step(self, farm: Any) -> None:
        certified(farm)
        told = Notification.objects.filter(account_id=farm.ada.pk, kind="programmes.village_moved")
        stages = sorted(each.data["stage"] for each in told)
        assert stages == ["certified", "training", "trial"]
        assert {each.href for each in told} == {VILLAGE}

    def test_ends_with_a_reason(self, farm: Any) -> None:
        found = certified(farm)
        by: dict[str, Any] = {"actor": farm.actor("eve"), "as_of": AT + timedelta(days=9)}
        with pytest.raises(operations.BadValue):
            operations.refuse_application(public_id=found.public_id, why=" ", **by)
        operations.refuse_application(public_id=found.public_id, why="Walnuts of others.", **by)
        assert stage(farm, AT + timedelta(days=9)) == "lapsed"
        state = queries.anchor_state(
            VillageAnchor.objects.get(pk=found.pk), at=AT + timedelta(days=9)
        )
        assert (state.name, state.why) == ("lapsed", "Walnuts of others.")

    def test_begins_again_after_an_end(self, farm: Any) -> None:
        found = apply(farm)
        with pytest.raises(operations.AlreadyApplied):
            apply(farm)
        operations.refuse_application(
            public_id=found.public_id, why="No goods.", actor=farm.actor("eve"), as_of=AT
        )
        assert stage(farm) == "refused"
        again = apply(farm, AT + timedelta(days=1))
        assert (again.pk, again.stage_at(AT + timedelta(days=1)), again.why) == (
            found.pk,
            "applied",
            "",
        )

    def test_is_for_farmers(self, world: Any, media: None) -> None:
        with pytest.raises(operations.NotAFarmer):
            apply(world)

    def test_wants_a_county_by_its_code(self, farm: Any) -> None:
        with pytest.raises(operations.BadValue) as refused:
            operations.apply_village(
                creator_id=farm.creator.pk,
                county_code="53",
                county_name="Midu",
                about="Walnuts.",
                actor=farm.actor("ada"),
                as_of=AT,
            )
        assert refused.value.pointer == "/county_code"

    @pytest.mark.parametrize("code", ["53292", "53292a", "Midu12", "53 925"])
    def test_has_a_county_of_six_digits_in_the_store_too(self, farm: Any, code: str) -> None:
        found = apply(farm)
        rows = VillageAnchor.objects.filter(pk=found.pk)
        with (
            pytest.raises(IntegrityError, match="village_county_has_six_digits"),
            transaction.atomic(),
        ):
            rows.update(county_code=code)
        assert rows.update(county_code="532926") == 1

    def test_cannot_be_jumped(self, farm: Any) -> None:
        found = apply(farm)
        with pytest.raises(operations.WrongStage):
            operations.certify(public_id=found.public_id, actor=farm.actor("eve"), as_of=AT)

    def test_is_decided_by_staff_alone(self, farm: Any) -> None:
        found = apply(farm)
        with pytest.raises(NotFound):
            operations.accept_application(
                public_id=found.public_id, actor=farm.actor("bao"), as_of=AT
            )


class TestAPaper:
    def test_is_confirmed_by_another_person(self, farm: Any) -> None:
        apply(farm)
        # Eve works for the platform and sits in Ada's team as well.
        Membership.objects.create(account=farm.eve, creator=farm.creator, role=Role.OPERATOR)
        found = operations.hand_in_training(
            creator_id=farm.creator.pk,
            course="rules",
            passed_date=date(2026, 9, 1),
            document=paper(),
            actor=farm.actor("eve"),
            as_of=AT,
        )
        with pytest.raises(operations.SamePerson):
            operations.confirm_proof(public_id=found.public_id, actor=farm.actor("eve"), as_of=AT)
        decided = operations.confirm_proof(
            public_id=found.public_id, actor=farm.actor("fay"), as_of=AT
        )
        assert (decided.state, decided.reviewed_by) == ("confirmed", farm.fay)

    def test_is_of_today_at_most_by_the_days_of_the_rules(
        self,
        farm: Any,
        tmp_path: Path,
        settings: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        make_square(farm, tmp_path, settings, monkeypatch)
        evening = NIGHT.replace(hour=17)
        assert queries.zone_at(evening) == ZoneInfo("Asia/Shanghai")
        apply(farm, at=evening)
        given: dict[str, Any] = {
            "creator_id": farm.creator.pk,
            "course": "rules",
            "actor": farm.actor("ada"),
            "as_of": evening,
        }
        with pytest.raises(operations.BadValue):
            operations.hand_in_training(
                passed_date=evening.date() + timedelta(days=2), document=paper(), **given
            )
        tomorrow = evening.date() + timedelta(days=1)
        found = operations.hand_in_training(passed_date=tomorrow, document=paper(), **given)
        assert found.passed_date == tomorrow

    def test_is_guarded_by_the_store_too(self, farm: Any) -> None:
        """Sabotage: past the operation, the row itself refuses."""
        apply(farm)
        found = train(farm)
        rows = Training.objects.filter(pk=found.pk)
        with (
            pytest.raises(IntegrityError, match="training_is_reviewed_by_another"),
            transaction.atomic(),
        ):
            rows.update(state="confirmed", reviewed_by=farm.ada, reviewed_at=AT)
        with (
            pytest.raises(IntegrityError, match="training_is_refused_with_a_reason"),
            transaction.atomic(),
        ):
            rows.update(state="refused", reviewed_by=farm.eve, reviewed_at=AT)

    def test_is_decided_once_and_refused_with_a_reason(self, farm: Any) -> None:
        apply(farm)
        found, by = prove(farm), {"actor": farm.actor("eve"), "as_of": AT}
        operations.refuse_proof(public_id=found.public_id, why="Not legible.", **by)
        with pytest.raises(operations.ProofDecided):
            operations.confirm_proof(public_id=found.public_id, **by)
        (told,) = Notification.objects.filter(kind="programmes.proof_refused")
        assert told.data["why"] == "Not legible."

    def test_is_handed_in_once(self, farm: Any) -> None:
        apply(farm)
        train(farm)
        with pytest.raises(operations.ProofKnown):
            train(farm)
        assert Training.objects.count() == 1

    def test_of_goods_that_nobody_knows_is_refused(self, farm: Any) -> None:
        apply(farm)
        with pytest.raises(operations.BadValue) as refused:
            operations.hand_in_origin(
                creator_id=farm.creator.pk,
                goods="nothing",
                county_code="532925",
                county_name="Midu",
                document=paper(),
                actor=farm.actor("ada"),
                as_of=AT,
            )
        assert refused.value.pointer == "/goods"

    def test_needs_an_application(self, farm: Any) -> None:
        with pytest.raises(NotFound):
            train(farm)


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
