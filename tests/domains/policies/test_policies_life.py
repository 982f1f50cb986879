"""A policy's life: draft, notice, in force, superseded, withdrawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from wavepool.domains.policies import operations, queries
from wavepool.domains.policies.models import PolicyVersion
from wavepool.domains.policies.tables import KINDS, packaged_document
from wavepool.engine.incentives import move_years
from wavepool.engine.policy import default_policy
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotAllowed, NotFound
from worlds.policy_desk import FIRST_INSTANT, NOON, Desk

SECOND = timedelta(seconds=1)
FEE = ("fee_ppm = 100000", "fee_ppm = 120000")


class TestTheDefaults:
    def test_are_version_1_of_every_kind_in_force(self, desk: Desk) -> None:
        found = queries.list_in_force(at=NOON)
        assert sorted(found) == sorted(KINDS)
        assert {version.number for version in found.values()} == {1}
        assert len(found) == 10

    def test_put_together_are_the_engines_default_policy(self, desk: Desk) -> None:
        assert queries.compose_engine_policy(at=NOON).digest == default_policy().digest

    def test_are_installed_once(self, desk: Desk) -> None:
        assert operations.install_defaults(actor=MACHINE, as_of=NOON) == 0
        assert PolicyVersion.objects.count() == 10

    def test_do_not_reach_back_before_their_first_instant(self, desk: Desk) -> None:
        since = NOON - timedelta(days=365)
        assert queries.policy_in_force("tier", at=since).number == 1
        with pytest.raises(queries.NoPolicyInForce):
            queries.policy_in_force("tier", at=since - SECOND)


@pytest.mark.django_db
class TestDefaultsOfAnotherYear:
    def test_take_the_place_of_the_packaged_ones(self) -> None:
        text = move_years(packaged_document("programme"), years=4)
        made = operations.install_defaults(actor=MACHINE, as_of=NOON, texts={"programme": text})
        assert made == len(KINDS)
        version = queries.policy_in_force("programme", at=NOON)
        assert "from_date = 2026-01-01" in version.text
        assert len(queries.list_in_force(at=NOON)) == len(KINDS)


class TestADraft:
    def test_begins_with_the_text_that_holds_and_the_next_number(self, desk: Desk) -> None:
        version = operations.begin_draft(kind="commission", actor=desk.actor("dong"), as_of=NOON)
        assert (version.number, version.replaces, version.stage) == (2, 1, "draft")
        assert "version = 2" in version.text

    def test_is_not_saved_with_a_fault_and_says_where_it_is(self, desk: Desk) -> None:
        version = operations.begin_draft(kind="commission", actor=desk.actor("dong"), as_of=NOON)
        with pytest.raises(operations.DraftInvalid) as refused:
            desk.edit(version, "fee_ppm = 100000", "fee_ppm = 900001", by="dong")
        fault = refused.value.faults[0]
        assert (fault.rule, fault.field, fault.line) == (
            "cut_above_commission",
            "scenes[0].direct_ppm",
            None,
        )
        version.refresh_from_db()
        assert "fee_ppm = 100000" in version.text

    def test_saved_by_somebody_else_meanwhile_is_not_overwritten(self, desk: Desk) -> None:
        version = operations.begin_draft(kind="commission", actor=desk.actor("eve"), as_of=NOON)
        desk.edit(version, *FEE, by="dong")
        with pytest.raises(operations.DraftChanged):
            desk.edit(version, "fee_ppm = 100000", "fee_ppm = 130000", by="eve")

    def test_is_for_staff_who_operate(self, desk: Desk) -> None:
        with pytest.raises(NotFound):
            operations.begin_draft(kind="tier", actor=desk.actor("bao"), as_of=NOON)
        version = operations.begin_draft(kind="tier", actor=desk.actor("dong"), as_of=NOON)
        with pytest.raises(NotAllowed):
            desk.approve(version, by="dong")

    def test_that_changes_nothing_cannot_be_asked_for(self, desk: Desk) -> None:
        version = operations.begin_draft(kind="tier", actor=desk.actor("eve"), as_of=NOON)
        with pytest.raises(operations.NothingChanged):
            desk.ask(version)


class TestANotice:
    def test_lasts_for_the_days_that_people_were_promised(self, desk: Desk) -> None:
        version = desk.announce("commission", *FEE)
        assert (version.stage, version.valid_from_at) == ("notice", FIRST_INSTANT)
        assert version.valid_from_at - NOON >= timedelta(days=7)

    def test_is_not_shortened_by_the_draft_itself(self, desk: Desk) -> None:
        version = desk.draft("level", "notice_days = 30", "notice_days = 7")
        desk.ask(version)
        desk.approve(version)
        published = desk.publish(version)
        assert published.valid_from_at is not None
        assert published.valid_from_at - NOON >= timedelta(days=30)

    def test_refuses_a_first_day_inside_it(self, desk: Desk) -> None:
        version = desk.draft("commission", *FEE)
        version = operations.save_draft(
            kind="commission",
            number=2,
            text=version.text,
            summary="",
            first_date=date(2026, 3, 9),
            seen_digest=version.digest,
            actor=desk.actor("eve"),
            as_of=NOON,
        )
        desk.ask(version)
        desk.approve(version)
        with pytest.raises(operations.NoticeTooShort) as refused:
            desk.publish(version)
        assert refused.value.earliest == FIRST_INSTANT

    def test_stands_alone(self, desk: Desk) -> None:
        later = desk.draft("commission", "fee_ppm = 100000", "fee_ppm = 150000")
        desk.announce("commission", *FEE)
        with pytest.raises(operations.DraftOutdated):
            desk.ask(later)
        later = desk.edit(later, "fee_ppm = 150000", "fee_ppm = 160000", by="eve")
        desk.ask(later)
        desk.approve(later)
        with pytest.raises(operations.AnotherAnnounced):
            desk.publish(later)

    def test_binds_at_its_instant_whether_a_job_ran_or_not(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        assert queries.policy_in_force("commission", at=FIRST_INSTANT - SECOND).number == 1
        assert queries.policy_in_force("commission", at=FIRST_INSTANT).number == 2
        composed = queries.compose_engine_policy(at=FIRST_INSTANT)
        assert (composed.commission.fee_ppm, composed.version) == (120_000, 2)

    def test_is_not_early(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        early = operations.activate_due(actor=MACHINE, as_of=FIRST_INSTANT - SECOND)
        assert early == ()
        done = operations.activate_due(actor=MACHINE, as_of=FIRST_INSTANT)
        assert [str(version) for version in done] == ["commission v2"]
        assert operations.activate_due(actor=MACHINE, as_of=FIRST_INSTANT) == ()
        stages = PolicyVersion.objects.filter(kind="commission").order_by("number")
        assert list(stages.values_list("stage", flat=True)) == ["superseded", "in_force"]

    def test_can_be_withdrawn_and_the_version_before_holds_on(self, desk: Desk) -> None:
        version = desk.announce("commission", *FEE)
        with pytest.raises(operations.WithdrawalUnexplained):
            operations.withdraw_version(
                **desk.named(version), reason=" ", actor=desk.actor("eve"), as_of=NOON
            )
        operations.withdraw_version(
            **desk.named(version), reason="Too much.", actor=desk.actor("eve"), as_of=NOON
        )
        version.refresh_from_db()
        assert (version.stage, version.valid_from_at) == ("withdrawn", None)
        assert queries.policy_in_force("commission", at=FIRST_INSTANT).number == 1
        assert [str(each) for each in queries.list_public_versions("commission")] == [
            "commission v2",
            "commission v1",
        ]

    def test_that_has_passed_cannot_be_withdrawn(self, desk: Desk) -> None:
        version = desk.announce("commission", *FEE)
        with pytest.raises(operations.AlreadyInForce):
            operations.withdraw_version(
                **desk.named(version),
                reason="Late.",
                actor=desk.actor("eve"),
                as_of=FIRST_INSTANT,
            )


class TestTheStore:
    def test_refuses_two_versions_at_one_time(self, desk: Desk) -> None:
        one = PolicyVersion.objects.get(kind="tier")
        PolicyVersion.objects.filter(pk=one.pk).update(valid_until_at=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            PolicyVersion.objects.create(
                kind="tier",
                number=1_000,
                text=one.text,
                digest=one.digest,
                stage="superseded",
                is_packaged=False,
                approved_digest=one.digest,
                created_at=NOON,
                valid_from_at=NOON - SECOND,
                valid_until_at=NOON + SECOND,
                author=desk.world.eve,
                approved_by=desk.world.fay,
                approval=None,
            )

    def test_refuses_overlapping_validity_of_approved_versions(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        with pytest.raises(IntegrityError), transaction.atomic():
            PolicyVersion.objects.filter(kind="commission", number=1).update(
                valid_until_at=FIRST_INSTANT + SECOND
            )

    def test_refuses_another_text_for_what_was_announced(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        for values in ({"text": "x"}, {"stage": "draft"}, {"approved_by": desk.world.chen}):
            with pytest.raises(IntegrityError), transaction.atomic():
                PolicyVersion.objects.filter(kind="commission", number=2).update(**values)

    def test_that_was_tampered_with_decides_nothing(self, desk: Desk) -> None:
        """Somebody with the store in hand takes the guard away: the digest still speaks."""
        with connection.cursor() as cursor:
            table = "policies_policyversion"
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            name = "policy_guard" if on else "policy_stands"
            cursor.execute(f"DROP TRIGGER {name}{on}")
            cursor.execute(
                f"UPDATE {table} SET text = replace(text, '100000', '1') WHERE kind = 'commission'"
            )
        with pytest.raises(queries.PolicyTampered):
            queries.policy_in_force("commission", at=NOON)
        with pytest.raises(queries.PolicyTampered):
            queries.compose_engine_policy(at=NOON)
