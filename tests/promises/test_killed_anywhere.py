"""P4: killed at any boundary of a close, a refund, a hold's end, an award or a payout, and resumed.

Whatever is killed wherever, what is there in the end is what is there when nobody was killed:
one digest of the books, the statements and their lines, the closes, payouts, holds and awards.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site

from promises.deaths import Flow, Life, sample
from promises.own_store import copied, pointed_at, store_template
from wavepool.connectors.sandbox_payouts.rail import SandboxRail
from wavepool.domains.ledger import operations as ledger
from wavepool.domains.payouts import operations as payouts
from wavepool.domains.payouts.models import Payout
from wavepool.domains.programmes import operations as programmes
from wavepool.domains.programmes.models import Award
from wavepool.domains.risk import operations as risk
from wavepool.domains.risk.models import Hold
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.operations import posting, taking
from wavepool.plumbing.actor import MACHINE
from worlds.cast import make_cast
from worlds.fair import DAY, START, ms
from worlds.kept_back import settle_but
from worlds.month_end import HOUR, OCTOBER, SEPTEMBER, MonthEnd, make_month_end, settled_at, work
from worlds.payday import LATER, NOON, open_payday
from worlds.programme_stage import FINAL, MARCH, make_stage, new_person

__all__ = ["store_template"]
pytestmark = [
    pytest.mark.both_stores,
    # Whoever is killed closes no cursor.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <function ServerCursorMixin:pytest.PytestUnraisableExceptionWarning"
    ),
]
#: Boundaries of each flow that are tried; None is every one.
TRIED = (
    None if os.environ.get("WAVEPOOL_THOROUGH") else int(os.environ.get("WAVEPOOL_BOUNDARIES", "8"))
)
MINUTES = timedelta(minutes=10)


@pytest.fixture
def stage(
    store_template: str, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """An empty store that becomes the one that every life of a flow starts from."""
    monkeypatch.setattr(site, "DATA_DIR", tmp_path)
    kept = payouts.list_rails()
    copy = copied(store_template, tmp_path)
    with django_db_blocker.unblock(), copy as name:
        yield Stage(name, tmp_path, monkeypatch)
    payouts.use_rails(*kept)


class Stage:
    """Where a flow is prepared."""

    def __init__(self, store: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store, self.folder, self.monkeypatch = store, folder, monkeypatch

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """What happens inside is what every life finds."""
        with pointed_at(self.store):
            yield

    def fair(self) -> MonthEnd:
        """The fair; small chunks, so that there are many commits."""
        self.monkeypatch.setattr(taking, "CHUNK", 5)
        self.monkeypatch.setitem(posting.post_month.__kwdefaults__, "chunk", 5)
        return make_month_end(make_cast(), site, self.folder, self.monkeypatch)

    def flow(self, work: Callable[[Life, int], None], **more: Any) -> Flow:
        """Work on what was prepared."""
        return Flow(store=self.store, work=work, folder=self.folder, **more)


def close_from_here(months: MonthEnd, month: str) -> Callable[[Life, int], None]:
    """Do what waits, reconcile, have it approved, post, lock and issue; go on where it stands."""

    def go_on(_life: Life, turn: int) -> None:
        at = settled_at(month) + turn * MINUTES
        work(at)
        if queries.find_close(month) is None:
            months.prepare(month)
        close = queries.find_close(month)
        if close is not None and close.approved_at is None:
            months.approve(month)
        # Approved two hours after; a later life finds the lease of an earlier one run out.
        work(settled_at(month) + 3 * HOUR + turn * MINUTES)

    return go_on


def closing(stage: Stage) -> Flow:
    """September is settled; its close is not prepared yet."""
    with stage.prepared():
        months = stage.fair()
        months.settle(SEPTEMBER)
    return stage.flow(close_from_here(months, SEPTEMBER))


def open_october(months: MonthEnd, *, kept_back: str) -> None:
    """September is closed, its refund comes late, its hold is ruled on; October is settled."""
    months.close(SEPTEMBER)
    for number, (line, minor) in enumerate(((1, 10_000), (2, 5_000)), start=10):
        months.fair.facts["refunds"].append(
            {"refund_id": number, "line_id": line, "refund_minor": minor,
             "refunded_at": ms(START + 45 * DAY)}
        )  # fmt: skip
    rule(months, settled_at(SEPTEMBER) + 4 * HOUR)
    settle_but(months, OCTOBER, kept_back)


def rule(months: MonthEnd, at: datetime) -> None:
    """Fay decides that a quarter of what is held stays with its payees; those not decided yet."""
    for hold in Hold.objects.filter(state__in=["open", "appealed"]).order_by("hold_id"):
        risk.rule_hold(
            public_id=hold.public_id, kept_ppm=250_000, reason="The buyer is a relative.",
            actor=months.actor("fay", at=at), as_of=at,
        )  # fmt: skip


def refunding(stage: Stage) -> Flow:
    """A line of closed September is refunded; October's run takes it back."""
    with stage.prepared():
        months = stage.fair()
        open_october(months, kept_back="statements.take_in_run")
    return stage.flow(close_from_here(months, OCTOBER))


def releasing(stage: Stage) -> Flow:
    """What a ruling left of a hold leaves escrow with October's books."""
    with stage.prepared():
        months = stage.fair()
        open_october(months, kept_back="risk.take_in_holds")
    return stage.flow(close_from_here(months, OCTOBER))


def ruling(stage: Stage) -> Flow:
    """Two holds of September wait for a decision."""
    with stage.prepared():
        months = stage.fair()
        months.close(SEPTEMBER)
    at = settled_at(SEPTEMBER) + 4 * HOUR
    return stage.flow(lambda _life, turn: rule(months, at + turn * MINUTES))


class Watched(SandboxRail):
    """A rail whose calls are boundaries too."""

    life = Life()

    def submit(self, **asked: Any) -> Any:
        """Call; the process may end before, and after."""
        self.life.reach()
        answer = super().submit(**asked)
        self.life.reach()
        return answer


def paying(stage: Stage) -> Flow:
    """A batch of two payouts is signed; nothing of it is reserved yet."""
    with stage.prepared():
        payday = open_payday(make_cast(), stage.folder)
        payday.signed()
    (rail,) = (each for each in payouts.list_rails() if each.name == "sandbox")
    watched = Watched(rail.wire)  # type: ignore[attr-defined]

    def go_on(life: Life, turn: int) -> None:
        watched.life = life
        payouts.use_rails(watched)
        payday.work(at=NOON + (turn - 1) * LATER)
        if turn > 1:
            later = NOON + 3 * LATER
            for payout_id in payouts.list_to_ask(as_of=later):
                payouts.ask_rail(payout_id=payout_id, actor=payday.actor("eve"), as_of=later)
            # What never reached the bank has failed for good; it is paid under a new key.
            if Payout.objects.filter(state="failed").exists():
                payday.signed(at=later)
                payday.work(at=later)

    def paid() -> list[tuple[Any, ...]]:
        rows = payday.bank.every()
        return sorted(
            (row["ending"], row["amount_minor"]) for row in rows if row["state"] == "paid"
        )

    return stage.flow(
        go_on,
        begin=lambda: shutil.rmtree(payday.bank.folder, ignore_errors=True),
        beside=paid,
        apart=frozenset(
            {"transfers", "batches", "payouts", "payout_batches", "payments", "told", "audit"}
        ),
    )


def awarding(stage: Stage) -> Flow:
    """March's final awards come in, are paid, and one is taken back by two persons."""
    with stage.prepared():
        season = make_stage(make_cast())
        ada = season.join(season.world.creator, person=new_person("Ada"))
        assert ada is not None
        season.live(season.world.creator, days=12, received=900_000)
        for programme in season.season.document.programmes:
            season.budget(programme.id)

    def go_on(_life: Life, turn: int) -> None:
        at = FINAL + turn * MINUTES
        season.take("run_final", at=FINAL, is_final=True, chunk=2)
        keys = sorted(Award.objects.filter(is_final=True).values_list("key", flat=True))
        assert keys, "there is something to pay"
        by: dict[str, Any] = {"actor": MACHINE, "as_of": at}
        programmes.note_paid(keys=keys, period=MARCH, reference="batch", **by)
        asked = operations.ask_correction(
            payee_id=ada.pk, currency="CNY", amount_minor=-100, reason="Recorded sessions.",
            cause="award_clawed_back", ref="ruling 1", about=(MARCH, keys[0]),
            actor=season.with_factor("eve", at=at), as_of=at,
        )  # fmt: skip
        if asked.state == "asked":
            operations.approve_correction(
                public_id=asked.public_id, actor=season.with_factor("fay", at=at), as_of=at
            )

    return stage.flow(go_on)


FLOWS = {
    "close": closing,
    "refund": refunding,
    "release": releasing,
    "ruling": ruling,
    "award": awarding,
    "payout": paying,
}


@pytest.mark.timeout(0 if TRIED is None else 60 + 30 * TRIED)
class TestKilledAnywhere:
    @pytest.mark.parametrize("name", FLOWS)
    def test_ends_as_if_nobody_was_killed(
        self, stage: Stage, name: str, record_property: Any
    ) -> None:
        flow = FLOWS[name](stage)
        whole, life = flow.whole()
        boundaries = sample(life, TRIED)
        record_property("boundaries", f"{len(boundaries)} of {life.passed}")

        assert flow.divergent(boundaries, whole) == {}


class TestSabotage:
    def test_of_the_cursor_and_the_key_doubles_what_was_posted(self, stage: Stage) -> None:
        """A later life posts from the start, under keys of its own."""
        flow = closing(stage)
        post, told = ledger.post_stream, [0]

        def forgetful(**asked: Any) -> Any:
            return post(**{**asked, "start": 0, "key": f"{asked['key']}:{told[0]}"})

        def numbered(life: Life, turn: int) -> None:
            told[0] = turn
            flow_work(life, turn)

        flow_work, flow.work = flow.work, numbered
        stage.monkeypatch.setattr(ledger, "post_stream", forgetful)
        whole, life = flow.whole()
        last = len(life.commits)
        wrong = flow.divergent(life.commits[last // 2 : last - 12 : 8][:6], whole)
        assert any(each.startswith("accounts: ") for found in wrong.values() for each in found)

    def test_of_the_banks_key_is_seen_by_who_holds_money(self, stage: Stage) -> None:
        """A payment bears another key than its payout: whoever asks for it does not find it."""
        flow = paying(stage)
        stage.monkeypatch.setattr(SandboxRail, "key_of", lambda _self, told: f"{told.key}x")
        whole, life = flow.whole()
        wrong = flow.divergent(sample(life, None)[life.passed // 2 :: 25], whole)
        assert any(each.startswith("beside: ") for found in wrong.values() for each in found)
