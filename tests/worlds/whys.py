"""Lines of the fair's statements, to be asked why they are what they are.

Ada's statement of September has commissions, a self-purchase that is held, a refund and a share of
the pool; in October her hold ends. The agency's has its parts of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.test import Client

from wavepool.domains.credits import queries as runs
from wavepool.domains.credits.models import Run
from wavepool.domains.people.models import Creator, CreatorPayee, Payee, Person
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line, Statement, Take
from worlds.fair import NIGHT
from worlds.month_end import HOUR, OCTOBER, SEPTEMBER, MonthEnd, settled_at

#: When the closed September was issued.
ISSUED: Final = settled_at(SEPTEMBER) + 3 * HOUR
#: Every kind of line that the fair has: whose, how its key begins, of which month.
KINDS: Final = {
    "commission": ("ada", "C:1:", SEPTEMBER),
    "held": ("ada", "C:13:", SEPTEMBER),
    "refund": ("ada", "R:3:", SEPTEMBER),
    "pool": ("ada", "P:big", SEPTEMBER),
    "adjustment": ("ada", "J:", OCTOBER),
    "agency": ("agency", "G:1:", SEPTEMBER),
    "agency_refund": ("agency", "RG:3:", SEPTEMBER),
    "agency_shares": ("agency", "GA:CNY", SEPTEMBER),
}


@dataclass(frozen=True)
class Whys:
    """The fair's statements after a draft of both months."""

    months: MonthEnd
    run: Run

    @property
    def world(self) -> Any:
        """The cast."""
        return self.months.fair.world

    @property
    def folder(self) -> Path:
        """The run's results."""
        return runs.run_folder(self.run)

    def line(self, owner: str, beginning: str, period: str = SEPTEMBER) -> Line:
        """The first line of ada, xin or the agency whose key begins so."""
        statement = self.months.statement(owner, period)
        return next(
            each
            for each in queries.lines_of(statement).order_by("key")
            if each.key.startswith(beginning)
        )

    def kind(self, name: str) -> Line:
        """A line of one of `KINDS`."""
        return self.line(*KINDS[name])

    def address(self, line: Line, page: str = "") -> str:
        """The address of a line's Why for its own people."""
        key = queries.key_to_address(line.key)
        payee, of = line.statement.payee_id, self.months.fair.payees
        home = {of["ada"].pk: "/studio/ada", of["xin"].pk: "/studio/xin",
                of["agency"].pk: "/agency/chen-mcn"}[payee]  # fmt: skip
        return f"{home}/statements/{line.statement.period}/lines/{key}/why/{page}"

    def staff_address(self, line: Line, page: str = "") -> str:
        """The address of a line's Why for staff."""
        key = queries.key_to_address(line.key)
        place = f"{line.statement.payee_id}/{line.statement.period}"
        return f"/staff/statements/{place}/lines/{key}/why/{page}"

    def client(self, name: str) -> Client:
        """One of the cast at a browser."""
        client = Client()
        client.force_login(getattr(self.world, name))
        return client

    def client_of(self, line: Line) -> Client:
        """Who may see a line: Ada hers, Chen the agency's."""
        is_agency = line.statement.payee_id == self.months.fair.payees["agency"].pk
        return self.client("chen" if is_agency else "ada")


def make_line(
    *,
    payee: Payee,
    run: Run,
    period: str,
    key: str = "X:1",
    issued_at: datetime | None = None,
    **changes: Any,
) -> Line:
    """A payee's month with one line of ¥5.00 that no run computed; final once it is issued."""
    take, _made = Take.objects.get_or_create(
        run=run,
        period=period,
        defaults={
            "is_final": issued_at is not None,
            "as_of": run.as_of,
            "taken_at": run.as_of,
        },
    )
    statement = Statement.objects.create(
        public_id=f"stm_{payee.pk}_{period}",
        take=take,
        period=period,
        payee=payee,
        currency="CNY",
        commission_minor=500,
        payable_minor=500,
        net_minor=500,
        line_count=1,
        issued_at=issued_at,
    )
    given = {
        "key": key,
        "kind": "correction",
        "currency": "CNY",
        "amount_minor": 500,
        "micro": 500_000_000,
        "gross_micro": 500_000_000,
        "occurred_at": run.as_of,
        **changes,
    }
    return Line.objects.create(take=take, statement=statement, **given)


def make_run(*, at: datetime, word: str = "made") -> Run:
    """A run that is done and whose results were given up."""
    names = {"public_id": f"run_why_{word}", "key": f"why-{word}", "digest": "0" * 64}
    state = {"kind": "draft", "state": "done", "as_of": at, "pruned_at": at}
    return Run.objects.create(**state, requested_by="test", **names)


def pay(creator: Creator, *, since: datetime, name: str = "Ada") -> Payee:
    """A person who is paid for a creator."""
    person = Person.objects.create(legal_name=name, document_hash=name, verified_at=since)
    payee = Payee.objects.create(kind="person", name=name, person=person, created_at=since)
    CreatorPayee.objects.create(creator=creator, payee=payee, valid_from=since)
    return payee


def make_whys(months: MonthEnd, *, at: datetime = NIGHT) -> Whys:
    """Draft both months."""
    return Whys(months, months.draft(at))
