"""Commands of other installed parts, through the entry-point group `wavepool.commands`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint
from typing import Final

import typer
from rich.markup import escape

from wavepool.cli.faults import FAILED
from wavepool.cli.terminal import notice

PLUGIN_GROUP: Final = "wavepool.commands"


def add_plugins(app: typer.Typer, plugins: Iterable[EntryPoint]) -> None:
    """Add every plugin's command, by name; one whose extra is missing says what it needs.

    An entry point names a `typer.Typer` or a function with typed options; the
    extra in its brackets (`serve = "wavepool.site.commands:serve [site]"`) is
    what must be installed for it. A plugin of the name of an own command
    takes its place where its extra is installed.
    """
    own = {command.name for command in app.registered_commands}
    for plugin in sorted(plugins, key=lambda each: each.name):
        try:
            loaded = plugin.load()
        except ModuleNotFoundError:
            if plugin.name not in own:
                _add_missing(app, plugin)
            continue
        if isinstance(loaded, typer.Typer):
            app.add_typer(loaded, name=plugin.name)
        else:
            app.command(plugin.name)(loaded)


def _add_missing(app: typer.Typer, plugin: EntryPoint) -> None:
    extras = ",".join(plugin.extras) or plugin.name
    needs = f"needs wavepool[{extras}]"

    def missing(context: typer.Context) -> None:
        notice(f"wavepool: {context.command.name} {needs}; pip install 'wavepool[{extras}]'")
        raise typer.Exit(FAILED)

    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command(plugin.name, help=escape(needs), context_settings=settings)(missing)
