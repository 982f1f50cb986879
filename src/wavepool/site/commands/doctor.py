"""`wavepool doctor`: what is configured, reachable, unsafe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from django.core.management import CommandError, call_command

from wavepool.cli.terminal import JsonFlag, notice
from wavepool.site.commands.ready import make_ready


def doctor_command(
    *,
    data: Annotated[
        Path | None, typer.Option(file_okay=False, help="Data folder; WAVEPOOL_DATA if absent.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say what is configured, reachable and unsafe; fail where production would be unsafe.

    A site is in production when people reach it by HTTPS, or by a name of its own.
    """
    has_key = bool(os.environ.get("WAVEPOOL_SECRET_KEY"))
    make_ready(data=data)
    try:
        call_command("doctor", as_json=as_json, has_key=has_key)
    except CommandError as error:
        notice(f"wavepool: {error}")
        raise typer.Exit(error.returncode) from error
