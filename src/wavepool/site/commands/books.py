"""`wavepool verify-books`: prove the books, and write them as a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.core.management import CommandError, call_command

from wavepool.site.commands.ready import make_ready


def verify_books_command(
    *,
    incremental: Annotated[
        bool, typer.Option("--incremental/--full", help="What is new, or all of the books.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    journal: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Also write the books as a beancount journal."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(file_okay=False, help="Data folder; WAVEPOOL_DATA if absent.")
    ] = None,
) -> None:
    """Prove that the books reconcile; exit code 0 when they do, 4 when they do not."""
    make_ready(data=data)
    try:
        call_command("verify_books", incremental=incremental, as_json=as_json, journal=journal)
    except CommandError as error:
        typer.echo(f"wavepool: {error}", err=True)
        raise typer.Exit(error.returncode) from error
