"""`wavepool demo`: a marketplace in the browser, and a whole season explained beside it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated, Final

import typer
from django.core.management import CommandError, call_command

from wavepool.cli.demo import demo_command as show_season
from wavepool.cli.faults import FAILED
from wavepool.cli.terminal import JsonFlag, margin, notice, progress
from wavepool.cli.words import Lang, LangOption
from wavepool.site.commands.processes import (
    Machine,
    NeverAnswered,
    ProcessEnded,
    edge_command,
    machine,
    site_command,
    worker_command,
)
from wavepool.site.commands.ready import make_ready

TOUCHES: Final = 500_000
SMALL_TOUCHES: Final = 60_000
SEED: Final = 7


def demo_command(
    *,
    folder: Annotated[
        Path | None,
        typer.Option(
            file_okay=False, help="Keep everything here; a new temporary folder if absent."
        ),
    ] = None,
    lang: LangOption = Lang.EN,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port on loopback.")] = 8000,
    reset: Annotated[
        bool, typer.Option("--reset", help="Throw away what the folder holds of a demonstration.")
    ] = False,
    small: Annotated[
        bool, typer.Option("--small", help="A smaller market and a smaller season.")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Open the marketplace in the browser.")
    ] = True,
    then: Annotated[
        str, typer.Option(help="A command to run beside the marketplace after the season.")
    ] = "",
    touches: Annotated[
        int, typer.Option(min=20_000, help="Rows of the explained season's touches.")
    ] = TOUCHES,
    seed: Annotated[int, typer.Option(help="The same seed gives the same season.")] = SEED,
    as_json: JsonFlag = False,
) -> None:
    """Open a marketplace with a season behind it; settle another one and explain it.

    The marketplace is made up, listens on loopback only and asks for no
    password. It stays open until Ctrl-C; in CI it closes once it has answered.
    """
    place = folder or Path(tempfile.mkdtemp(prefix="wavepool-demo-"))
    if reset:
        for name in ("market", "season"):
            shutil.rmtree(place / name, ignore_errors=True)
    try:
        with machine() as started:
            if serve:
                _open_market(started, place / "market", lang=lang, port=port, is_small=small)
            show_season(
                folder=place / "season",
                touches=min(touches, SMALL_TOUCHES) if small else touches,
                seed=seed,
                lang=lang,
                as_json=as_json,
            )
            if then:
                subprocess.run(shlex.split(then), check=True)
            if serve:
                _stay(started, port=port)
    except (ProcessEnded, NeverAnswered, CommandError, subprocess.CalledProcessError) as error:
        notice(f"wavepool: {error}")
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt:
        notice("wavepool: the demonstration is closed")


def _open_market(started: Machine, data: Path, *, lang: Lang, port: int, is_small: bool) -> None:
    """Put the generated market into the platform and open its door."""
    os.environ["WAVEPOOL_DEMO"] = "true"
    os.environ.setdefault("WAVEPOOL_LOG_LEVEL", "WARNING")
    os.environ["WAVEPOOL_LANGUAGE"] = "zh-hans" if lang is Lang.ZH else "en"
    os.environ.setdefault("WAVEPOOL_EDGE_URL", f"http://127.0.0.1:{port + 1}")
    make_ready(data=data)
    with progress() as say:
        say("preparing the tables")
        call_command("migrate", verbosity=0)
        call_command("seed_demo", lang=lang.value, small=is_small, say=say)
        say("opening the marketplace")
        started.start("site", site_command(host="127.0.0.1", port=port, threads=4))
        started.start("edge", edge_command(host="127.0.0.1", port=port + 1))
        started.start("worker", worker_command())
        started.wait_for(f"{_address(port)}demo/", seconds=60)
    margin().print(f"[bold]The marketplace is open: {_address(port)}demo/[/bold]")
    notice("pick who you are, one click each; a season is being settled beside it")
    notice(f"five minutes through it: wavepool tour --data {data} --port {port}")
    if margin().is_terminal and not os.environ.get("CI"):
        webbrowser.open(f"{_address(port)}demo/")


def _stay(started: Machine, *, port: int) -> None:
    """Keep the marketplace open; in CI one answer is enough."""
    if os.environ.get("CI"):
        started.check()
        notice("wavepool: the marketplace answered; closing it, as CI is set")
        return
    notice(f"wavepool: the marketplace is still open at {_address(port)}demo/; Ctrl-C closes it")
    started.watch()


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}/"
