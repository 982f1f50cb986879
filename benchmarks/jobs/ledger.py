"""Our ledger on a PostgreSQL: a settlement's stream, and single transfers on one hot account."""

from __future__ import annotations

import importlib
import os
import tempfile
import time
from datetime import UTC, datetime
from typing import Any

import django
import pyarrow as pa
from django.core.management import call_command

from benchmarks.jobs.turns import rate_in_turn, wait_for_all
from wavepool.plumbing.actor import MACHINE

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOT = "platform:fee:CNY"


def run(url: str, transfers: int, single_s: float, meeting: str) -> dict[str, Any]:
    """Post one after the other in turn with the peer, then a stream alone; give the rates."""
    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "wavepool.site.settings"
    os.environ["WAVEPOOL_DATA"] = tempfile.mkdtemp(prefix="wavepool-bench-")
    django.setup()
    call_command("migrate", verbosity=0)
    ledger = importlib.import_module("wavepool.domains.ledger.operations")
    queries = importlib.import_module("wavepool.domains.ledger.queries")
    codes = _accounts(ledger)
    run_key = f"{time.time_ns()}"
    by = {"period": "2026-11", "actor": MACHINE, "as_of": AT}

    def post_one(number: int) -> None:
        one = ledger.NewTransfer(
            key="t", debit=codes[1], credit=HOT, currency="CNY", amount_minor=1
        )
        ledger.post(key=f"{run_key} {number}", transfers=[one], **by)

    wait_for_all(meeting, "ledger", count=2)
    single_rate = rate_in_turn(post_one, turn=1, of=2, seconds=single_s)
    wait_for_all(meeting, "ledger done", count=4)

    table = _settlement(codes, transfers)
    started = time.perf_counter()
    ledger.post_table(key=f"settle {run_key}", table=table, **by)
    set_rate = transfers / (time.perf_counter() - started)
    proof = queries.prove_books()
    assert proof.reconciles, proof.findings
    return {"set_rate": set_rate, "single_rate": single_rate}


def _accounts(ledger: Any) -> list[str]:
    names = [("platform", "", "fee"), ("shop", "1", "receivable")]
    names += [("payee", str(number), "wallet") for number in range(1_000)]
    accounts = [
        ledger.AccountName(owner_kind=kind, owner_id=owner, purpose=purpose, currency="CNY")
        for kind, owner, purpose in names
    ]
    return list(ledger.open_accounts(names=accounts, actor=MACHINE, as_of=AT))


def _settlement(codes: list[str], transfers: int) -> pa.Table:
    """Commission of many lines from one shop to a thousand payees, each about its line."""
    payees = codes[2:]
    return pa.table(
        {
            "key": [f"C:{line}" for line in range(transfers)],
            "debit": [codes[1]] * transfers,
            "credit": [payees[line * 7_919 % len(payees)] for line in range(transfers)],
            "currency": ["CNY"] * transfers,
            "amount_minor": [line % 9_999 + 1 for line in range(transfers)],
            "kind": ["commission"] * transfers,
            "subject": [f"order_line:{line}" for line in range(transfers)],
        }
    )
