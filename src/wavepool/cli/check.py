"""`wavepool check`: judge every row of a season before anything is settled."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from wavepool.cli.faults import BAD_DATA
from wavepool.cli.rules import (
    DEFAULT_POLICY,
    ColumnsOption,
    PolicyOption,
    SeasonArgument,
    binding_policy,
    open_columns,
)
from wavepool.cli.terminal import JsonFlag, grid, notice, page, print_json, progress
from wavepool.engine.columns import Checked, list_rejects
from wavepool.engine.relations import open_relations
from wavepool.engine.seasons import Plan, check_season


def check_command(
    season: SeasonArgument,
    *,
    policy: PolicyOption = DEFAULT_POLICY,
    columns: ColumnsOption = None,
    show: Annotated[int, typer.Option(help="How many rejected rows to list.")] = 20,
    as_json: JsonFlag = False,
) -> None:
    """Judge every row of a season; exit 3 when any is rejected."""
    rules = binding_policy(policy)
    columns_map = open_columns(columns)
    with tempfile.TemporaryDirectory() as scratch, progress() as say:
        say("reading the season")
        rel = open_relations("duckdb", scratch=Path(scratch))
        try:
            plan = Plan(season, Path(scratch), rules, columns_map=columns_map)
            checked = check_season(rel, plan)
            rejects = list_rejects(rel, limit=show).to_pylist()
        finally:
            rel.close()
    if as_json:
        print_json(
            {
                "season": str(season),
                "rejected": checked.rejected,
                "tables": {name: asdict(count) for name, count in checked.tables.items()},
                "rules": [asdict(rule) for rule in checked.rules],
                "rejects": rejects,
            }
        )
    else:
        _print(season, checked, rejects)
    if not checked.is_clean:
        notice(f"wavepool: {checked.rejected} rows are rejected; correct them and check again")
        raise typer.Exit(BAD_DATA)


def _print(season: Path, checked: Checked, rejects: list[dict[str, Any]]) -> None:
    out = page()
    table = grid(f"{season}", ["table", ">read", ">good", ">rejected"])
    for name, count in checked.tables.items():
        if count.read:
            table.add_row(name, f"{count.read:,}", f"{count.good:,}", f"{count.rejected:,}")
    out.print(table)
    if checked.is_clean:
        out.print("\nEvery row is good.")
        return
    broken = grid("\nBroken rules", ["table", "rule", "column", ">rows"])
    for rule in checked.rules:
        broken.add_row(rule.table, rule.rule, rule.column, f"{rule.rows:,}")
    out.print(broken)
    first = grid(f"\nFirst {len(rejects)} rejects", ["table", "row", "rule", "column", "value"])
    for row in rejects:
        first.add_row(
            row["table_name"],
            str(row["row_key"] or row["row_no"]),
            row["rule"],
            row["column_name"],
            str(row["value"]),
        )
    out.print(first)
