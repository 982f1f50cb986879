"""What the sandbox's bank answers to a call, honestly or not."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Any, Final

from wavepool.connectors.sandbox_payouts.bank import BadKey, Bank

_SILENT: Final = ("0004", "0005")
_PPM: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lies:
    """How often the bank does not tell what it did, in parts per million of calls.

    Attributes:
        silent_ppm: it does what it is asked and never answers.
        error_before_ppm: it answers 503 and did nothing.
        error_after_ppm: it does what it is asked and answers 503.
        twice_ppm: it tells a payment twice.
        shuffled_ppm: it tells payments in another order.
        missing_ppm: it leaves a payment out of its answer.
        contrary_ppm: it tells a payment twice, once as failed.
        seed: of its moods.
    """

    silent_ppm: int = 0
    error_before_ppm: int = 0
    error_after_ppm: int = 0
    twice_ppm: int = 0
    shuffled_ppm: int = 0
    missing_ppm: int = 0
    contrary_ppm: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and its body; `is_silent` means that it never arrives."""

    status: int
    body: Any = None
    is_silent: bool = False


@dataclass
class Desk:
    """The bank's counter: three calls.

    POST /payouts pays what the body names, GET /payouts/KEY tells of one, GET /payouts of all.
    """

    bank: Bank
    lies: Lies = field(default_factory=Lies)
    calls: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.lies.seed)
        self._lock = threading.Lock()

    def answer(self, method: str, path: str, body: Any = None) -> Answer:
        """Answer one call."""
        with self._lock:
            self.calls += 1
        if self._draws(self.lies.error_before_ppm):
            return Answer(503)
        try:
            found = self._route(method, path, body)
        except (BadKey, KeyError, TypeError, ValueError):
            return Answer(422, {"why": "unreadable"})
        if found.is_silent or self._draws(self.lies.silent_ppm):
            return Answer(found.status, found.body, is_silent=True)
        return Answer(503) if self._draws(self.lies.error_after_ppm) else found

    def _route(self, method: str, path: str, body: Any) -> Answer:
        if (method, path) == ("POST", "/payouts"):
            return self._pay(body["payouts"])
        if (method, path) == ("GET", "/payouts"):
            return Answer(200, {"payouts": [self._reported(each) for each in self.bank.every()]})
        if method == "GET" and path.startswith("/payouts/"):
            return Answer(200, self._told(self.bank.look_up(path.removeprefix("/payouts/"))))
        return Answer(404)

    def _pay(self, asked: list[dict[str, Any]]) -> Answer:
        made = [
            self.bank.pay(
                key=str(each["key"]),
                number=str(each["number"]),
                amount_minor=int(each["amount_minor"]),
                currency=str(each["currency"]),
            )[0]
            for each in asked
        ]
        told = [self._receipt(each) for each in made]
        is_silent = any(each["ending"] in _SILENT for each in made)
        return Answer(200, {"receipts": self._garbled(told)}, is_silent=is_silent)

    def _receipt(self, known: dict[str, Any]) -> dict[str, Any]:
        if known["ending"] == "0006":
            return {**known, "state": "accepted"}
        return known

    def _told(self, known: dict[str, Any]) -> dict[str, Any]:
        """What the bank says when it is asked for one."""
        if known["ending"] != "0005":
            return known
        return {**known, "state": self.bank.decided(known["key"]) or "unknown"}

    def _reported(self, known: dict[str, Any]) -> dict[str, Any]:
        told = self._told(known)
        return {**told, "state": "returned"} if known["ending"] == "0007" else told

    def _garbled(self, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = [each for each in told if not self._draws(self.lies.missing_ppm)]
        answer += [each for each in told if self._draws(self.lies.twice_ppm)]
        answer += [
            {**each, "state": "failed", "why": "it is not so"}
            for each in told
            if self._draws(self.lies.contrary_ppm)
        ]
        if self._draws(self.lies.shuffled_ppm):
            with self._lock:
                self._chance.shuffle(answer)
        return answer

    def _draws(self, ppm: int) -> bool:
        if not ppm:
            return False
        with self._lock:
            return self._chance.randrange(_PPM) < ppm
