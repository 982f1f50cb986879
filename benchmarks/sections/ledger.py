"""Ledger: transfers a second on one PostgreSQL, beside django-hordak and pgbench."""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
from tests.stores import find_postgres, start_postgres

from benchmarks.bench import Bench
from benchmarks.measuring import Measured, measure
from benchmarks.report import Row, count, times

INTRO = (
    "One PostgreSQL of this run with its usual durability (every commit is flushed). Ours: single "
    "transfers one after the other to one hot account, each with its batch, its digest and its row "
    "on the audit trail, then a settlement's stream in batches of 50,000; the books are proved "
    "afterwards. The peer: `transfer_to` of django-hordak, one after the other to one account. Both "
    "begin with an empty database and take turns second by second, so that a busy moment meets "
    "both. pgbench is TPC-B on the same server. Medians of the rounds; a ratio is the median of "
    "the rounds' ratios."
)
DURABLE = ("max_connections=50", "shared_buffers=256MB", "max_wal_size=2GB")
SET_TIMES = 100
SINGLE_TIMES = 3


def run(bench: Bench) -> None:
    """Measure in turn, so that a busy moment meets everybody."""
    bench.report.begin("Ledger", INTRO)
    rounds, seconds = (3, 3.0) if bench.is_quick else (5, 8.0)
    transfers = 50_000 if bench.is_quick else 500_000
    server = start_postgres(settings=DURABLE)
    ours, peer, raw = [], [], []
    for number in range(rounds):
        theirs, mine = _in_turn(server, number, transfers=transfers, seconds=seconds)
        peer.append(theirs)
        ours.append(mine)
        raw.append({clients: _pgbench(server, clients, seconds) for clients in (1, 8)})
    hordak = [each.answer["single_rate"] for each in peer]
    for name, rates, target in (
        (f"{count(transfers)} transfers of a settlement", _rates(ours, "set_rate"), SET_TIMES),
        ("single transfers, one hot account", _rates(ours, "single_rate"), SINGLE_TIMES),
    ):
        ratio = statistics.median(a / b for a, b in zip(rates, hordak, strict=True))
        bench.report.add(
            Row(
                name,
                f"{statistics.median(rates):,.0f}/s",
                f"{statistics.median(hordak):,.0f}/s (django-hordak)",
                times(ratio, 1),
                f"≥ {target}×",
                ratio >= target,
            )
        )
    stream = statistics.median(_rates(ours, "set_rate"))
    for clients in (1, 8):
        rate = statistics.median(each[clients] for each in raw)
        name = f"pgbench TPC-B, prepared, {clients} client{'s' * (clients > 1)}"
        bench.report.add(
            Row(name, f"{stream:,.0f}/s (settlement)", f"{rate:,.0f}/s", times(stream, rate))
        )


def _in_turn(
    server: str, number: int, *, transfers: int, seconds: float
) -> tuple[Measured, Measured]:
    """The peer and ours at once, one of them asleep each second; then our settlement alone."""
    with tempfile.TemporaryDirectory() as meeting, ThreadPoolExecutor(2) as pool:
        of_both = {"single_s": seconds, "meeting": meeting}
        url = _database(server, f"hordak{number}")
        theirs = pool.submit(measure, "hordak", url=url, **of_both)
        url = _database(server, f"ledger{number}")
        mine = pool.submit(measure, "ledger", url=url, transfers=transfers, **of_both)
        return theirs.result(), mine.result()


def _rates(runs: list[Measured], name: str) -> list[float]:
    return [each.answer[name] for each in runs]


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
