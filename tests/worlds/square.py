"""The village square: the fair with live sessions, an introduction, and programmes of its own days.

Chen's agency brought Ada before she went live; Quan's agency says the same of her. A run knows
her sessions, her sales and the frame that they bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from wavepool.domains.credits import operations as credits
from wavepool.domains.credits import queries as credits_queries
from wavepool.domains.credits.models import Run
from wavepool.domains.credits.operations import sources
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import (
    Account,
    Agency,
    Creator,
    Introduction,
    Membership,
    Person,
    Role,
)
from wavepool.domains.policies.operations import defaults
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker, schedule
from wavepool.plumbing.models import Job
from worlds.fair import BUYERS, DAY, NIGHT, START, Fair, make_fair, ms, piece, table, two_months

HOUR: Final = timedelta(hours=1)
#: A base reward of ¥50, a frame of two grades, and ¥30 for a farmer's first steps.
PROGRAMMES: Final = """\
[document]
id = "square"
version = 1
notice_days = 7

[[programmes]]
id = "base"
name_zh = "基础奖励"
name_en = "Base reward"
subject = "agency"
currency = "CNY"
from_date = 2026-09-01
to_date = 2027-01-01
evaluated = "month"
gate = "person_for_life"
[programmes.eligibility]
kinds = ["talent", "farmer"]
requires_contract = true
[programmes.window]
opens = "first_live"
days = 30
grace_days = 62
[programmes.budget]
planned_minor = 100_000
[programmes.per_anchor]
reward_minor = 5_000
conditions = [{ counter = "effective_days", at_least = 3 }]

[[programmes]]
id = "frame"
name_zh = "年框"
name_en = "Frame"
subject = "agency"
currency = "CNY"
from_date = 2026-09-01
to_date = 2027-01-01
evaluated = "quarter"
gate = "person_for_life"
[programmes.eligibility]
kinds = ["talent", "farmer"]
requires_contract = true
[programmes.window]
opens = "programme"
[programmes.budget]
planned_minor = 1_000_000
[programmes.frame]
conditions = [{ counter = "effective_days", at_least = 3 }]
[[programmes.frame.grades]]
id = "B"
at_least_minor = 10_000
brackets = [
    { above = 0, base_minor = 0, rate_minor = 20_000 },
    { above = 2, base_minor = 40_000, rate_minor = 50_000 },
]
[[programmes.frame.grades]]
id = "A"
at_least_minor = 500_000
brackets = [
    { above = 0, base_minor = 0, rate_minor = 60_000 },
    { above = 2, base_minor = 120_000, rate_minor = 90_000 },
]

[[programmes]]
id = "village"
name_zh = "村播"
name_en = "Village"
subject = "creator"
currency = "CNY"
from_date = 2026-09-01
to_date = 2027-01-01
evaluated = "month"
gate = "person_for_life"
[programmes.eligibility]
kinds = ["farmer"]
[programmes.window]
opens = "first_live"
grace_days = 62
[programmes.budget]
planned_minor = 100_000
[[programmes.lump_sum.milestones]]
id = "first_steps"
within_days = 30
reward_minor = 3_000
conditions = [{ counter = "effective_days", at_least = 3 }]
"""


@dataclass
class Square:
    """The stage: the fair, the two agencies and what they say of Ada."""

    fair: Fair
    rival: Agency
    quan: Account
    won: Introduction
    lost: Introduction

    @property
    def world(self) -> Any:
        """The cast."""
        return self.fair.world

    @property
    def ada(self) -> Creator:
        """Ada's creator."""
        creator: Creator = self.fair.world.creator
        return creator

    def session(self, at: datetime, *, minutes: int = 40) -> None:
        """Ada is live for a while."""
        number = 100 + len(self.fair.facts["sessions"])
        account = self.fair.accounts["ada"].pk
        self.fair.facts["pieces"].append({**piece(number, account, "live"), "channel_id": "live"})
        self.fair.facts["sessions"].append(
            {
                "session_id": number,
                "piece_id": number,
                "started_at": ms(at),
                "ended_at": ms(at + timedelta(minutes=minutes)),
                "effective_ms": minutes * 60_000,
            }
        )

    def run(self, at: datetime = NIGHT) -> Run:
        """Ask for a draft and do it, with what follows."""
        asked = credits.request_run(kind="draft", as_of=at, actor=MACHINE)
        work(at)
        return credits_queries.get_run(asked.public_id)


def make_square(world: Any, tmp_path: Path, settings: Any, monkeypatch: Any) -> Square:
    """Set the stage; four sessions, two months of sales, no run yet."""
    settings.DATA_DIR = tmp_path / "data"
    # Nothing happens by itself: each step is asked for.
    monkeypatch.setattr(schedule, "_RULES", {})
    shipped(monkeypatch, programme=PROGRAMMES)
    fair = two_months(make_fair(world, tmp_path / "data" / "lake", monkeypatch))
    # Ada's purchase from her own piece is another story: it would hold her.
    for order in fair.facts["order_lines"]:
        if order["buyer_id"] == world.ada.pk:
            order["buyer_id"] = BUYERS + 98
    fair.facts["sessions"] = []
    sources._SOURCES["sessions"] = [lambda: table("sessions", fair.facts["sessions"])]
    budgets = [
        {
            "programme_id": name,
            "period": period,
            "currency": "CNY",
            "budget_minor": 1_000_000,
            "traffic_units": 0,
        }
        for name in ("base", "frame", "village")
        for period in ("2026-09", "2026-10")
    ]
    sources._SOURCES["budgets"] = [lambda: table("budgets", budgets)]
    ada = world.creator
    person = Person.objects.create(legal_name="Ada", document_hash="ada", verified_at=START)
    Creator.objects.filter(pk=ada.pk).update(person=person, first_live_at=START + DAY)
    ada.refresh_from_db()
    quan = Account.objects.create_user("quan@example.com", name="Quan")
    rival = Agency.objects.create(slug="quan-mcn", name="Quan Stars")
    Membership.objects.create(account=quan, agency=rival, role=Role.OWNER)
    people.open_agency_payee(rival, as_of=START - 60 * DAY)
    square = Square(fair, rival, quan, won=_claim(world.agency, ada), lost=_claim(rival, ada))
    people.confirm_introduction(
        introduction_id=square.won.pk,
        creator_id=ada.pk,
        actor=world.actor("ada"),
        as_of=START - 20 * DAY,
    )
    for day in (1, 3, 5, 8):
        square.session(START + day * DAY + 2 * HOUR)
    return square


def shipped(monkeypatch: Any, **texts: str) -> None:
    """Have the platform ship other documents than the defaults, by kind."""
    packaged = defaults.packaged_document
    monkeypatch.setattr(
        defaults, "packaged_document", lambda kind: texts.get(kind) or packaged(kind)
    )


def work(at: datetime) -> None:
    """Do every job that waits; the run and what follows it end well."""
    Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None).run_until_idle()
    failed = Job.objects.filter(state="failed", name__regex=r"^(credits|scores|programmes)\.")
    assert list(failed.values_list("name", "error_message")) == []


def _claim(agency: Agency, creator: Creator) -> Introduction:
    return Introduction.objects.create(
        agency=agency,
        creator=creator,
        evidence=f"A letter of {agency.name}.",
        introduced_at=START - 30 * DAY,
        claimed_at=START - 25 * DAY,
    )
