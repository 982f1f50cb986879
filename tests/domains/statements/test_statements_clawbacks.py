"""An award that is taken back: a correction names it, a second person agrees, the programme knows."""

from __future__ import annotations

from typing import Any

import pytest

from wavepool.domains.people.models import Payee
from wavepool.domains.programmes import operations as programmes
from wavepool.domains.programmes.models import Outcome
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Correction
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from worlds.programme_stage import FINAL, MARCH, Stage, make_stage, new_person
from worlds.rules_desk import RulesDesk


@pytest.fixture
def stage(world: Any) -> Stage:
    """Ada earned the new anchor cash of March, ¥600."""
    made = make_stage(world)
    made.join(world.creator, person=new_person("Ada"))
    made.live(world.creator, days=12, received=400_000)
    made.budget("new_anchor_cash")
    made.take("run_final", at=FINAL, is_final=True)
    return made


def key_of(stage: Stage) -> str:
    """The award's line in March's statement."""
    return f"A:new_anchor_cash:new_anchor_cash:start:{stage.world.creator.pk}"


def ask(stage: Stage, **changes: Any) -> Correction:
    """Eve asks to take ¥200 of it back."""
    payee = Payee.objects.get(person__legal_name="Ada")
    given = {
        "payee_id": payee.pk,
        "currency": "CNY",
        "amount_minor": -20_000,
        "reason": "The sessions were recorded.",
        "cause": "award_clawed_back",
        "ref": "ruling 1",
        "about": (MARCH, key_of(stage)),
        "actor": RulesDesk(stage.world, payee).staff("eve", at=FINAL),
        "as_of": FINAL,
    }
    return operations.ask_correction(**{**given, **changes})


def approve(stage: Stage, correction: Correction) -> Correction:
    """Fay agrees."""
    actor = RulesDesk(stage.world, correction.payee).staff("fay", at=FINAL)
    return operations.approve_correction(public_id=correction.public_id, actor=actor, as_of=FINAL)


class TestAnAwardTakenBack:
    def test_is_noted_by_its_programme_once_two_agree(self, stage: Stage) -> None:
        programmes.note_paid(
            keys=[key_of(stage)], period=MARCH, reference="batch", actor=MACHINE, as_of=FINAL
        )
        made = ask(stage)
        assert Outcome.objects.get().clawed_back_minor == 0
        approve(stage, made)
        outcome = Outcome.objects.get()
        assert (outcome.award_minor, outcome.clawed_back_minor) == (60_000, 20_000)
        taken = queries.corrections_for("2022-04").to_pylist()
        assert [(each["key"], each["amount_minor"]) for each in taken] == [
            (f"X:{made.pk}", -20_000)
        ]

    def test_of_more_than_was_paid_changes_nothing(self, stage: Stage) -> None:
        made = ask(stage)
        with pytest.raises(programmes.AwardNotPaid):
            approve(stage, made)
        programmes.note_paid(
            keys=[key_of(stage)], period=MARCH, reference="batch", actor=MACHINE, as_of=FINAL
        )
        more = ask(stage, amount_minor=-60_001, ref="ruling 2")
        with pytest.raises(programmes.AboveAward):
            approve(stage, more)
        assert set(Correction.objects.values_list("state", flat=True)) == {"asked"}
        assert queries.corrections_for("2022-04").num_rows == 0

    def test_is_one_that_there_is(self, stage: Stage) -> None:
        made = ask(stage, about=(MARCH, "A:unheard:of:0"))
        with pytest.raises(NotFound):
            approve(stage, made)

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"amount_minor": 20_000}, "/amount"),
            ({"about": ("", "")}, "/about_key"),
            ({"about": (MARCH, "")}, "/about_key"),
        ],
    )
    def test_is_named_and_below_zero(
        self, stage: Stage, changes: dict[str, Any], pointer: str
    ) -> None:
        with pytest.raises(operations.CorrectionEmpty) as refused:
            ask(stage, **changes)
        assert refused.value.pointer == pointer
