"""What this domain asks of a rail; connectors implement it, the site wires them by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, Protocol, runtime_checkable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import PlatformError


class NoRail(PlatformError):
    """This site has no rail of that name."""

    kind = "payouts.no_rail"
    status: ClassVar[int] = 422

    def __init__(self, name: str) -> None:
        super().__init__(_("This site has no rail called %s.") % name, pointer="/rail")
        self.name = name


class RailSilent(Exception):
    """A rail did not answer, or not so that anybody understood it: the outcome is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One payment to be made.

    Attributes:
        key: names it for ever; the rail pays once per key.
        line_no: its line in the batch, from 1.
        account_name, account_number: to whom, whole.
        remark: what the payee reads.
    """

    key: str
    line_no: int
    account_name: str
    account_number: str
    amount_minor: int
    currency: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a rail says of a payment.

    Attributes:
        kind: "paid" and "failed" are final; "accepted" is on its way; "unknown" says nothing.
        code, why: the cause of a failure: our word for it where we have one, and the rail's.
        reference: the rail's own number.
        amount_minor: what the rail says it paid; None where it does not say.
    """

    key: str
    kind: Literal["paid", "failed", "accepted", "unknown"]
    code: str = ""
    why: str = ""
    reference: str = ""
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One payment in a rail's own report, whether we know of it or not."""

    key: str
    state: Literal["paid", "failed", "returned"]
    amount_minor: int
    currency: str
    reference: str = ""
    why: str = ""


class Rail(Protocol):
    """A way for money to leave.

    Attributes:
        name: stable; at most 40 characters; the ledger's clearing account bears it.
        label: how people call it.
        currencies: what it carries.
        most_lines: payouts in one batch at most.
    """

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str | Promise: ...
    @property
    def currencies(self) -> Sequence[str]: ...
    @property
    def most_lines(self) -> int: ...


@runtime_checkable
class CallRail(Rail, Protocol):
    """A rail that is called, payment by payment once per key.

    `submit` raises `RailSilent` where nobody knows what became of the call. Receipts may come
    in any order, twice or not at all; one that is missing is unknown.
    """

    @property
    def most_per_call(self) -> int: ...

    def submit(self, *, batch: str, instructions: Sequence[Instruction]) -> Sequence[Receipt]:
        """Ask for payments, each at most once per key."""

    def look_up(self, *, key: str) -> Receipt:
        """What became of a key. One that never arrived is closed by this: "failed" for good."""

    def report(self) -> Sequence[Reported]:
        """Every payment that the rail has on record, to hold against ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """A line of a result file as it was read.

    Attributes:
        row: the line's place in the file, from 1.
    """

    row: int
    line_no: str
    account_number: str
    amount_minor: int
    is_paid: bool
    why: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a result file is refused: where, which rule, what stands there."""

    row: int
    rule: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSheet:
    """A result file as it was read; nothing of it is believed yet.

    Attributes:
        batch: the batch that it names.
        line_count, total_minor: what its head says.
        faults: what could not be read.
    """

    batch: str
    line_count: int
    total_minor: int
    rows: Sequence[ResultRow]
    faults: Sequence[Fault] = ()


@runtime_checkable
class FileRail(Rail, Protocol):
    """A rail that takes a file, and gives a file back."""

    @property
    def encodings(self) -> Sequence[str]: ...

    def write_file(
        self, *, batch: str, at: datetime, instructions: Sequence[Instruction], encoding: str
    ) -> bytes:
        """The batch as the bank takes it; the same batch is the same bytes."""

    def read_result(self, data: bytes) -> ResultSheet:
        """What a result file says."""


_IN_USE: Final[dict[str, Any]] = {}


def use_rails(*rails: Rail) -> None:
    """Wire the rails that pages and jobs use, instead of those before."""
    _IN_USE.clear()
    _IN_USE.update({rail.name: rail for rail in rails})


def list_rails() -> list[Rail]:
    """The wired rails, by name."""
    return [_IN_USE[name] for name in sorted(_IN_USE)]


def get_rail(name: str) -> Rail:
    """A wired rail.

    Raises:
        NoRail: the site wired none of that name.
    """
    found: Rail | None = _IN_USE.get(name)
    if found is None:
        raise NoRail(name)
    return found
