"""`wavepool policy check|diff|show`: read, judge and compare policy documents."""

from __future__ import annotations

from typing import Annotated

import typer

from wavepool.cli.faults import BAD_DATA
from wavepool.cli.rules import DEFAULT_POLICY, binding_programmes, open_policy
from wavepool.cli.terminal import JsonFlag, notice, page, print_json
from wavepool.engine.policy import diff, lint, show

policy_app = typer.Typer(
    name="policy", help="Read, judge and compare policies.", no_args_is_help=True
)

_Named = Annotated[
    str, typer.Argument(metavar="POLICY", help="A packaged policy's name or a TOML file.")
]


@policy_app.command("check")
def policy_check(policy: _Named = DEFAULT_POLICY, *, as_json: JsonFlag = False) -> None:
    """Say whether a policy may bind; exit 3 when it may not."""
    document = open_policy(policy)
    findings = lint(document)
    if not findings:
        binding_programmes(document, beside=policy)
    if as_json:
        print_json(
            {
                "id": document.id,
                "version": document.version,
                "digest": document.digest,
                "findings": [
                    {"rule": each.rule, "path": each.path, "message": each.message}
                    for each in findings
                ],
            }
        )
    else:
        out = page()
        out.print(f"{document.id} version {document.version}  {document.digest}")
        for each in findings:
            out.print(f"{each.path}: {each.message} [{each.rule}]", markup=False)
        out.print("it may not bind" if findings else "it may bind")
    if findings:
        notice(f"wavepool: policy {document.id!r} may not bind; change what is listed")
        raise typer.Exit(BAD_DATA)


@policy_app.command("diff")
def policy_diff(
    old: _Named,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The policy to compare it with.")],
    *,
    as_json: JsonFlag = False,
) -> None:
    """List what changes from one policy to another, in words."""
    before, after = open_policy(old), open_policy(new)
    changes = diff(before, after)
    if as_json:
        print_json(
            {
                "old": before.digest,
                "new": after.digest,
                "changes": [
                    {"path": change.path, "sentence": change.sentence} for change in changes
                ],
            }
        )
        return
    for change in changes:
        page().print(change.sentence, markup=False)
    if not changes:
        notice("the two policies say the same")


@policy_app.command("show")
def policy_show(policy: _Named = DEFAULT_POLICY, *, as_json: JsonFlag = False) -> None:
    """Write a policy as TOML, with a comment on each key."""
    document = open_policy(policy)
    if as_json:
        print_json({"digest": document.digest, **document.to_mapping()})
    else:
        typer.echo(show(document), nl=False)
