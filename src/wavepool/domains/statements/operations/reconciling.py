"""What must agree before a month may enter the books; each check names what it held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Sum
from django.utils.translation import gettext as _

from wavepool.domains.credits import queries as credits
from wavepool.domains.ledger import queries as ledger
from wavepool.domains.orders import queries as orders
from wavepool.domains.pools import queries as pools
from wavepool.domains.statements.models import Statement, Take
from wavepool.domains.statements.operations.transfers import open_transfers

#: Order lines that one question to the store names.
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of a close.

    Attributes:
        check: stable name.
        is_ok: whether both sides agree.
        detail: what was held against what, with figures.
    """

    check: str
    is_ok: bool
    detail: str

    def as_data(self) -> dict[str, Any]:
        """The check as JSON."""
        return {"check": self.check, "is_ok": self.is_ok, "detail": self.detail}


def reconcile(take: Take) -> list[Check]:
    """Hold a final month's statements against its run, its pools, its transfers and the books."""
    return [each for check in _CHECKS for each in check(take)]


def _statements_and_run(take: Take) -> Iterator[Check]:
    """Σ payable of the statements is Σ payable of the run."""
    found = credits.read_run(
        take.run,
        "statements",
        period=take.period,
        where="true group by currency order by currency",
        columns="currency, sum(payable_minor)::bigint as minor, count(*)::bigint as rows",
    ).to_pylist()
    mine: Any = (
        Statement.objects.filter(take=take).values("currency").annotate(minor=Sum("payable_minor"))
    )
    here = {row["currency"]: int(row["minor"]) for row in mine}
    there = {row["currency"]: int(row["minor"]) for row in found}
    # A statement of a correction alone pays nothing of the run.
    here = {name: minor for name, minor in here.items() if name in there or minor}
    yield Check(
        check="statements_equal_run",
        is_ok=here == there,
        detail=_("statements %(here)s, run %(there)s") % {"here": here, "there": there},
    )


def _pools_and_run(take: Take) -> Iterator[Check]:
    """What each pool gives out is what the closed shares say."""
    rows = credits.read_run(
        take.run, "pool_accounts", period=take.period, columns="pool_id, distributed_micro"
    )
    there = {row["pool_id"]: int(row["distributed_micro"]) for row in rows.to_pylist()}
    draft = pools.get_period(take.period).final
    here = {}
    if draft is not None:
        here = {
            each.pool.pool_id: each.pool.distributed_micro for each in pools.list_pool_drafts(draft)
        }
    wrong = sorted(name for name in there.keys() | here.keys() if there.get(name) != here.get(name))
    yield Check(
        check="pools_equal_shares",
        is_ok=draft is not None and not wrong,
        detail=_("%(count)d pools, differing: %(wrong)s")
        % {"count": len(there), "wrong": ", ".join(wrong) or "0"},
    )


def _transfers_and_statements(take: Take) -> Iterator[Check]:
    """Each wallet moves by the net of its statement, and every account is one of ours."""
    with open_transfers(take) as transfers:
        wrong = transfers.wrong_nets()
        unknown = [code for code in transfers.account_codes() if ":unknown:" in code]
        count = transfers.count()
    first = ""
    if wrong:
        first = f" ({wrong[0]['payee_id']}: {wrong[0]['moved_minor']} / {wrong[0]['net_minor']})"
    yield Check(
        check="transfers_equal_statements",
        is_ok=not wrong and not unknown,
        detail=_("%(count)d transfers, %(wrong)d wallets differ%(first)s, %(unknown)d accounts unknown")
        % {"count": count, "wrong": len(wrong), "first": first, "unknown": len(unknown)},
    )  # fmt: skip


def _orders_and_run(take: Take) -> Iterator[Check]:
    """What buyers paid on the lines that became final is what the orders say."""
    rows = credits.read_run(
        take.run,
        "settling",
        period=take.period,
        where="true order by line_id",
        columns="line_id, paid_minor",
    )
    there = dict(
        zip(rows.column("line_id").to_pylist(), rows.column("paid_minor").to_pylist(), strict=True)
    )
    ids, differing = sorted(there), 0
    for first in range(0, len(ids), _CHUNK):
        part = ids[first : first + _CHUNK]
        here = orders.paid_of_lines(part)
        differing += sum(here.get(each) != there[each] for each in part)
    yield Check(
        check="orders_equal_run",
        is_ok=not differing,
        detail=_("%(count)d order lines, %(wrong)d differ")
        % {"count": len(ids), "wrong": differing},
    )


def _books_are_sound(_take: Take) -> Iterator[Check]:
    """The books before the month enters them prove themselves."""
    proof = ledger.prove_books(since=max(0, ledger.last_sound_batch()))
    yield Check(
        check="books_are_sound",
        is_ok=proof.reconciles,
        detail=_("%(count)d findings") % {"count": len(proof.findings)},
    )


_CHECKS: Final[tuple[Callable[[Take], Iterator[Check]], ...]] = (
    _statements_and_run,
    _pools_and_run,
    _orders_and_run,
    _transfers_and_statements,
    _books_are_sound,
)
