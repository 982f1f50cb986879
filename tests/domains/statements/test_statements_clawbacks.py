"""An award that is taken back: a correction names it, a second person agrees, the programme knows."""

from __future__ import annotations

from typing import Any

import pytest

from wavepool.domains.programmes import operations as programmes
from wavepool.domains.programmes.models import Award, Outcome, Take
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Correction
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from worlds.rules_desk import NOW, RulesDesk, make_desk

SEPTEMBER = "2026-09"
KEY = "A:new_anchor_cash:new_anchor_cash:start:501"


@pytest.fixture
def desk(world: Any) -> RulesDesk:
    """Ada earned the new anchor cash of September, ¥600, for good."""
    made = make_desk(world)
    take = Take.objects.create(
        run_id="run_final", period=SEPTEMBER, is_final=True, as_of=NOW, today_date=NOW.date(),
        policy_number=1, taken_at=NOW,
    )  # fmt: skip
    Award.objects.create(
        take=take, period=SEPTEMBER, key=KEY, is_final=True, payee=made.ada, currency="CNY",
        programme_id="new_anchor_cash", once_key="new_anchor_cash:start", creator=world.creator,
        claim_minor=60_000, scaled_micro=60_000 * 10**6, award_minor=60_000,
        claim_traffic_units=0, traffic_units=0,
    )  # fmt: skip
    return made


def pay() -> None:
    """The award was paid."""
    programmes.note_paid(keys=[KEY], period=SEPTEMBER, reference="batch", actor=MACHINE, as_of=NOW)


def ask(desk: RulesDesk, **changes: Any) -> Correction:
    """Eve asks to take ¥200 of it back."""
    given = {
        "payee_id": desk.ada.pk,
        "currency": "CNY",
        "amount_minor": -20_000,
        "reason": "The sessions were recorded.",
        "cause": "award_clawed_back",
        "ref": "ruling 1",
        "about": (SEPTEMBER, KEY),
        "actor": desk.staff("eve"),
        "as_of": NOW,
    }
    return operations.ask_correction(**{**given, **changes})


def approve(desk: RulesDesk, correction: Correction) -> Correction:
    """Fay agrees."""
    actor = desk.staff("fay")
    return operations.approve_correction(public_id=correction.public_id, actor=actor, as_of=NOW)


class TestAnAwardTakenBack:
    def test_is_noted_by_its_programme_once_two_agree(self, desk: RulesDesk) -> None:
        pay()
        made = ask(desk)
        assert Outcome.objects.get().clawed_back_minor == 0
        approve(desk, made)
        outcome = Outcome.objects.get()
        assert (outcome.award_minor, outcome.clawed_back_minor) == (60_000, 20_000)
        taken = queries.corrections_for("2026-11").to_pylist()
        assert [(each["key"], each["amount_minor"]) for each in taken] == [
            (f"X:{made.pk}", -20_000)
        ]

    def test_of_more_than_was_paid_changes_nothing(self, desk: RulesDesk) -> None:
        made = ask(desk)
        with pytest.raises(programmes.AwardNotPaid):
            approve(desk, made)
        pay()
        more = ask(desk, amount_minor=-60_001, ref="ruling 2")
        with pytest.raises(programmes.AboveAward):
            approve(desk, more)
        assert set(Correction.objects.values_list("state", flat=True)) == {"asked"}
        assert queries.corrections_for("2026-11").num_rows == 0

    def test_is_one_that_there_is(self, desk: RulesDesk) -> None:
        made = ask(desk, about=(SEPTEMBER, "A:unheard:of:0"))
        with pytest.raises(NotFound):
            approve(desk, made)

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"amount_minor": 20_000}, "/amount"),
            ({"about": ("", "")}, "/about_key"),
            ({"about": (SEPTEMBER, "")}, "/about_key"),
        ],
    )
    def test_is_named_and_below_zero(
        self, desk: RulesDesk, changes: dict[str, Any], pointer: str
    ) -> None:
        with pytest.raises(operations.CorrectionEmpty) as refused:
            ask(desk, **changes)
        assert refused.value.pointer == pointer
