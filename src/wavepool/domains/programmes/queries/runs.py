"""A run of credits as programmes take it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pyarrow as pa

from wavepool.domains.credits import queries as credits
from wavepool.domains.policies import queries as policies
from wavepool.domains.programmes.queries.documents import read_document
from wavepool.domains.programmes.tables import FolderTables, RunTables
from wavepool.domains.scores import queries as scores


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRun:
    """A run that is done: its tables, up to when it knows facts, which months are taken in."""

    run_id: str
    as_of: datetime
    is_final: bool
    tables: RunTables
    today_date: date
    months: tuple[str, ...]


def run_of(run_id: str) -> TakenRun:
    """A run by its public id, ready to be taken in; months without programmes are left out.

    Raises:
        NotFound: there is none.
        NoPolicyInForce: no rules of programmes held when it ran.
    """
    run = credits.get_run(run_id)
    policy = policies.compose_engine_policy(at=run.as_of)
    version = policies.policy_in_force("programme", at=run.as_of)

    def read(table: str, period: str) -> pa.Table:
        return credits.read_run(run, table, period=period)

    months = scores.periods_to_take(run.periods, policy=policy, as_of=run.as_of)
    wanted = (run.period,) if run.period else months
    return TakenRun(
        run_id=run_id,
        as_of=run.as_of,
        is_final=run.kind == "final",
        tables=FolderTables(
            document=read_document(version.digest, version.text),
            policy_number=version.number,
            policy=policy,
            season=credits.season_folder(run),
            read_run=partial(read),
        ),
        today_date=run.as_of.astimezone(ZoneInfo(policy.zone)).date(),
        months=tuple(
            each
            for each in wanted
            if each in run.periods and "budget_cards" in credits.tables_of(run, each)
        ),
    )
