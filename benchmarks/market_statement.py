"""Two creators' statements, one of many lines and one of few, and their pages opened in turn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa
from django.core.management import call_command
from django.db import connection, transaction

from benchmarks.market_pages import timed  # first: it makes Django ready
from wavepool.domains.credits.models import Run
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Account, Creator, Membership, Payee, Role
from wavepool.domains.policies import operations as policies
from wavepool.domains.statements.models import Line, Statement, Take
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.bulk import write_rows

PERIOD: Final = "2022-10"
AT: Final = datetime(2022, 11, 11, tzinfo=UTC)
EARLY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_KINDS: Final = (("commission", ""), ("pool", "big"), ("refund", ""), ("award", "new_anchor_cash"))


def measure(*, lines: int, few: int, repeats: int) -> dict[str, Any]:
    """Fill the store, then open: few, many, many far in, few again."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        policies.install_defaults(actor=MACHINE, as_of=AT, valid_from_at=EARLY)
        take = _take()
        for name, count in (("few", few), ("many", lines)):
            _statement(take, _creator(name), count)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    address = f"/studio/%s/statements/{PERIOD}/"
    cases = [
        ("few", address % "few"),
        ("many", address % "many"),
        ("many, of one kind", f"{address % 'many'}?kind=pool"),
        ("many, by time", f"{address % 'many'}?sort=occurred"),
        ("few again", address % "few"),
    ]
    pages = [
        timed(name, "many" if "many" in where else "few", where, repeats=repeats)
        for name, where in cases
    ]
    return {"store": connection.vendor, "pages": pages}


def _take() -> Take:
    run = Run.objects.create(
        public_id="run_bench", kind="final", period=PERIOD, state="done", as_of=AT,
        requested_by="bench", finished_at=AT, confirmed_at=AT, key="bench", digest="bench",
        periods=[PERIOD],
    )  # fmt: skip
    return Take.objects.create(run=run, period=PERIOD, is_final=True, as_of=AT, taken_at=AT)


def _creator(name: str) -> Payee:
    account = Account.objects.create_user(f"{name}@example.com", name=name)
    creator = Creator.objects.create(handle=name, name=name)
    Membership.objects.create(account=account, creator=creator, role=Role.OWNER)
    payee = Payee.objects.create(
        kind="company", name=name, holder=account, created_at=EARLY, verified_at=EARLY, trust_days=7
    )
    people.set_payee(creator_id=creator.pk, payee_id=payee.pk, actor=MACHINE, as_of=EARLY)
    return payee


def _statement(take: Take, payee: Payee, count: int) -> None:
    """A final statement whose lines, all called commission in its bridge, add up to it."""
    amounts = [number * 7_919 % 9_973 + 1 for number in range(count)]
    total = sum(amounts)
    statement = Statement.objects.create(
        public_id=f"stm_{payee.pk}", take=take, period=PERIOD, payee=payee, currency="CNY",
        commission_minor=total, payable_minor=total, net_minor=total, line_count=count,
        estimated_minor=total, issued_at=AT,
    )  # fmt: skip
    kinds = [_KINDS[number % len(_KINDS)] for number in range(count)]
    micro = pa.array([each * 1_000_000 for each in amounts])
    times = [1_664_582_400_000_000 + number * 200_000_000 for number in range(count)]
    write_rows(
        Line,
        pa.table(
            {
                "take_id": pa.repeat(pa.scalar(take.pk, pa.int64()), count),
                "statement_id": pa.repeat(pa.scalar(statement.pk, pa.int64()), count),
                "leaf_no": pa.array(range(count), pa.int64()),
                "key": [f"C:{number}:{payee.pk}" for number in range(count)],
                "kind": [kind for kind, _source in kinds],
                "source": [source for _kind, source in kinds],
                "order_line_id": pa.array(range(1, count + 1), pa.int64()),
                "currency": pa.repeat("CNY", count),
                "amount_minor": amounts,
                "micro": micro,
                "gross_micro": micro,
                "is_held": pa.array([False] * count),
                "occurred_at": pa.array(times, pa.timestamp("us", "UTC")),
                "digest": pa.repeat("", count),
            }
        ),
    )
