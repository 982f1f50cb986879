"""Prove the books, and write them as a journal."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from wavepool.domains.ledger import operations, queries
from wavepool.domains.ledger.queries import Proof
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE

DOES_NOT_RECONCILE: Final = 4


class Command(BaseCommand):
    """Prove that balances equal entries, batches their rows, and the audit trail all of them."""

    help = "Prove that the books reconcile; exit code 4 when they do not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to prove and what to write."""
        parser.add_argument("--incremental", action="store_true", help="only what is new")
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--journal", type=Path, help="write a beancount journal here")

    def handle(
        self, *_args: Any, incremental: bool, as_json: bool, journal: Path | None, **_options: Any
    ) -> None:
        """Prove, write, tell."""
        now = clock.now()
        prove = operations.verify_new_books if incremental else operations.verify_books
        proof = prove(actor=MACHINE, as_of=now)
        if journal is not None:
            with journal.open("w", encoding="utf-8") as file:
                lines = queries.journal_lines(until=now.astimezone(UTC).date())
                file.writelines(f"{line}\n" for line in lines)
        self.stdout.write(_as_json(proof) if as_json else _as_text(proof))
        if not proof.reconciles:
            message = f"{len(proof.findings)} differences; nothing may be paid from these books"
            raise CommandError(message, returncode=DOES_NOT_RECONCILE)


def _as_json(proof: Proof) -> str:
    return json.dumps({"reconciles": proof.reconciles, **asdict(proof)}, ensure_ascii=False)


def _as_text(proof: Proof) -> str:
    scope = "all of the books" if proof.is_full else f"batches after {proof.since}"
    lines = [
        f"{each.rule}: {each.place}: expected {each.expected}, found {each.found}"
        for each in proof.findings
    ]
    result = "reconciles" if proof.reconciles else "does not reconcile"
    counted = f"{proof.batch_count} batches, {proof.account_count} accounts"
    return "\n".join([*lines, f"{result}: {scope}, {counted}"])
