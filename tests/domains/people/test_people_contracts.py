"""Contracts of creators with agencies: two consents, versions, unbinding, one at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.people import operations, queries
from wavepool.domains.people.models import (
    Agency,
    Contract,
    ContractHold,
    Membership,
)
from wavepool.domains.people.operations.contracts import consent
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotAllowed, NotFound
from worlds.parallel import run_parallel, shared_store

DAY = timedelta(days=1)
JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)
TERMS = operations.ContractTerms(
    direct_ppm=200_000,
    pool_ppm=300_000,
    award_ppm=0,
    data_scope=("profile", "content"),
    may=("view", "operate"),
)


def propose(world: Any, agency: Agency | None = None, **terms: Any) -> Contract:
    values = {**{f: getattr(TERMS, f) for f in TERMS.__dataclass_fields__}, **terms}
    return operations.propose_contract(
        agency_id=(agency or world.agency).pk,
        creator_id=world.creator.pk,
        terms=operations.ContractTerms(**values),
        actor=world.actor("chen"),
        as_of=JUNE,
    )


def agree(world: Any, contract: Contract, *, number: int = 1, at: datetime = JUNE) -> Any:
    return operations.agree_to_version(
        contract_id=contract.pk, number=number, side="creator", actor=world.actor("ada"), as_of=at
    )


def in_force(world: Any, **terms: Any) -> Contract:
    contract = propose(world, **terms)
    agree(world, contract)
    return contract


def rival(world: Any) -> Agency:
    agency = Agency.objects.create(slug="rival", name="Rival Talents")
    Membership.objects.create(account=world.chen, agency=agency, role="owner")
    return agency


def splits(world: Any, at: datetime) -> dict[str, tuple[int, int] | None]:
    return {
        each: (found[1], found[2]) if found else None
        for each in ("direct", "pool", "award")
        for found in [queries.split_as_of(world.creator, income_type=each, at=at)]
    }


class TestAProposal:
    def test_applies_only_once_both_consented(self, world: Any) -> None:
        contract = propose(world)
        assert queries.contract_as_of(world.creator, at=JUNE + DAY) == ()
        version = agree(world, contract, at=JUNE + 2 * DAY)
        assert (version.state, version.valid_from) == ("in_force", JUNE + 2 * DAY)
        assert splits(world, JUNE + 2 * DAY) == {
            "direct": (world.agency.pk, 200_000),
            "pool": (world.agency.pk, 300_000),
            "award": (world.agency.pk, 0),
        }
        assert queries.contract_as_of(world.creator, at=JUNE + DAY) == ()

    def test_cannot_be_agreed_to_by_the_side_that_made_it(self, world: Any) -> None:
        contract = propose(world)
        with pytest.raises(operations.NotYourAnswer):
            operations.agree_to_version(
                contract_id=contract.pk,
                number=1,
                side="agency",
                actor=world.actor("chen"),
                as_of=JUNE,
            )

    def test_looks_missing_to_outsiders(self, world: Any) -> None:
        contract = propose(world)
        for name in ("dong", "bao", "eve", "chen"):
            with pytest.raises(NotFound):
                operations.agree_to_version(
                    contract_id=contract.pk,
                    number=1,
                    side="creator",
                    actor=world.actor(name),
                    as_of=JUNE,
                )

    def test_needs_an_owner(self, world: Any) -> None:
        contract = propose(world)
        Membership.objects.create(account=world.dong, creator=world.creator, role="operator")
        with pytest.raises(NotAllowed):
            operations.agree_to_version(
                contract_id=contract.pk,
                number=1,
                side="creator",
                actor=world.actor("dong"),
                as_of=JUNE,
            )

    def test_lapses_after_seven_days(self, world: Any) -> None:
        contract = propose(world)
        with pytest.raises(operations.AlreadyAnswered):
            agree(world, contract, at=JUNE + 7 * DAY)
        assert operations.settle_lapsed_contracts(actor=MACHINE, as_of=JUNE + 7 * DAY) == 1
        assert operations.settle_lapsed_contracts(actor=MACHINE, as_of=JUNE + 7 * DAY) == 0
        contract.refresh_from_db()
        assert contract.state == "lapsed"
        assert propose(world).state == "proposed"

    def test_is_answered_once(self, world: Any) -> None:
        contract = propose(world)
        operations.decline_version(
            contract_id=contract.pk,
            number=1,
            side="creator",
            reason="The share is too high.",
            actor=world.actor("ada"),
            as_of=JUNE,
        )
        with pytest.raises(operations.AlreadyAnswered):
            agree(world, contract)
        contract.refresh_from_db()
        assert (contract.state, contract.ended_why) == ("declined", "The share is too high.")

    def test_is_refused_while_another_is_open(self, world: Any) -> None:
        propose(world)
        with pytest.raises(operations.OpenContract):
            propose(world)

    @pytest.mark.parametrize(
        ("terms", "pointer"),
        [
            ({"direct_ppm": 1_000_001}, "/direct_ppm"),
            ({"ends_at": JUNE}, "/ends_at"),
            ({"unbinding_days": 0}, "/unbinding_days"),
            ({"data_scope": ("secrets",)}, "/data_scope"),
            ({"may": ("finance",)}, "/may"),
            ({"is_exclusive": False, "direct_ppm": 0, "pool_ppm": 0}, "/direct_ppm"),
        ],
    )
    def test_has_its_terms_checked(self, world: Any, terms: Any, pointer: str) -> None:
        with pytest.raises(operations.TermsNotValid) as refused:
            propose(world, **terms)
        assert refused.value.pointer == pointer


class TestAChange:
    def test_leaves_the_old_split_until_both_agreed(self, world: Any) -> None:
        contract = in_force(world)
        terms = operations.ContractTerms(direct_ppm=100_000, pool_ppm=0, award_ppm=50_000)
        version = operations.propose_change(
            contract_id=contract.pk,
            side="creator",
            terms=terms,
            actor=world.actor("ada"),
            as_of=JUNE + DAY,
        )
        assert splits(world, JUNE + 2 * DAY)["direct"] == (world.agency.pk, 200_000)
        operations.agree_to_version(
            contract_id=contract.pk,
            number=version.number,
            side="agency",
            actor=world.actor("chen"),
            as_of=JUNE + 3 * DAY,
        )
        assert splits(world, JUNE + 3 * DAY)["direct"] == (world.agency.pk, 100_000)
        assert splits(world, JUNE + 3 * DAY)["award"] == (world.agency.pk, 50_000)
        before = JUNE + 3 * DAY - timedelta(microseconds=1)
        assert splits(world, before)["direct"] == (world.agency.pk, 200_000)
        spans = list(contract.versions.order_by("number").values_list("valid_from", "valid_to"))
        assert spans == [(JUNE, JUNE + 3 * DAY), (JUNE + 3 * DAY, None)]


class TestUnbinding:
    def ask(self, world: Any, contract: Contract) -> None:
        operations.ask_to_unbind(
            contract_id=contract.pk,
            side="creator",
            reason="I want to work alone.",
            actor=world.actor("ada"),
            as_of=JUNE + DAY,
        )

    def test_is_done_after_fifteen_unanswered_days(self, world: Any) -> None:
        contract = in_force(world)
        self.ask(world, contract)
        due = JUNE + 16 * DAY
        early = due - timedelta(seconds=1)
        assert operations.settle_unanswered_unbindings(actor=MACHINE, as_of=early) == 0
        assert operations.settle_unanswered_unbindings(actor=MACHINE, as_of=due + 3 * DAY) == 1
        assert operations.settle_unanswered_unbindings(actor=MACHINE, as_of=due + 3 * DAY) == 0
        contract.refresh_from_db()
        assert (contract.state, contract.ends_at) == ("ended", due)
        assert splits(world, early)["direct"] == (world.agency.pk, 200_000)
        assert splits(world, due)["direct"] is None

    def test_leaves_its_history_with_the_creator(self, world: Any) -> None:
        contract = in_force(world)
        self.ask(world, contract)
        operations.agree_to_unbinding(
            contract_id=contract.pk,
            side="agency",
            actor=world.actor("chen"),
            as_of=JUNE + 2 * DAY,
        )
        mine = queries.list_contracts(side="creator", party_id=world.creator.pk)
        assert [each.state for each in mine] == ["ended"]
        assert splits(world, JUNE + DAY)["pool"] == (world.agency.pk, 300_000)
        assert splits(world, JUNE + 2 * DAY)["pool"] is None

    def test_waits_for_staff_after_an_objection(self, world: Any) -> None:
        contract = in_force(world)
        self.ask(world, contract)
        operations.object_to_unbinding(
            contract_id=contract.pk,
            side="agency",
            reason="Two paid tasks are open.",
            actor=world.actor("chen"),
            as_of=JUNE + 2 * DAY,
        )
        late = JUNE + 60 * DAY
        assert operations.settle_unanswered_unbindings(actor=MACHINE, as_of=late) == 0
        request = queries.list_objected_unbindings().get()
        operations.rule_on_unbinding(
            unbinding_id=request.pk,
            outcome="keep",
            reason="The tasks end in August.",
            actor=world.actor("eve"),
            as_of=late,
        )
        contract.refresh_from_db()
        assert contract.state == "in_force"
        with pytest.raises(operations.UnbindingClosed):
            operations.rule_on_unbinding(
                unbinding_id=request.pk,
                outcome="end",
                reason="Once more.",
                actor=world.actor("eve"),
                as_of=late,
            )

    def test_can_be_taken_back(self, world: Any) -> None:
        contract = in_force(world)
        self.ask(world, contract)
        with pytest.raises(operations.UnbindingClosed):
            self.ask(world, contract)
        operations.withdraw_unbinding(
            contract_id=contract.pk, side="creator", actor=world.actor("ada"), as_of=JUNE + DAY
        )
        contract.refresh_from_db()
        assert contract.state == "in_force"


class TestExclusivity:
    def test_keeps_a_second_agency_out(self, world: Any) -> None:
        second = propose(world, rival(world))
        in_force(world)
        with pytest.raises(operations.TakenElsewhere):
            agree(world, second, at=JUNE + DAY)

    def test_lets_two_agencies_share_different_incomes(self, world: Any) -> None:
        other = rival(world)
        agree(world, propose(world, pool_ppm=0, is_exclusive=False))
        second = propose(world, other, direct_ppm=0, is_exclusive=False)
        agree(world, second, at=JUNE + DAY)
        assert splits(world, JUNE + DAY) == {
            "direct": (world.agency.pk, 200_000),
            "pool": (other.pk, 300_000),
            "award": None,
        }

    def test_ends_with_the_term(self, world: Any) -> None:
        second = propose(world, rival(world))
        in_force(world, ends_at=JUNE + 2 * DAY)
        assert splits(world, JUNE + 2 * DAY)["direct"] is None
        agree(world, second, at=JUNE + 2 * DAY)
        assert operations.settle_lapsed_contracts(actor=MACHINE, as_of=JUNE + 3 * DAY) == 1
        assert ContractHold.objects.filter(contract=second).count() == 3


def race_of_two(world: Any, folder: Path) -> list[str]:
    """Agree to two contracts that exclude each other at the same time; what came of each."""
    actor = world.actor("ada")
    other = rival(world)
    ready = Barrier(2)

    def run(contract: Contract) -> str:
        ready.wait(10)
        try:
            operations.agree_to_version(
                contract_id=contract.pk, number=1, side="creator", actor=actor, as_of=JUNE + DAY
            )
        except operations.TakenElsewhere:
            return "taken"
        return "in force"

    with shared_store(folder):
        contracts = run_parallel(
            lambda agency: propose(world, agency), (world.agency, other), threads=1
        )
        return sorted(run_parallel(run, contracts, threads=2))


class TestTwoExclusiveContractsAtOnce:
    @pytest.mark.parametrize("_round", range(3))
    def test_have_one_winner(
        self, transactional_db: None, world: Any, tmp_path: Path, _round: int
    ) -> None:
        assert race_of_two(world, tmp_path) == ["in force", "taken"]

    def test_both_win_without_the_guard(
        self, transactional_db: None, world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sabotage: without the holds of income types nothing keeps the second out."""
        monkeypatch.setattr(consent, "_take", lambda *_args, **_named: None)
        assert race_of_two(world, tmp_path) == ["in force", "in force"]


class TestTheStoreItself:
    def test_refuses_a_second_hold_of_an_income_type(self, world: Any) -> None:
        contract = in_force(world)
        hold = ContractHold.objects.filter(contract=contract, income_type="pool").get()
        hold.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            hold.save()

    def test_refuses_a_version_that_applies_without_two_consents(self, world: Any) -> None:
        contract = propose(world)
        with pytest.raises(IntegrityError), transaction.atomic():
            contract.versions.update(valid_from=JUNE)
