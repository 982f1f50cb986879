"""Put the generated market into an empty platform, through the same doors as everybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.db import transaction

from wavepool.cli.terminal import Say
from wavepool.domains.ledger import operations as ledger
from wavepool.domains.policies import operations as policies
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from wavepool.site.demo import (
    catalog,
    facts,
    matters,
    payments,
    people,
    programmes,
    value,
    villages,
)
from wavepool.site.demo.season import SMALL, WHOLE, make_season
from wavepool.site.demo.stage import OPENED_AT, Stage

SEEDED_FILE: Final = "seeded.json"
BEGUN_FILE: Final = "seeding-begun"
Steps = tuple[tuple[str, Callable[[Stage], object]], ...]


class HalfSeeded(RuntimeError):
    """An earlier seeding was interrupted, and what it wrote cannot be told from what it did not."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds half a market; throw it away with --reset")
        self.folder = folder


def seed(folder: Path, *, lang: str, is_small: bool, say: Say) -> None:
    """Generate a season and move it in; a market that stands is left as it is.

    Raises:
        HalfSeeded: an earlier call was interrupted.
    """
    seeded, begun = folder / SEEDED_FILE, folder / BEGUN_FILE
    if seeded.exists():
        say("the market stands already")
        return
    if begun.exists():
        raise HalfSeeded(folder)
    begun.touch()
    season = make_season(folder, size=SMALL if is_small else WHOLE, say=say)
    with transaction.atomic():
        policies.install_defaults(actor=MACHINE, as_of=OPENED_AT, valid_from_at=OPENED_AT)
        staff, second = people.open_staff()
        stage = Stage(season=season, lang=lang, staff=staff, second=second)
        _take(_WHO_AND_WHAT, stage, say)
    # Facts come through their bulk doors and runs through the jobs, each in its own transactions.
    _take(_FACTS, stage, say)
    with transaction.atomic():
        _take(_MATTERS, stage, say)
    say("proving the books")
    proof = ledger.verify_books(actor=MACHINE, as_of=clock.now())
    assert proof.reconciles, proof
    seeded.write_text(json.dumps({"lang": lang, "creators": len(stage.creators)}), encoding="utf-8")


def _take(steps: Steps, stage: Stage, say: Say) -> None:
    for words, step in steps:
        say(words)
        step(stage)


_WHO_AND_WHAT: Final[Steps] = (
    ("people move in", people.open_parties),
    ("identities are verified", people.verify_everybody),
    ("profiles are completed", matters.complete_profiles),
    ("contracts are signed", people.sign_contracts),
    ("anchors are introduced", people.introduce_anchors),
    ("levels are given", people.give_levels),
    ("a consumer follows", people.follow_creators),
    ("the tree of categories", catalog.plant_categories),
    ("goods go on sale", catalog.stock_shops),
    ("commission plans open", catalog.offer_plans),
    ("farmers join the village cohort", villages.join),
)
_FACTS: Final[Steps] = (
    ("pieces and live sessions move in", facts.bring_content),
    ("orders move in", facts.bring_orders),
    ("viewers move in", facts.bring_viewers),
    (
        "touches move into the lake",
        lambda stage: facts.bring_touches(stage, end=value.DAY_BEFORE_AT),
    ),
    ("a fund is committed", value.commit_fund),
    ("the incentive plan is announced", programmes.publish_plan),
    ("the incentive plan is funded", programmes.fund_plan),
    ("two months are settled, closed and enter the books", value.close_months),
    ("the open month is drafted", value.draft_twice),
    ("levels and tiers are reviewed", value.review_standings),
    ("the boards are counted", value.count_boards),
)
_MATTERS: Final[Steps] = (
    ("some matters stay open", matters.leave_for_creators_and_agencies),
    ("some matters stay open", matters.leave_for_merchants),
    ("some matters stay open", matters.leave_for_staff),
    ("a batch waits for its second signature", payments.leave_for_a_second_person),
    ("objections wait for an answer", payments.leave_objections),
)
