"""The demonstration's market, seeded as `wavepool demo` seeds it, in a process and a store of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LOOK = """
import json
from django.db import connection
from django.test import Client
from wavepool.domains.credits.models import Run
from wavepool.domains.insights.models import BoardFigure
from wavepool.domains.pools.models import Period
from wavepool.domains.statements.models import Close
from wavepool.site.demo.roles import ROLES

PAID = '''
with paid as (
  select a.owner_id as payee, sum(t.amount_minor) as minor
  from ledger_transfer t join ledger_account a on a.id = t.credit_id
  where t.kind = 'pool_share' and t.period = %s group by a.owner_id),
shares as (
  select cast(s.payee_id as text) as payee, sum(s.paid_minor) as minor
  from pools_share s join pools_period p on p.final_id = s.draft_id
  where p.name = %s group by s.payee_id)
select count(*), sum(coalesce(paid.minor, 0) = shares.minor)
from shares left join paid on paid.payee = shares.payee
'''


def paid_as_shared(month):
    with connection.cursor() as cursor:
        cursor.execute(PAID, [month, month])
        return list(cursor.fetchone())


def home_of(role):
    client = Client(SERVER_NAME="localhost")
    client.post(f"/demo/enter/{role}/")
    return client.get("/accounts/login/", follow=True).status_code, client


studio = Client(SERVER_NAME="localhost")
value = studio.get(studio.post("/demo/enter/creator/").headers["Location"] + "value/")
print(json.dumps({
    "homes": {role.name: home_of(role.name)[0] for role in ROLES},
    "runs": [list(run) for run in Run.objects.order_by("pk").values_list("kind", "period", "state")],
    "closed": {each.name: each.closed_at is not None for each in Period.objects.order_by("name")},
    "boards": BoardFigure.objects.exists(),
    "value": "What would raise it" in value.content.decode(),
    "issued": list(Close.objects.order_by("period").values_list("period", flat=True).filter(issued_at__isnull=False)),
    "paid": {month: paid_as_shared(month) for month in ("2026-09", "2026-10")},
}))
"""


def manage(data: Path, *words: str, given: str = "") -> str:
    """Run a command of the site's in a data folder of its own."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{data / 'wavepool.sqlite3'}",
        "WAVEPOOL_DATA": str(data),
        "WAVEPOOL_DEMO": "true",
        "WAVEPOOL_LOG_LEVEL": "WARNING",
        "WAVEPOOL_SECRET_KEY": "a key of the demonstration's test " * 2,
    }
    ran = subprocess.run(
        [sys.executable, "-m", "wavepool.site.manage", *words],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2_000:]
    return ran.stdout


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What stands in a small market, after its books were proved."""
    data = tmp_path_factory.mktemp("demonstration")
    manage(data, "migrate", "--verbosity", "0")
    manage(data, "seed_demo", "--small")
    told = manage(data, "shell", "--verbosity", "0", given=LOOK)
    document: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return document


class TestTheMarket:
    def test_is_settled_by_the_platform_itself(self, found: dict[str, Any]) -> None:
        assert found["runs"] == [
            ["draft", "", "done"],
            ["final", "2026-09", "done"],
            ["draft", "", "done"],
            ["final", "2026-10", "done"],
            ["draft", "", "done"],
            ["draft", "", "done"],
        ]
        assert found["closed"] == {"2026-09": True, "2026-10": True, "2026-11": False}
        assert found["issued"] == ["2026-09", "2026-10"]

    def test_pays_in_the_books_what_the_pool_shared(self, found: dict[str, Any]) -> None:
        for shares, equal in found["paid"].values():
            assert shares > 10
            assert equal == shares

    def test_opens_for_everybody(self, found: dict[str, Any]) -> None:
        assert set(found["homes"].values()) == {200}
        assert found["value"]
        assert found["boards"]

    def test_that_was_half_seeded_says_what_helps(self, tmp_path: Path) -> None:
        manage(tmp_path, "migrate", "--verbosity", "0")
        (tmp_path / "seeding-begun").touch()
        with pytest.raises(AssertionError, match="throw it away with --reset"):
            manage(tmp_path, "seed_demo", "--small")
