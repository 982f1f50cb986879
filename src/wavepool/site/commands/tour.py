"""`wavepool tour`: five minutes through the demonstration, page by page."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from django.core.management import CommandError, call_command

from wavepool.cli.faults import FAILED
from wavepool.cli.terminal import JsonFlag, notice, page, print_json
from wavepool.cli.words import Lang, LangOption
from wavepool.site.commands.ready import make_ready

#: Where `make demo` keeps its market.
MARKET = Path("demo") / "market"


def tour_command(
    *,
    data: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="The market's folder; demo/market if absent."),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where the market is open.")] = 8000,
    lang: LangOption = Lang.EN,
    as_json: JsonFlag = False,
) -> None:
    """Print the five-minute tour of the demonstration: who opens which page, and what to look for."""
    os.environ["WAVEPOOL_DEMO"] = "true"
    os.environ.setdefault("WAVEPOOL_LOG_LEVEL", "WARNING")
    folder = data or MARKET
    if not (folder / "seeded.json").exists():
        notice(f"wavepool: {folder} holds no demonstration; open one with wavepool demo")
        raise typer.Exit(FAILED)
    make_ready(data=folder)
    rows = _stops(lang, f"http://127.0.0.1:{port}")
    if as_json:
        print_json(rows)
        return
    paper = page()
    for number, row in enumerate(rows, 1):
        paper.print(f"[bold]{number}. {row['title']}[/bold] · {row['role']}, {row['seconds']} s")
        paper.print(row["does"], markup=False)
        paper.print(row["href"], markup=False, soft_wrap=True)
        paper.print()
    notice(f"pick who you are at http://127.0.0.1:{port}/demo/")


def _stops(lang: Lang, address: str) -> list[dict[str, Any]]:
    told = io.StringIO()
    try:
        call_command("demo_tour", lang=lang.value, stdout=told)
    except CommandError as error:
        notice(f"wavepool: {error}")
        raise typer.Exit(FAILED) from error
    rows: list[dict[str, Any]] = json.loads(told.getvalue())
    return [{**row, "href": f"{address}{row['href']}"} for row in rows]
