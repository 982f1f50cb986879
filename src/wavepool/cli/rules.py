"""From the words of a command to the documents that bind: policy, programmes, names map."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from wavepool.engine import columns, incentives
from wavepool.engine.policy import Policy, ensure_binding, load_policy, packaged_policy

DEFAULT_POLICY: Final = "default"
PolicyOption = Annotated[
    str,
    typer.Option("--policy", metavar="POLICY", help="A packaged policy's name or a TOML file."),
]
ColumnsOption = Annotated[
    Path | None,
    typer.Option(
        "--columns",
        metavar="MAP.toml",
        exists=True,
        dir_okay=False,
        help="Your own names of tables and columns.",
    ),
]
SeasonArgument = Annotated[
    Path,
    typer.Argument(
        metavar="SEASON", exists=True, file_okay=False, help="The folder of input tables."
    ),
]


def open_policy(name: str) -> Policy:
    """Read a policy by a packaged name or a path that ends in `.toml`; it may still not bind.

    Raises:
        UnknownPackagedPolicy: no packaged policy has that name.
        PolicyInvalid, UnreadablePolicy: the file is not a policy.
    """
    if not name.endswith(".toml"):
        return packaged_policy(name)
    path = Path(name)
    if not path.is_file():
        raise typer.BadParameter(f"{name} is not a file", param_hint="policy")
    return load_policy(path)


def binding_policy(name: str) -> Policy:
    """Read a policy that the linter has nothing against.

    Raises:
        PolicyRefused: it may not bind; and as `open_policy`.
    """
    policy = open_policy(name)
    ensure_binding(policy)
    return policy


def binding_programmes(policy: Policy, *, beside: str) -> tuple[incentives.Programmes, ...]:
    """Read the incentive documents that a policy names, packaged or files beside its own.

    Args:
        beside: the policy's name or path, from which relative file names are read.

    Raises:
        ProgrammeInvalid, ProgrammesRefused: a document is absent, malformed or may not pay.
    """
    folder = Path(beside).parent if beside.endswith(".toml") else Path()
    return incentives.binding_programmes(policy.programmes, folder=folder)


def open_columns(path: Path | None) -> columns.ColumnMap | None:
    """Read a names map, if one is given. Raises BadColumnMap."""
    return None if path is None else columns.read_column_map(path)
