"""The outermost edge: every named error ends as one line on stderr and an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from wavepool.cli.faults import FAULTS, fault_of, was_interrupted
from wavepool.cli.terminal import notice


class GuardedGroup(TyperGroup):
    """A group of commands that shows no traceback for an error with a name.

    The methods override Typer's; the decorator that says so came with Python 3.12.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # type: ignore[explicit-override]
        """Read the options; `--version` prints here."""
        with _guard():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # type: ignore[explicit-override]
        """Run the command."""
        with _guard():
            return super().invoke(ctx)


@contextmanager
def _guard() -> Iterator[None]:
    try:
        yield
    except FAULTS as error:
        # A reader that has seen enough, such as `head`, is no fault.
        if isinstance(error, BrokenPipeError):
            raise
        raise _ended(error) from error
    except RuntimeError as error:
        if not was_interrupted(error):
            raise
        raise _ended(error) from error


def _ended(error: BaseException) -> typer.Exit:
    fault = fault_of(error)
    notice(f"wavepool: {fault.text}")
    return typer.Exit(fault.exit_code)
