"""One digest of everything that counts: money, statements, payouts, awards, and what was told.

Random names and moments are left out; two runs that differ only in when they were killed agree.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from wavepool.domains.ledger.models import Batch, ClosedPeriod, LedgerAccount, Transfer
from wavepool.domains.payouts.models import Batch as PayoutBatch
from wavepool.domains.payouts.models import Payout
from wavepool.domains.programmes.models import Award, Outcome
from wavepool.domains.risk.models import Hold
from wavepool.domains.statements.models import Close, Line, Shift, Statement, StatementPayment
from wavepool.plumbing.models import AuditRow, Notification

Rows = list[tuple[Any, ...]]
#: The chance part of a public id, and a row's number: what a later life makes bears another.
_NAMED_BY_CHANCE: Final = re.compile(r"_[0-9A-Za-z]{12,}|(?<=^ledger_batch):\d+$")
_AMOUNTS: Final = (
    "period", "payee_id", "currency", "commission_minor", "pool_micro", "award_micro",
    "agency_income_micro", "refund_minor", "agency_split_micro", "adjustment_minor", "held_minor",
    "carry_in_micro", "carry_out_micro", "debt_in_minor", "debt_out_minor", "payable_minor",
    "correction_minor", "owed_in_minor", "owed_out_minor", "tax_minor", "net_minor", "line_count",
    "estimated_minor", "paid_minor",
)  # fmt: skip
_LINE: Final = (
    "statement__payee_id", "statement__period", "leaf_no", "key", "kind", "source",
    "order_line_id", "creator_id", "currency", "amount_minor", "micro", "gross_micro", "is_held",
    "occurred_at", "digest",
)  # fmt: skip


def everything() -> dict[str, Rows]:
    """What counts, by kind of row, sorted."""
    return {
        "transfers": _sorted(
            Transfer.objects.values_list(
                "batch__key", "key", "debit__code", "credit__code", "currency", "amount_minor",
                "state", "kind", "subject", "period",
            )
        ),
        "batches": _sorted(
            Batch.objects.values_list("key", "kind", "period", "transfer_count", "digest")
        ),
        "accounts": _sorted(
            LedgerAccount.objects.values_list("code", "balance_minor", "reserved_minor")
        ),
        "closed": _sorted(ClosedPeriod.objects.values_list("name")),
        "payouts": _sorted(
            Payout.objects.values_list("public_id", "payee_id", "amount_minor", "state")
        ),
        "payout_batches": _sorted(
            PayoutBatch.objects.values_list("public_id", "state", "payout_count", "total_minor")
        ),
        "payments": _sorted(
            StatementPayment.objects.values_list("statement__period", "payout", "amount_minor")
        ),
        "awards": _sorted(
            Award.objects.values_list("period", "key", "payee_id", "award_minor", "is_final")
        ),
        "outcomes": _sorted(
            Outcome.objects.values_list("award__key", "award_minor", "clawed_back_minor")
        ),
        "holds": _sorted(Hold.objects.values_list("hold_id", "state", "kept_ppm")),
        "told": _counted(Notification.objects.values_list("kind", "account_id")),
        "audit": _counted(
            (kind, _NAMED_BY_CHANCE.sub("", subject))
            for kind, subject in AuditRow.objects.exclude(kind__startswith="jobs.").values_list(
                "kind", "subject"
            )
        ),
        **kept(Statement.objects.values_list("period", flat=True).distinct()),
    }  # fmt: skip


def kept(periods: Iterable[str]) -> dict[str, Rows]:
    """What is said of some months: statements, lines, reasons, closes."""
    months = sorted(set(periods))
    found: dict[str, Rows] = {}
    for period in months:
        rows = Statement.objects.filter(period=period, take__taken_at__isnull=False)
        found[f"statements {period}"] = _sorted(
            (*values[:-1], values[-1] is not None)
            for values in rows.values_list(*_AMOUNTS, "issued_at")
        )
        lines = Line.objects.filter(statement__in=rows)
        found[f"lines {period}"] = _sorted(lines.values_list(*_LINE))
        shifts = Shift.objects.filter(statement__in=rows)
        found[f"shifts {period}"] = _sorted(
            shifts.values_list("statement__payee_id", "reason", "amount_minor", "line_count")
        )
        closes = Close.objects.filter(period=period)
        found[f"closes {period}"] = _sorted(
            (name, chunks, *(moment is not None for moment in moments))
            for name, chunks, *moments in closes.values_list(
                "period", "posted_chunks", "approved_at", "posted_at", "locked_at", "issued_at"
            )
        )
    return found


def digest_of(rows: dict[str, Rows]) -> str:
    """SHA-256 of what was found."""
    return hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()


def differences(one: dict[str, Rows], other: dict[str, Rows]) -> list[str]:
    """What differs between two, in words; nothing where the digests agree."""
    return [
        f"{name}: {len(one.get(name, []))} and {len(other.get(name, []))} rows, "
        f"{_only(one, other, name)} and {_only(other, one, name)}"
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]


def _only(one: dict[str, Rows], other: dict[str, Rows], name: str) -> Rows:
    """The first rows that only one of two has."""
    strange = set(other.get(name, []))
    return [row for row in one.get(name, []) if row not in strange][:3]


def _sorted(rows: Iterable[tuple[Any, ...]]) -> Rows:
    return sorted(rows, key=repr)


def _counted(rows: Iterable[tuple[Any, ...]]) -> Rows:
    return _sorted((*row, count) for row, count in Counter(rows).items())
