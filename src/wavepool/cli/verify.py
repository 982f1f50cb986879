"""`wavepool verify`: recompute a receipt offline and name the first step that differs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from wavepool.cli.faults import NOT_RECONCILED
from wavepool.cli.terminal import JsonFlag, notice, page, print_json
from wavepool.engine.receipts import (
    Verification,
    read_receipt,
    verify_receipt,
    verify_with_manifest,
)

_MEMBERSHIP = {
    "proved": "the line stands under this manifest",
    "not_in_manifest": "not proved to stand under this manifest",
    "no_manifest": "not asked for (--manifest)",
}


def verify_command(
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT.json", exists=True, dir_okay=False)],
    *,
    manifest: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The published manifest.")
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The platform's Ed25519 key in PEM form."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Recompute every step of a receipt; exit 4 at the first that differs."""
    if public_key is not None and manifest is None:
        raise typer.BadParameter("a key proves a manifest; name it with --manifest")
    document = read_receipt(receipt.read_bytes())
    if manifest is None:
        verified = verify_receipt(document)
    else:
        key = None if public_key is None else public_key.read_bytes()
        verified = verify_with_manifest(document, manifest.read_bytes(), key)
    if as_json:
        print_json({"receipt": str(receipt), **asdict(verified)})
    else:
        _print(verified, steps=len(document["steps"]))
    if not verified.ok:
        notice(f"wavepool: {receipt} does not recompute; ask for the line's receipt again")
        raise typer.Exit(NOT_RECONCILED)


def _print(verified: Verification, *, steps: int) -> None:
    out = page()
    out.print(f"result      {'verified' if verified.ok else 'DIFFERS'}")
    out.print(f"steps       {verified.checked_steps} of {steps} agree")
    found = verified.first_difference
    if found is not None:
        out.print(f"first at    step {found.step}, {found.field}", markup=False)
        out.print(f"expected    {found.expected!r}", markup=False)
        out.print(f"found       {found.found!r}", markup=False)
    out.print(f"membership  {_MEMBERSHIP[verified.membership]}")
    out.print(f"origin      {verified.origin}")
