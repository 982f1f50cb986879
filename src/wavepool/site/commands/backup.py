"""`wavepool backup` and `wavepool restore`: the whole store in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.core.management import CommandError, call_command

from wavepool.cli.faults import FAILED
from wavepool.cli.terminal import notice
from wavepool.site.commands.ready import make_ready

Data = Annotated[
    Path | None, typer.Option(file_okay=False, help="Data folder; WAVEPOOL_DATA if absent.")
]


def backup_command(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The file to write.")],
    *,
    data: Data = None,
) -> None:
    """Write the store and the uploads to one file, while people work."""
    make_ready(data=data)
    _run("backup", file)


def restore_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup.")],
    *,
    data: Data = None,
) -> None:
    """Bring a backup into an empty store; refuse a damaged one; check what came back."""
    make_ready(data=data)
    _run("restore", file)


def _run(command: str, file: Path) -> None:
    try:
        call_command(command, str(file))
    except CommandError as error:
        notice(f"wavepool: {error}")
        raise typer.Exit(FAILED) from error
