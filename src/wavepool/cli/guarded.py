"""The outermost edge: every named error ends as one line on stderr and an exit code."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from wavepool.cli.faults import FAULTS, fault_of
from wavepool.cli.terminal import notice


class GuardedGroup(TyperGroup):
    """A group of commands that shows no traceback for an error with a name."""

    def invoke(self, ctx: Any) -> Any:  # type: ignore[explicit-override]
        """Run the command. `override` came to `typing` with Python 3.12 only."""
        try:
            return super().invoke(ctx)
        except FAULTS as error:
            if isinstance(error, BrokenPipeError):
                raise
            fault = fault_of(error)
            notice(f"wavepool: {fault.text}")
            raise typer.Exit(fault.exit_code) from error
