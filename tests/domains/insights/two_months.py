"""The hand-made season's June and July of 2024, settled, as a run of the store.

Dragon's agency (900001) has Dong (900004); Ada (900001) and Eve (900005) are nobody's. Of June it has
of Dong: 30% of 4.00 and of 18.80, a fifth of a pool share of 254.02581676, less 0.12 of a refund.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from promises.market import market, settle, write_market
from wavepool.domains.credits import queries as credits
from wavepool.domains.credits.models import Run
from wavepool.domains.people.models import (
    Agency,
    Contract,
    ContractVersion,
    Creator,
    Membership,
    Role,
)
from worlds.cast import World

#: Ids of the season that are rows of the store, moved out of the way of its own.
MOVED: Final = 900_000
ADA, DONG, EVE, DRAGON = 900_001, 900_004, 900_005, 900_001
AT: Final = datetime(2024, 8, 2, tzinfo=UTC)


@cache
def settled_folder() -> Path:
    """The season settled once for a process."""
    rows = {
        name: [
            {
                key: value + MOVED if key in {"creator_id", "agency_id"} else value
                for key, value in row.items()
            }
            for row in table
        ]
        for name, table in market().items()
    }
    folder = Path(tempfile.mkdtemp(prefix="wavepool-two-months-"))
    settle(write_market(folder / "season", rows), folder / "out")
    return folder / "out"


@dataclass
class TwoMonths:
    """The run, and its people in the store."""

    world: World
    run: Run
    agency: Agency
    dong: Creator

    def change(self, month: str, table: str, column: str, *, row: int, by: int) -> None:
        """Falsify one number of the run's files."""
        path = credits.run_folder(self.run) / month / f"{table}.parquet"
        found = pq.read_table(path)
        values = found.column(column).to_pylist()
        values[row] += by
        place = found.column_names.index(column)
        pq.write_table(found.set_column(place, column, pa.array(values, pa.int64())), path)

    def sign(self, *, scope: Sequence[str], valid_from: datetime = datetime(2024, 1, 1, tzinfo=UTC),
             number: int = 1) -> None:  # fmt: skip
        """Give the agency terms with Dong that open some of the creator's data."""
        contract, _new = Contract.objects.get_or_create(
            creator=self.dong,
            agency=self.agency,
            defaults={"state": "in_force", "proposed_at": valid_from, "started_at": valid_from},
        )
        contract.versions.filter(state="in_force").update(state="superseded", valid_to=valid_from)
        ContractVersion.objects.create(
            contract=contract,
            number=number,
            direct_ppm=300_000,
            pool_ppm=200_000,
            award_ppm=100_000,
            data_scope=list(scope),
            state="in_force",
            proposed_by="agency",
            proposed_at=valid_from,
            answer_due_at=valid_from,
            creator_agreed_at=valid_from,
            agency_agreed_at=valid_from,
            valid_from=valid_from,
        )


def make_two_months(world: World, **run: Any) -> TwoMonths:
    """Put the run and its people into the store; Chen owns the agency."""
    row = Run.objects.create(
        **{
            "public_id": "run_two_months",
            "kind": "draft",
            "state": "done",
            "as_of": AT,
            "confirmed_at": AT,
            "key": "t" * 64,
            "digest": "d" * 64,
            "periods": ["2024-06", "2024-07"],
            **run,
        }
    )
    shutil.copytree(settled_folder(), credits.run_folder(row))
    agency = Agency.objects.create(pk=DRAGON, slug="dragon-mcn", name="Dragon Talents")
    Membership.objects.create(account=world.chen, agency=agency, role=Role.OWNER)
    dong = Creator.objects.create(pk=DONG, handle="dong", name="Dong's tools")
    Creator.objects.create(pk=ADA, handle="ada-2", name="Ada of the season")
    Creator.objects.create(pk=EVE, handle="eve-live", name="Eve live")
    return TwoMonths(world, row, agency, dong)
