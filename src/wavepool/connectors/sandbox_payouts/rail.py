"""The sandbox as a rail: it speaks to its bank in this process, or over HTTP on loopback."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from wavepool.connectors.sandbox_payouts.bank import Bank
from wavepool.connectors.sandbox_payouts.desk import Desk
from wavepool.domains.payouts.operations import Instruction, RailSilent, Receipt, Reported

NAME: Final = "sandbox"
#: A call without an answer is made once more under the same keys, which pays nothing twice.
TRIES: Final = 2
_OK: Final = 200
_KINDS: Final = {"paid", "failed", "accepted", "unknown"}
_REPORTED: Final = {"paid", "failed", "returned"}


class Wire(Protocol):
    """How calls reach the bank."""

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a call; `RailSilent` where there is none that can be read."""


class InProcess:
    """Calls without a network."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the desk itself."""
        found = self.desk.answer(method, path, body)
        if found.is_silent or found.status != _OK:
            raise RailSilent(f"status {found.status}")
        return found.body


class OverHttp:
    """Calls over HTTP."""

    def __init__(self, address: str, *, timeout_s: float = 10) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.timeout_s = timeout_s

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the server, and wait no longer than said."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_s)
        try:
            line.request(
                method,
                path,
                body=None if body is None else json.dumps(body),
                headers={"Content-Type": "application/json"},
            )
            answer = line.getresponse()
            text = answer.read()
            if answer.status != _OK:
                raise RailSilent(f"status {answer.status}")
            return json.loads(text)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RailSilent(type(error).__name__) from error
        finally:
            line.close()


class SandboxRail:
    """A rail for demonstrations and tests."""

    name = NAME
    label = _("Sandbox: moves no money")
    currencies = ("CNY", "EUR", "USD")
    most_lines = 1_000
    #: One at a time, so that silence about one payment says nothing of another.
    most_per_call = 1

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def submit(self, *, batch: str, instructions: Sequence[Instruction]) -> Sequence[Receipt]:
        """Ask for payments, each at most once per key."""
        asked = [
            {
                "key": self.key_of(each),
                "name": each.account_name,
                "number": each.account_number,
                "amount_minor": each.amount_minor,
                "currency": each.currency,
                "remark": each.remark,
            }
            for each in instructions
        ]
        answer = self._ask("POST", "/payouts", {"batch": batch, "payouts": asked})
        return [_receipt(each) for each in _listed(answer, "receipts")]

    def look_up(self, *, key: str) -> Receipt:
        """What became of a key; one that never arrived is closed."""
        return _receipt(self._ask("GET", f"/payouts/{key}"))

    def report(self) -> Sequence[Reported]:
        """Every payment that the bank has on record."""
        found = _listed(self._ask("GET", "/payouts"), "payouts")
        return [
            Reported(
                key=str(each["key"]),
                state=each["state"],
                amount_minor=int(each["amount_minor"]),
                currency=str(each["currency"]),
                reference=str(each["reference"]),
                why=str(each["why"]),
            )
            for each in found
            # What was closed before it arrived is no payment; what waits is none yet.
            if each["state"] in _REPORTED and each["currency"]
        ]

    def key_of(self, instruction: Instruction) -> str:
        """The key under which the bank pays once."""
        return instruction.key

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        for _turn in range(TRIES - 1):
            try:
                return self.wire.ask(method, path, body)
            except RailSilent:
                continue
        return self.wire.ask(method, path, body)


def open_sandbox(*, folder: Path, address: str = "") -> SandboxRail:
    """The rail over a bank in a folder, or over one that is served at an address."""
    wire: Wire = OverHttp(address) if address else InProcess(Desk(Bank(folder)))
    return SandboxRail(wire)


def _listed(answer: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(answer, dict) or not isinstance(answer.get(name), list):
        raise RailSilent("an answer of another shape")
    return [each for each in answer[name] if isinstance(each, dict)]


def _receipt(told: Any) -> Receipt:
    if not isinstance(told, dict) or told.get("state") not in _KINDS:
        raise RailSilent("a receipt of another shape")
    amount_minor = told.get("amount_minor")
    return Receipt(
        key=str(told.get("key")),
        kind=told["state"],
        code=str(told.get("code", "")),
        why=str(told.get("why", "")),
        reference=str(told.get("reference", "")),
        amount_minor=amount_minor if isinstance(amount_minor, int) else None,
    )
