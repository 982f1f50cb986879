"""`wavepool explain`: why a statement line has its amount, down to orders and touches."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from wavepool.cli.explaining import print_explanation
from wavepool.cli.faults import NOT_RECONCILED
from wavepool.cli.terminal import JsonFlag, notice, page, plain, print_json
from wavepool.cli.words import Lang, LangOption
from wavepool.engine.receipts import receipt_json, sentence
from wavepool.engine.seasons.explaining import explain_line


def explain_command(
    out: Annotated[Path, typer.Argument(metavar="OUT", exists=True, file_okay=False)],
    line: Annotated[
        str,
        typer.Argument(
            metavar="LINE", help="PERIOD/NUMBER, PERIOD/PAYEE/KEY or a key that occurs once."
        ),
    ],
    *,
    receipt: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the line's receipt to this file.")
    ] = None,
    lang: LangOption = Lang.EN,
    as_json: JsonFlag = False,
) -> None:
    """Explain one line: the sentence, the formula with its numbers, orders, touches, peers."""
    found = explain_line(out, line)
    if as_json:
        print_json(
            {
                "key": found.key,
                "line": asdict(found.line),
                "sentence": None if found.receipt is None else sentence(found.receipt, lang.value),
                "receipt": found.receipt,
                "path": plain([found.path])[0],
                "evidence": plain(found.evidence.to_pylist()),
                "peers": plain(found.peers),
                "improvements": plain(found.improvements),
            }
        )
    else:
        print_explanation(found, page(), lang=lang)
    if receipt is None:
        return
    if found.receipt is None:
        notice(f"wavepool: {found.key} has no receipt of its own: a ruling changed its order")
        raise typer.Exit(NOT_RECONCILED)
    receipt.write_bytes(receipt_json(found.receipt))
    notice(f"receipt written to {receipt}; check it with: wavepool verify {receipt}")
