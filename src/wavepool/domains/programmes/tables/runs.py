"""A run's programmes as rows, and approved budgets as the engine's `budgets`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import duckdb
import pyarrow as pa

from wavepool.domains.programmes.models import (
    Award,
    Budget,
    BudgetCard,
    Progress,
    Refusal,
)
from wavepool.domains.scores import queries as scores
from wavepool.engine.incentives import (
    BUDGETS_SCHEMA,
    LumpSum,
    PerAnchor,
    Period,
    Programmes,
    measure_programmes,
)
from wavepool.engine.policy import Policy, periods
from wavepool.engine.relations import hide_progress
from wavepool.engine.seasons.payments import award_key

_EPOCH: Final = date(1970, 1, 1).toordinal()
_MID_MONTH: Final = 15
_CARD: Final = (
    "currency",
    "budget_minor",
    "committed_minor",
    "claims_minor",
    "spent_minor",
    "remaining_minor",
    "traffic_budget_units",
    "traffic_committed_units",
    "traffic_claims_units",
    "traffic_spent_units",
    "traffic_remaining_units",
    "is_scaled",
)
_LIABILITY: Final = (
    "open_subjects",
    "low_minor",
    "on_pace_minor",
    "high_minor",
    "on_pace_traffic_units",
    "high_traffic_units",
)
_MONEY: Final = (
    "claim_minor",
    "scaled_micro",
    "award_minor",
    "claim_traffic_units",
    "traffic_units",
)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind, as fields of its model."""

    model: Any
    rows: list[dict[str, Any]]

    def as_table(self) -> scores.Part:
        """The rows as columns: conditions as the JSON text that the store keeps, and defaults."""
        given = {name for row in self.rows[:1] for name in row}
        made = [
            field
            for field in self.model._meta.local_concrete_fields
            if field.has_default() and not field.has_db_default() and field.column not in given
        ]
        rows = [
            {
                **{field.column: field.get_default() for field in made},
                **row,
                **({"conditions": json.dumps(row["conditions"])} if "conditions" in row else {}),
            }
            for row in self.rows
        ]
        return scores.Part(model=self.model, rows=pa.Table.from_pylist(rows))


class RunTables(Protocol):
    """A run as programmes read it."""

    @property
    def document(self) -> Programmes:
        """The rules that it went by."""

    @property
    def policy_number(self) -> int:
        """Which version of the rules that is."""

    def read(self, table: str, *, period: str) -> pa.Table:
        """Rows of one table of a month, without rows where it has none."""

    def measure(self, period: str) -> pa.Table:
        """How far everyone is, as `measure_programmes` tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTables:
    """A run whose results and input lie in folders.

    Attributes:
        season: the folder of the run's input.
        read_run: gives rows of a table of a month of its results.
    """

    document: Programmes
    policy_number: int
    policy: Policy
    season: Path
    read_run: Callable[[str, str], pa.Table]

    def read(self, table: str, *, period: str) -> pa.Table:
        """Rows of one table of a month."""
        return self.read_run(table, period)

    def measure(self, period: str) -> pa.Table:
        """Measure everyone at the end of a month, from what the award step read."""
        month = month_of(self.policy, period)
        ends = month.ends_at
        asked = {
            "creators": "select creator_id, kind, person_id, first_live_at from creators",
            "creator_payees_as_of": "select creator_id, payee_id from creator_payees "
            f"where valid_from < {ends} and (valid_to is null or valid_to >= {ends})",
            "agencies": "select agency_id, payee_id from agencies",
            "introductions": "select agency_id, creator_id, introduced_at from introductions "
            f"where introduced_at < {ends}",
        }
        return measure_programmes(
            self.document,
            **{name: _read_season(self.season, sql) for name, sql in asked.items()},
            counters=self.read("state/counters", period=period),
            lifetime_awards=self.read("state/lifetime_awards", period=period),
            period=month,
            currency=self.policy.currency,
        )


def month_of(policy: Policy, name: str) -> Period:
    """A month in the policy's zone."""
    year, month = (int(part) for part in name.split("-"))
    middle = int(datetime(year, month, _MID_MONTH, tzinfo=UTC).timestamp()) * 1_000
    (row,) = periods(policy, middle, middle)
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return Period(
        name=name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        first_day=first.toordinal() - _EPOCH,
        last_day_exclusive=after.toordinal() - _EPOCH,
    )


def take_parts(source: RunTables, *, period: str, is_final: bool) -> Iterator[Part]:
    """The rows of a month, kind by kind, always the same ones in the same order."""
    yield Part(Award, list(_awards(source, period, is_final=is_final)))
    yield Part(Refusal, [_refusal(row) for row in _rows(source, "refusals", period)])
    yield Part(BudgetCard, list(_cards(source, period)))
    yield Part(Progress, [_progress(row) for row in source.measure(period).to_pylist()])


def budgets_table() -> pa.Table:
    """programme_id, period, currency, budget_minor, traffic_units: approved ones; sorted."""
    names = BUDGETS_SCHEMA.names
    rows = Budget.objects.order_by("programme_id", "period").values(*names)
    return pa.Table.from_pylist(list(rows), schema=BUDGETS_SCHEMA)


def day_of(day: int) -> date:
    """A local day of the engine as a date."""
    return date.fromordinal(_EPOCH + day)


def _read_season(season: Path, sql: str) -> pa.Table:
    """Rows of a season's files; times as the engine has them, in whole milliseconds UTC."""
    store = duckdb.connect()
    try:
        hide_progress(store)
        store.execute("set timezone = 'UTC'")
        table = sql.partition(" from ")[2].split()[0]
        file = str(season / f"{table}.parquet").replace("'", "''")
        shape = store.sql(f"select * from read_parquet('{file}')")
        columns = ", ".join(
            f"epoch_ms({name}) as {name}" if str(kind).startswith("TIMESTAMP") else name
            for name, kind in zip(shape.columns, shape.types, strict=True)
        )
        store.execute(f"create view {table} as select {columns} from read_parquet('{file}')")
        return store.sql(sql).to_arrow_table()
    finally:
        store.close()


def _rows(source: RunTables, table: str, period: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = source.read(table, period=period).to_pylist()
    return found


def _of_subject(row: Mapping[str, Any]) -> dict[str, Any]:
    is_agency = row["subject_kind"] == "agency"
    anchor = None if row["anchor_id"] is None else int(row["anchor_id"])
    return {
        "programme_id": row["programme_id"],
        "once_key": row["once_key"],
        "creator_id": anchor if is_agency else int(row["subject_id"]),
        "agency_id": int(row["subject_id"]) if is_agency else None,
    }


def _awards(source: RunTables, period: str, *, is_final: bool) -> Iterator[dict[str, Any]]:
    for row in _rows(source, "awards", period):
        programme = source.document.get_programme(row["programme_id"])
        is_gated = programme.gate == "person_for_life" and row["person_id"] is not None
        yield {
            **_of_subject(row),
            **{name: row[name] for name in _MONEY},
            "period": period,
            "key": award_key(row),
            "is_final": is_final,
            "is_once": is_gated and isinstance(programme.schedule, LumpSum | PerAnchor),
            "person_id": row["person_id"],
            "payee_id": row["payee_id"],
            "currency": row["currency"],
            "conditions": json.loads(row["conditions"]),
        }


def _refusal(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_of_subject(row),
        "reason": row["reason"],
        "claim_minor": row["claim_minor"],
        "closes_date": day_of(row["until_day"]),
    }


def _cards(source: RunTables, period: str) -> Iterator[dict[str, Any]]:
    owed = {row["programme_id"]: row for row in _rows(source, "liabilities", period)}
    for row in _rows(source, "budget_cards", period):
        liability = owed[row["programme_id"]]
        yield {
            "programme_id": row["programme_id"],
            **{name: row[name] for name in _CARD},
            **{name: liability[name] for name in _LIABILITY},
        }


def _progress(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_of_subject(row),
        "milestone": row["milestone"],
        "person_id": row["person_id"],
        "payee_id": row["payee_id"],
        "currency": row["currency"],
        "reward_minor": row["reward_minor"],
        "traffic_units": row["traffic_units"],
        "conditions": json.loads(row["conditions"]),
        "short": row["short"],
        "starts_date": day_of(row["start_day"]),
        "ends_date": day_of(row["until_day"]),
        "closes_date": day_of(row["close_day"]),
    }
