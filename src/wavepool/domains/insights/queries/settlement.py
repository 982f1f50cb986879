"""What agencies settle: their parts of a month line by line, held against the statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa

from wavepool.domains.credits import queries as settled
from wavepool.engine.relations import open_relations, step_sql
from wavepool.engine.relations.session import Relations

_PACKAGE: Final = "wavepool.domains.insights.queries"
MICRO: Final = 1_000_000
#: Tables of a run's month by the names that the steps call them, which know no folder `state/`.
_TABLES: Final = {
    name.rpartition("/")[2]: name
    for name in (
        "agency_parts",
        "micro_lines",
        "piece_values",
        "pool_shares",
        "reversals",
        "ruled_parts",
        "settling",
        "settling_shares",
        "state/settled",
        "state/settled_shares",
        "statement_lines",
        "statements",
    )
}
#: A run without programmes has no awards.
_NO_AWARDS: Final = pa.schema(
    [
        ("programme_id", pa.string()),
        ("once_key", pa.string()),
        ("subject_kind", pa.string()),
        ("subject_id", pa.int64()),
        ("anchor_id", pa.int64()),
        ("payee_id", pa.int64()),
        ("currency", pa.string()),
        ("award_minor", pa.int64()),
    ]
).empty_table()
_FACES: Final = (
    "select v.creator_id as creator_id, v.payee_id as payee_id from piece_values as v "
    "union select h.creator_id, h.payee_id from settling_shares as h"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorPart:
    """What an agency has of one creator in one currency; fields bear the ids of metrics.

    Amounts but commission and fee are in micro-units, + to the agency (`settlement_kept`: to the
    creator's payee).

    Attributes:
        creator_id: None of what no single creator brought: the agency's own frame, or a pool
            share of a payee with several creators.
    """

    creator_id: int | None
    currency: str
    settlement_lines: int
    settlement_commission: int
    settlement_fee: int
    settlement_direct: int
    settlement_pool: int
    settlement_award: int
    settlement_refund: int
    settlement_ruling: int
    settlement_total: int
    settlement_held: int
    settlement_kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One part of an agency.

    Attributes:
        kind: commission, refund, pool, award or ruling.
        line_key: as the statement has it; of pools and awards, the key of the creator's line.
        gross_micro: what it is a part of; 0 of a refund.
    """

    kind: str
    creator_id: int | None
    line_id: int | None
    line_key: str
    payee_id: int
    currency: str
    gross_micro: int
    split_ppm: int
    micro: int
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From the parts of a payee to its statement; see `settlement_bridge.sql`."""

    payee_id: int
    currency: str
    parts_micro: int
    other_micro: int
    carried_micro: int
    held_minor: int
    debt_in_minor: int
    debt_out_minor: int
    payable_minor: int
    difference_micro: int


@dataclass(frozen=True, slots=True)
class AgencySettlement:
    """An agency's month: by creator, line by line, and up to its statement."""

    creators: tuple[CreatorPart, ...]
    lines: tuple[PartLine, ...]
    bridges: tuple[Bridge, ...]

    @property
    def adds_up(self) -> bool:
        """Whether the lines are the statement, to the micro-unit."""
        shown = sum(line.micro for line in self.lines)
        by_creator = sum(part.settlement_total for part in self.creators)
        bridged = sum(bridge.parts_micro for bridge in self.bridges)
        return shown == by_creator == bridged and not any(
            each.difference_micro for each in self.bridges
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySum:
    """An agency and its creators in one currency; agency 0 holds creators without one."""

    agency_id: int
    currency: str
    settlement_creators: int
    settlement_total: int
    settlement_kept: int
    settlement_whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A payee whose parts, lines and statement differ, in micro-units."""

    payee_id: int
    currency: str
    parts_micro: int
    lines_micro: int
    statement_micro: int


@dataclass(frozen=True, slots=True)
class PlatformSettlement:
    """The whole month by agency, what all statement lines say, and who does not match."""

    agencies: tuple[AgencySum, ...]
    lines_micro: dict[str, int]
    unmatched: tuple[Unmatched, ...]

    def difference_micro(self, currency: str) -> int:
        """What agencies and creators have beyond what the statements say; 0 when it adds up."""
        rows = [each for each in self.agencies if each.currency == currency]
        return sum(each.settlement_whole for each in rows) - self.lines_micro.get(currency, 0)

    @property
    def currencies(self) -> tuple[str, ...]:
        """Every currency of the month."""
        return tuple(sorted({each.currency for each in self.agencies} | self.lines_micro.keys()))

    @property
    def adds_up(self) -> bool:
        """Whether agencies, creators and statements say the same, each payee and all together."""
        return not self.unmatched and not any(map(self.difference_micro, self.currencies))


#: The columns of a creator's part that add up.
SUMS: Final = tuple(
    each.name for each in fields(CreatorPart) if each.name.startswith("settlement_")
)


def settlement_of_agency(run: Any, *, agency_id: int, month: str) -> AgencySettlement:
    """An agency's parts of a month as a run has them."""
    with _month(run, month, agency_id=agency_id) as rel:
        return AgencySettlement(
            creators=tuple(CreatorPart(**row) for row in _rows(rel, "settlement_creators")),
            lines=tuple(PartLine(**row) for row in _rows(rel, "settlement_lines")),
            bridges=tuple(Bridge(**row) for row in _rows(rel, "settlement_bridge")),
        )


def settlement_of_platform(run: Any, *, month: str) -> PlatformSettlement:
    """Every agency and every creator without one, held against all statements of a month."""
    with _month(run, month) as rel:
        said = rel.fetch(
            "select l.currency as currency, cast(sum(l.micro) as bigint) as micro "
            "from statement_lines as l where l.kind <> 'debt' group by 1"
        )
        return PlatformSettlement(
            agencies=tuple(AgencySum(**row) for row in _rows(rel, "settlement_platform")),
            lines_micro={row["currency"]: row["micro"] for row in said.to_pylist()},
            unmatched=tuple(Unmatched(**row) for row in _rows(rel, "settlement_unmatched")),
        )


def sum_parts(rows: Iterable[CreatorPart], currency: str) -> CreatorPart:
    """All creators of an agency together, in one currency."""
    kept = [row for row in rows if row.currency == currency]
    sums = {name: sum(getattr(row, name) for row in kept) for name in SUMS}
    return CreatorPart(creator_id=None, currency=currency, **sums)


@contextmanager
def _month(run: Any, month: str, *, agency_id: int | None = None) -> Iterator[Relations]:
    """The month's tables and over them the view "parts", of all or of one agency."""
    folder = settled.run_folder(run) / month
    with TemporaryDirectory(prefix="wavepool-settlement-") as scratch:
        rel = open_relations(scratch=Path(scratch), threads=1, memory_mb=1_000)
        try:
            _open_tables(rel, folder, month, agency_id)
            parts = step_sql(_PACKAGE, "settlement")
            if agency_id is None:
                rel.view("parts", parts)
            else:
                rel.table(
                    "parts", f"select q.* from ({parts}) as q where q.agency_id = {int(agency_id)}"
                )
            yield rel
        finally:
            rel.close()


def _open_tables(rel: Relations, folder: Path, month: str, agency_id: int | None) -> None:
    for name, place in _TABLES.items():
        path = folder / f"{place}.parquet"
        if not path.exists():
            raise settled.TableNotFound(month, place)
        rel.scan(name, [path])
    awards = folder / "awards.parquet"
    if awards.exists():
        rel.scan("awards", [awards])
    else:
        rel.put("awards", _NO_AWARDS)
    rel.table("creators_of_payees", _FACES)
    if agency_id is not None:
        for name in ("agency_parts", "settling_shares", "settled_shares"):
            rel.table(
                f"own_{name}", f"select t.* from {name} as t where t.agency_id = {int(agency_id)}"
            )
            rel.view(name, f"select o.* from own_{name} as o")


def _rows(rel: Relations, step: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = rel.fetch(step_sql(_PACKAGE, step)).to_pylist()
    return rows
