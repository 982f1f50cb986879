"""The commands of wavepool, and those that other installed parts add."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated

import typer

from wavepool import __version__
from wavepool.cli.check import check_command
from wavepool.cli.court import court_command
from wavepool.cli.demo import demo_command
from wavepool.cli.explain import explain_command
from wavepool.cli.guarded import GuardedGroup
from wavepool.cli.plugins import PLUGIN_GROUP, add_plugins
from wavepool.cli.policies import policy_app
from wavepool.cli.settle import settle_command
from wavepool.cli.terminal import page
from wavepool.cli.verify import verify_command
from wavepool.cli.world import world_command

_HELP = (
    "Settle content commerce exactly: who gets what, and why.\n\n"
    "Data goes to stdout, everything else to stderr; NO_COLOR is honoured. Exit codes: 0 done, "
    "1 failed, 2 wrong use, 3 bad data, 4 does not reconcile, 130 interrupted."
)


def build_app(plugins: Iterable[EntryPoint]) -> typer.Typer:
    """Put the commands together, in the order in which a newcomer meets them."""
    app = typer.Typer(
        name="wavepool",
        cls=GuardedGroup,
        help=_HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    app.command("world")(world_command)
    app.command("check")(check_command)
    app.command("settle")(settle_command)
    app.command("explain")(explain_command)
    app.command("verify")(verify_command)
    app.command("court")(court_command)
    app.add_typer(policy_app, name="policy")
    app.command("demo")(demo_command)
    add_plugins(app, plugins)
    return app


def main() -> None:
    """Run the command line."""
    build_app(entry_points(group=PLUGIN_GROUP))()


def _show_version(value: bool) -> None:  # noqa: FBT001  an option's callback is called by position
    if value:
        page().print(f"wavepool {__version__}")
        raise typer.Exit


def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""
