"""A command on the books: its key claimed once, its period held open, its batch in the trail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from wavepool.domains.ledger.models import Batch, ClosedPeriod, Transfer
from wavepool.domains.ledger.operations.refusals import (
    AmountOutOfRange,
    BadPeriod,
    BadTransfer,
    KeyReused,
    NotReversible,
    PeriodClosed,
)
from wavepool.engine.money import AMOUNT_MAX
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor

#: The first half of the lock that holds a period open; the second is the period's own.
PERIOD_LOCK: Final = 1_818_584_167
KEY_LENGTH: Final = 200
_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_CLAIM: Final = """
INSERT INTO ledger_batch
    (key, kind, digest, period, transfer_count, sums_minor, actor, made_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a command did; the same again when it is repeated.

    Attributes:
        batch_id: id of its batch.
        key: the command's key.
        digest: SHA-256 of the command.
        transfer_count: transfers made or decided.
        sums_minor: their amounts per currency.
        transfer_ids: their ids in the order given; empty for a settlement's chunk.
    """

    batch_id: int
    key: str
    digest: str
    transfer_count: int
    sums_minor: dict[str, int]
    transfer_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is asked of the books, and by whom; its digest is known before anything is written."""

    key: str
    kind: str
    period: str
    digest: str
    transfer_count: int
    sums_minor: dict[str, int]
    actor: Actor
    as_of: datetime


def checked_period(period: str) -> str:
    """Give back a month as it is.

    Raises:
        BadPeriod: it is no month such as 2026-11.
    """
    if not _MONTH.fullmatch(period):
        raise BadPeriod(period)
    return period


def checked_key(key: str) -> str:
    """Give back a command's key as it is.

    Raises:
        BadTransfer: it is empty, too long, or holds a control character.
    """
    if not key or len(key) > KEY_LENGTH or _CONTROL.search(key):
        raise BadTransfer(key[:40], rule=_("the command's key is empty, too long or unreadable"))
    return key


def claim(command: Command) -> int | None:
    """Write the command's batch; None where the same command stands there already.

    Of two at once, the second waits here until the first has committed.

    Raises:
        KeyReused: the key names another command.
        AmountOutOfRange: the sum of a currency is beyond 64 bits.
    """
    check_sums(command)
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            [
                command.key,
                command.kind,
                command.digest,
                command.period,
                command.transfer_count,
                json.dumps(command.sums_minor),
                command.actor.name,
                connection.ops.adapt_datetimefield_value(command.as_of),
            ],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def check_sums(command: Command) -> None:
    """Refuse what the sums of a batch cannot hold.

    Raises:
        AmountOutOfRange: the sum of a currency is beyond 64 bits.
    """
    for currency, total_minor in command.sums_minor.items():
        if total_minor > AMOUNT_MAX:
            raise AmountOutOfRange(_("The sum in %(currency)s") % {"currency": currency})


def known(command: Command) -> Posted:
    """The result of the same command, done before.

    Raises:
        KeyReused: the key names another command.
    """
    batch = Batch.objects.get(key=command.key)
    if batch.digest != command.digest:
        raise KeyReused(command.key)
    rows = Transfer.objects.filter(batch=batch)
    if batch.kind != Batch.Kind.POST:
        rows = Transfer.objects.filter(decided_by=batch)
    return Posted(
        batch_id=batch.pk,
        key=batch.key,
        digest=batch.digest,
        transfer_count=batch.transfer_count,
        sums_minor=batch.sums_minor,
        transfer_ids=tuple(rows.order_by("pk").values_list("pk", flat=True)),
    )


def hold_open(period: str) -> None:
    """Keep a period from being closed until this transaction ends.

    Raises:
        PeriodClosed: it is closed.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock_shared(%s, hashtext(%s))", [PERIOD_LOCK, period]
            )
    if ClosedPeriod.objects.filter(name=period).exists():
        raise PeriodClosed(period)


def put_on_trail(command: Command, *, batch_id: int) -> None:
    """Append the batch to the audit trail; the last thing a command does, see `audit.record`."""
    audit.record(
        kind=f"ledger.{command.kind}",
        subject=f"ledger_batch:{batch_id}",
        actor=command.actor,
        at=command.as_of,
        data=trail_data(command),
    )


def trail_data(command: Command) -> dict[str, Any]:
    """What the audit trail keeps of a command."""
    return {
        "key": command.key,
        "digest": command.digest,
        "transfers": command.transfer_count,
        "sums_minor": command.sums_minor,
    }


def done(command: Command, *, batch_id: int, transfer_ids: tuple[int, ...] = ()) -> Posted:
    """What a command did."""
    return Posted(
        batch_id=batch_id,
        key=command.key,
        digest=command.digest,
        transfer_count=command.transfer_count,
        sums_minor=command.sums_minor,
        transfer_ids=transfer_ids,
    )


@contextmanager
def one_step() -> Iterator[None]:
    """All or nothing, with the store's own refusals under our names.

    Raises:
        AmountOutOfRange: a balance left 64 bits.
        NotReversible: somebody else reversed the same transfer a moment ago.
    """
    try:
        with transaction.atomic():
            yield
    except DataError as error:
        raise AmountOutOfRange(_("A balance")) from error
    except IntegrityError as error:
        raise _named(error) from error


def _named(error: IntegrityError) -> Exception:
    text = str(error)
    if "reversed_once" in text or "reverses_id" in text:
        return NotReversible(0)
    return AmountOutOfRange(_("A balance")) if "is_whole" in text else error
