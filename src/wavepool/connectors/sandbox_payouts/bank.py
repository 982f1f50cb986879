"""The bank behind the sandbox: each key one file, whoever makes it first has said what it is.

Last digits of an account's number say what becomes of a payment to it:

    ...0002  fails: the account is closed
    ...0003  fails: the holder has another name
    ...0004  is paid, but the bank never answers the call
    ...0005  stays without an answer until somebody decides it
    ...0006  is accepted at once and paid when it is asked for
    ...0007  is paid and comes back afterwards
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any, Final

_KEY: Final = re.compile(r"[A-Za-z0-9_]{1,80}")
_FAILURES: Final = {
    "0002": ("account_closed", "the account is closed"),
    "0003": ("name_differs", "the holder has another name"),
}
_DRAFTS: Final = itertools.count()
_CLOSED: Final = ("never_arrived", "it never arrived")


class BadKey(ValueError):
    """A key that names no file of ours."""


class Bank:
    """Payments by key, in a folder that several processes may share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pay(
        self, *, key: str, number: str, amount_minor: int, currency: str
    ) -> tuple[dict[str, Any], bool]:
        """Pay once per key; the payment as it stands, and whether this call made it."""
        ending = number[-4:]
        code, why = _FAILURES.get(ending, ("", ""))
        told = {
            "key": key,
            "ending": ending,
            "amount_minor": amount_minor,
            "currency": currency,
            "state": "failed" if code else "paid",
            "code": code,
            "why": why,
            "reference": f"SB{key[-20:]}",
        }
        return self._remember(key, told)

    def look_up(self, key: str) -> dict[str, Any]:
        """What became of a key; one that never arrived is closed as failed for good."""
        code, why = _CLOSED
        told = {"key": key, "ending": "", "amount_minor": 0, "currency": "", "state": "failed"}
        known, _is_new = self._remember(key, {**told, "code": code, "why": why, "reference": ""})
        return known

    def decided(self, key: str) -> str:
        """What a tester decided of a payment without an answer; "" while nobody did."""
        found = self._read(f"{key}.decided")
        return str(found["outcome"]) if found else ""

    def decide(self, *, key: str, outcome: str) -> None:
        """A tester says what becomes of a payment without an answer; the first word holds."""
        assert outcome in {"paid", "failed"}, outcome
        self._remember(f"{key}.decided", {"outcome": outcome})

    def every(self) -> list[dict[str, Any]]:
        """Every payment, by key."""
        if not self.folder.is_dir():
            return []
        names = sorted(each.name for each in self.folder.iterdir() if _KEY.fullmatch(each.name))
        return [found for name in names if (found := self._read(name)) is not None]

    def _remember(self, name: str, told: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Write a file unless it is there, whole or not at all; give what it says."""
        if not _KEY.fullmatch(name.removesuffix(".decided")):
            raise BadKey(name)
        known = self._read(name)
        if known is not None:
            return known, False
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{os.getpid()}.{next(_DRAFTS)}"
        draft.write_text(json.dumps(told), encoding="utf-8")
        is_new = False
        # A link is made by one of many at once; the others read what it says.
        with contextlib.suppress(FileExistsError):
            os.link(draft, self.folder / name)
            is_new = True
        draft.unlink()
        found = self._read(name)
        assert found is not None, "it was linked, by us or by another"
        return found, is_new

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return dict(json.loads(text))
