"""The village cohort: application, papers that another person confirms, certificate, awards."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.people.models import Membership, Role
from wavepool.domains.programmes import operations, queries
from wavepool.domains.programmes.models import Training, VillageAnchor
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import Notification
from worlds.fair import NIGHT
from worlds.square import make_square
from worlds.village import AT, VILLAGE, apply, certified, paper, prove, train

pytestmark = pytest.mark.django_db


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
            apply(farm, county="53")
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
