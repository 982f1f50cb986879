"""Ledger: transfers a second on one PostgreSQL, beside django-hordak and pgbench."""

from __future__ import annotations

import re
import statistics
import subprocess
from urllib.parse import urlsplit

import psycopg
from tests.stores import find_postgres, start_postgres

from benchmarks.bench import Bench
from benchmarks.measuring import measure
from benchmarks.report import Row, count, times

INTRO = (
    "One PostgreSQL of this run with its usual durability (every commit is flushed). Ours: a "
    "settlement's stream in batches of 50,000, and single transfers one after the other to one hot "
    "account, each with its batch, its digest and its row on the audit trail; the books are proved "
    "afterwards. The peer: `transfer_to` of django-hordak, one after the other to one account. "
    "pgbench is TPC-B on the same server. The median of the rounds, all taken in turn."
)
DURABLE = ("max_connections=50", "shared_buffers=256MB", "max_wal_size=2GB")
SET_TIMES = 100
SINGLE_TIMES = 3


def run(bench: Bench) -> None:
    """Measure in turn, so that a busy moment meets everybody."""
    bench.report.begin("Ledger", INTRO)
    rounds, seconds = (1, 3.0) if bench.is_quick else (3, 8.0)
    transfers = 50_000 if bench.is_quick else 500_000
    server = start_postgres(settings=DURABLE)
    ours, peer, raw = [], [], []
    for number in range(rounds):
        peer.append(measure("hordak", url=_database(server, f"hordak{number}"), single_s=seconds))
        url = _database(server, f"ledger{number}")
        ours.append(measure("ledger", url=url, transfers=transfers, single_s=seconds))
        raw.append({clients: _pgbench(server, clients, seconds) for clients in (1, 8)})
    hordak = statistics.median(each.answer["single_rate"] for each in peer)
    stream = statistics.median(each.answer["set_rate"] for each in ours)
    single = statistics.median(each.answer["single_rate"] for each in ours)
    for name, rate, target in (
        (f"{count(transfers)} transfers of a settlement", stream, SET_TIMES),
        ("single transfers, one hot account", single, SINGLE_TIMES),
    ):
        bench.report.add(
            Row(
                name,
                f"{rate:,.0f}/s",
                f"{hordak:,.0f}/s (django-hordak)",
                times(rate, hordak),
                f"≥ {target}×",
                rate >= target * hordak,
            )
        )
    for clients in (1, 8):
        rate = statistics.median(each[clients] for each in raw)
        name = f"pgbench TPC-B, prepared, {clients} client{'s' * (clients > 1)}"
        bench.report.add(
            Row(name, f"{stream:,.0f}/s (settlement)", f"{rate:,.0f}/s", times(stream, rate))
        )


def _database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as keeper:
        keeper.execute(f'CREATE DATABASE "{name}"')
    return server.removesuffix("postgres") + name


def _pgbench(server: str, clients: int, seconds: float) -> float:
    """Transactions a second of the store's own benchmark."""
    parts = urlsplit(server)
    where = ["-h", str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username)]
    program = str(find_postgres() / "pgbench")
    fill = [program, "-i", "-q", "-s", "8", *where, "postgres"]
    subprocess.run(fill, check=True, capture_output=True)
    load = ["-M", "prepared", "-c", str(clients), "-j", "2", "-T", f"{seconds:.0f}", "-n"]
    call = [program, *load, *where, "postgres"]
    said = subprocess.run(call, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([0-9.]+)", said)
    assert found is not None, said
    return float(found[1])
