"""`wavepool settle`: from a season folder to statements, books and a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wavepool.cli.rules import (
    DEFAULT_POLICY,
    ColumnsOption,
    PolicyOption,
    SeasonArgument,
    binding_policy,
    binding_programmes,
    open_columns,
)
from wavepool.cli.terminal import JsonFlag, notice, page, print_json, progress
from wavepool.engine.seasons import Plan, Settled, settle_season

OutOption = Annotated[
    Path, typer.Option("--out", metavar="OUT", file_okay=False, help="The folder of results.")
]


def settle_command(
    season: SeasonArgument,
    *,
    out: OutOption,
    policy: PolicyOption = DEFAULT_POLICY,
    period: Annotated[str | None, typer.Option(help="One month only, such as 2026-10.")] = None,
    opening: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="An earlier OUT to open from."),
    ] = None,
    engine: Annotated[str, typer.Option(help="duckdb, local[N] or spark://host:port.")] = "duckdb",
    columns: ColumnsOption = None,
    allow_rejects: Annotated[
        bool, typer.Option("--allow-rejects", help="Settle the good rows, count the others.")
    ] = False,
    integrity: Annotated[
        bool, typer.Option("--integrity", help="Look for brushing rings as well.")
    ] = False,
    signing_key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Ed25519 private key in PEM form."),
    ] = None,
    threads: Annotated[int, typer.Option(help="Worker threads.")] = 2,
    memory_mb: Annotated[int, typer.Option(help="Bound of memory; beyond it rows spill.")] = 4_000,
    as_json: JsonFlag = False,
) -> None:
    """Settle a season into OUT; the same command goes on with an interrupted run."""
    rules = binding_policy(policy)
    plan = Plan(
        season=season,
        out=out,
        policy=rules,
        programmes=binding_programmes(rules, beside=policy),
        period=period,
        opening=opening,
        engine=engine,
        columns_map=open_columns(columns),
        allow_rejects=allow_rejects,
        is_looking_for_rings=integrity,
        threads=threads,
        memory_mb=memory_mb,
        signing_key=None if signing_key is None else signing_key.read_bytes(),
    )
    with progress() as say:
        settled = settle_season(plan, say=say)
    if settled.was_finished:
        notice(f"{out} was finished already; nothing had to be done")
    if as_json:
        print_json(
            {
                "out": str(settled.out),
                "periods": list(settled.periods),
                "digest": settled.digest,
                "rejected": settled.rejected,
                "was_finished": settled.was_finished,
            }
        )
    else:
        _print(settled)


def _print(settled: Settled) -> None:
    console = page()
    console.print(f"settled   {settled.periods[0]} to {settled.periods[-1]}")
    console.print(f"rejected  {settled.rejected:,} rows")
    console.print(f"digest    {settled.digest}")
    console.print(f"results   {settled.out}", soft_wrap=True)
