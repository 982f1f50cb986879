"""The sandbox: remembers each key in a file, answers as the tester chose."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders.operations import Instrument, Outcome

NAME: Final = "sandbox"
INSTRUMENTS: Final = (
    Instrument(name="pays", label=_("Pays"), hint=_("The money is taken.")),
    Instrument(name="refuses", label=_("Is refused"), hint=_("Nothing is taken.")),
    Instrument(
        name="silent-pays",
        label=_("Gives no answer, takes the money"),
        hint=_("The outcome is unknown until the provider is asked: paid."),
    ),
    Instrument(
        name="silent-refuses",
        label=_("Gives no answer, takes nothing"),
        hint=_("The outcome is unknown until the provider is asked: refused."),
    ),
    Instrument(
        name="silent",
        label=_("Gives no answer until staff decide"),
        hint=_("The outcome stays unknown; staff choose it on the page of open payments."),
    ),
)
_ANSWERS: Final = {"pays": "paid", "refuses": "refused"}
_TRUTHS: Final = {
    "pays": "paid",
    "silent-pays": "paid",
    "refuses": "refused",
    "silent-refuses": "refused",
}
_KEY: Final = re.compile(r"[a-z]{2,4}_[0-9A-Z]{26}")
_WHY: Final = "the sandbox refused"


class BadKey(ValueError):
    """A key that names no file of ours."""


class SandboxProvider:
    """Each key is one file in `folder`; whoever makes it first has said what it is."""

    name = NAME

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def instruments(self) -> Sequence[Instrument]:
        """The outcomes to choose from."""
        return INSTRUMENTS

    def charge(
        self, *, key: str, instrument: str, amount_minor: int, currency: str, at: datetime
    ) -> Outcome:
        """Take the money as the chosen outcome says."""
        told = {"instrument": instrument, "amount_minor": amount_minor, "currency": currency}
        known = self._remember(key, {**told, "at": at.isoformat()})
        answer = _ANSWERS.get(str(known["instrument"]), "unknown")
        return self._outcome(known, answer)

    def look_up(self, *, key: str, at: datetime) -> Outcome:
        """What became of a key; one that never arrived is closed as refused."""
        known = self._remember(key, {"instrument": "refuses", "at": at.isoformat()})
        chosen = self._read(f"{key}.decided")
        truth = str(chosen["outcome"]) if chosen else _TRUTHS.get(known["instrument"], "unknown")
        return self._outcome(known, truth)

    def pay_back(
        self, *, key: str, charge_key: str, amount_minor: int, currency: str, at: datetime
    ) -> Outcome:
        """Give money back, of a charge that was paid."""
        if self.look_up(key=charge_key, at=at).kind != "paid":
            return Outcome(kind="refused", why="nothing was charged under this key")
        told = {"instrument": "pays", "amount_minor": amount_minor, "currency": currency}
        return self._outcome(self._remember(key, {**told, "at": at.isoformat()}), "paid")

    def decide(self, *, key: str, outcome: str) -> None:
        """A tester says what becomes of a silent payment; the first word holds."""
        assert outcome in {"paid", "refused"}, outcome
        self._remember(f"{key}.decided", {"outcome": outcome})

    def _outcome(self, known: dict[str, Any], kind: Any) -> Outcome:
        if kind == "paid":
            return Outcome(kind="paid", paid_at=datetime.fromisoformat(known["at"]).astimezone(UTC))
        return Outcome(kind=kind, why=_WHY if kind == "refused" else "")

    def _remember(self, name: str, told: dict[str, Any]) -> dict[str, Any]:
        """Write a file unless it is there, whole or not at all; give what it says."""
        if not _KEY.fullmatch(name.removesuffix(".decided")):
            raise BadKey(name)
        known = self._read(name)
        if known is not None:
            return known
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{name}.{os.getpid()}.{id(told)}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        # A link is made by one of many at once; the others read what it says.
        with contextlib.suppress(FileExistsError):
            os.link(draft, self.folder / name)
        draft.unlink()
        found = self._read(name)
        assert found is not None, "it was linked, by us or by another"
        return found

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return dict(json.loads(text))
