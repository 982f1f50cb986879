"""A settled month on its way into the books of a large market: taken in, reconciled, posted, issued."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.core.management import call_command
from django.db import connection, transaction

from benchmarks import market_season  # first: it gives Django its settings
from benchmarks.stepping import Steps, step, timed
from wavepool.domains.credits import queries as credits
from wavepool.domains.credits.models import Run
from wavepool.domains.ledger import queries as books
from wavepool.domains.ledger.models import Transfer
from wavepool.domains.orders import operations as orders
from wavepool.domains.people.models import Account, Membership, Payee, Role, StaffTeam
from wavepool.domains.policies import operations as policies
from wavepool.domains.pools import operations as pools
from wavepool.domains.pools.models import Period
from wavepool.domains.scores import queries as scores
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Line, Statement
from wavepool.domains.statements.operations import posting, taking
from wavepool.plumbing.actor import MACHINE, Actor

PERIOD: Final = "2022-10"
NIGHT: Final = datetime(2022, 10, 31, 17, tzinfo=UTC)
CLOSE: Final = NIGHT + timedelta(days=11)


def measure(*, season: Path, settled: Path) -> dict[str, Any]:
    """Fill the store, take an estimate of the month in, then close it step by step."""
    started = time.monotonic()
    fill(season, settled)
    estimate = add_run(settled, "draft")
    final = add_run(settled, "final")
    filled_s = time.monotonic() - started
    operations.take_in(run_id=estimate.public_id, period=PERIOD, actor=MACHINE, as_of=NIGHT)
    steps: Steps = []
    with step(steps, "pools: shares taken in"):
        close_pools(final)
    _listen(steps)
    with step(steps, "statements taken in"):
        operations.take_in(run_id=final.public_id, period=PERIOD, actor=MACHINE, as_of=CLOSE)
    eve, fay = staff()
    with step(steps, "reconciled"):
        close = operations.prepare_close(period=PERIOD, actor=eve, as_of=CLOSE)
    operations.approve_close(period=PERIOD, seen_digest=close.digest, actor=fay, as_of=CLOSE)
    operations.post_month(period=PERIOD, actor=MACHINE, as_of=CLOSE)
    take = queries.find_final_take(PERIOD)
    assert take is not None
    assert books.prove_books().reconciles
    return {
        "filled_s": filled_s,
        "store": connection.vendor,
        "steps": steps,
        "rows": {
            "payees": Payee.objects.count(),
            "statements": Statement.objects.filter(take=take).count(),
            "lines": Line.objects.filter(take=take).count(),
            "transfers": Transfer.objects.count(),
        },
    }


def fill(season: Path, settled: Path) -> None:
    """People, goods, and the month's order lines; what a close asks about."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        policies.install_defaults(
            actor=MACHINE, as_of=NIGHT, valid_from_at=datetime(2000, 1, 1, tzinfo=UTC)
        )
        market_season.people(season)
        market_season.goods(season)
    final = pq.read_table(settled / PERIOD / "settling.parquet", columns=["line_id"])["line_id"]
    lines = market_season.read(season, "order_lines")
    lines = lines.filter(pc.is_in(lines["line_id"], value_set=final.combine_chunks()))
    none = [
        market_season.read(season, name).slice(0, 0)
        for name in ("refunds", "cancellations", "feedback")
    ]
    orders.take_over_orders(lines, *none, actor=MACHINE, as_of=NIGHT)
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def add_run(settled: Path, kind: str) -> Run:
    """A run that is done, with the settled tables in its folder."""
    manifest = json.loads((settled / "manifest.json").read_text(encoding="utf-8"))
    is_final = kind == "final"
    run = Run.objects.create(
        public_id=f"run_{kind}",
        kind=kind,
        period=PERIOD if is_final else "",
        state="done",
        as_of=CLOSE if is_final else NIGHT,
        requested_by="bench",
        finished_at=NIGHT,
        confirmed_at=NIGHT,
        key=kind,
        digest=manifest.get("digest", kind),
        periods=[PERIOD],
    )
    folder = credits.run_folder(run)
    for path in settled.rglob("*"):
        if path.is_file():
            place = folder / path.relative_to(settled)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, place)
    return run


def close_pools(run: Run) -> None:
    """The month's shares, final."""
    found = scores.run_of(run.public_id)
    taken = pools.take_in_draft(
        found.tables, run_id=found.run_id, period=PERIOD, as_of=found.as_of, actor=MACHINE
    )
    Period.objects.filter(name=PERIOD).update(
        published=taken, published_at=NIGHT, objection_ends_at=CLOSE
    )
    Period.objects.filter(name=PERIOD).update(final=taken, closed_at=CLOSE, closed_by="bench")


def staff() -> tuple[Actor, Actor]:
    """Two persons who may move money and showed a second factor just now."""
    team = StaffTeam.objects.create(slug="operations", name="Operations")
    found = []
    for name in ("eve", "fay"):
        account = Account.objects.create_user(f"{name}@example.com", name=name)
        Membership.objects.create(account=account, team=team, role=Role.OWNER)
        actor = Actor(account_id=account.pk, name=name, staff_roles=frozenset({"owner"}))
        found.append(replace(actor, mfa_at=CLOSE))
    return found[0], found[1]


def _listen(steps: Steps) -> None:
    """Have the parts of taking in and of posting noted, each where it happens."""
    for name, label in (
        ("ensure_adds_up", "  every statement is the sum of its lines"),
        ("apply_terms", "  corrections, tax"),
        ("note_shifts", "  what changed since the estimate"),
    ):
        setattr(taking, name, timed(getattr(taking, name), steps, label, is_part=True))
    for name, label in (("_post", "posted"), ("_lock", "locked"), ("_issue", "issued")):
        setattr(posting, name, timed(getattr(posting, name), steps, label))
