"""Pay day: Ada and Chen's agency hold what October's statements say; Eve and Fay pay them.

Ada is owed CNY 1,200.00 and is paid by the sandbox, Chen's agency CNY 300.00.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from wavepool.connectors.batch_files.rail import BatchFileRail
from wavepool.connectors.sandbox_payouts.bank import Bank
from wavepool.connectors.sandbox_payouts.desk import Desk
from wavepool.connectors.sandbox_payouts.rail import InProcess, SandboxRail
from wavepool.domains.credits.models import Run
from wavepool.domains.ledger import operations as ledger
from wavepool.domains.ledger import queries as books
from wavepool.domains.ledger.operations import AccountName, NewTransfer
from wavepool.domains.payouts import operations, queries
from wavepool.domains.payouts.models import Batch, Payout
from wavepool.domains.people.models import CreatorPayee, Payee, Person
from wavepool.domains.policies import operations as policies
from wavepool.domains.statements.models import Line, Statement, Take
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE, Actor
from worlds.cast import World

#: October's statements were issued ten days before, so nothing of them is kept back any more.
NOON: Final = datetime(2026, 11, 16, 4, tzinfo=UTC)
ISSUED: Final = NOON - timedelta(days=10)
SET: Final = NOON - timedelta(days=30)
LATER: Final = timedelta(minutes=5)
PERIOD: Final = "2026-10"
BY: Final[dict[str, Any]] = {"actor": MACHINE, "as_of": ISSUED}


@dataclass(frozen=True)
class Payday:
    """The cast, their payees, and the rails."""

    world: World
    ada: Payee
    chen: Payee
    bank: Bank
    desk: Desk

    def actor(self, name: str, *, at: datetime = NOON) -> Actor:
        """One of the cast with a second factor shown a minute ago."""
        return replace(self.world.actor(name), mfa_at=at - timedelta(minutes=1))

    def account(
        self,
        party: str = "creator",
        *,
        number: str = "6222000011110001",
        rail: str = "sandbox",
        at: datetime = SET,
    ) -> Any:
        """Ada or Chen's agency say where they are paid."""
        party_id = self.world.creator.pk if party == "creator" else self.world.agency.pk
        name = "ada" if party == "creator" else "chen"
        return operations.set_account(
            party=party,
            party_id=party_id,
            currency="CNY",
            rail=rail,
            name=name.title(),
            number=number,
            actor=self.actor(name, at=at),
            as_of=at,
        )

    def make(self, *, by: str = "eve", rail: str = "sandbox", at: datetime = NOON) -> Batch:
        """A draft of everybody who can be paid."""
        (batch,) = operations.make_batches(
            rail=rail, currency="CNY", actor=self.actor(by, at=at), as_of=at
        )
        return batch

    def ask(self, batch: Batch, *, by: str = "eve", at: datetime = NOON) -> Batch:
        """Answer for a batch."""
        return operations.ask_signature(
            batch_id=batch.public_id,
            seen_digest=queries.digest_of(batch),
            actor=self.actor(by, at=at),
            as_of=at,
        )

    def sign(self, batch: Batch, *, by: str = "fay", at: datetime = NOON) -> Batch:
        """Sign as the second person."""
        return operations.sign_batch(
            batch_id=batch.public_id,
            seen_digest=queries.digest_of(batch),
            actor=self.actor(by, at=at),
            as_of=at,
        )

    def signed(self, *, rail: str = "sandbox", at: datetime = NOON) -> Batch:
        """A batch that two persons signed."""
        return self.sign(self.ask(self.make(rail=rail, at=at), at=at), at=at)

    def work(self, *, at: datetime = NOON) -> None:
        """Do the jobs that are due."""
        jobs.Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None).run_until_idle()


def open_payday(world: World, folder: Path) -> Payday:
    """Statements of October are issued, wallets filled, accounts set."""
    policies.install_defaults(actor=MACHINE, as_of=SET)
    person = Person.objects.create(legal_name="Ada", document_hash="a" * 64, verified_at=SET)
    ada = Payee.objects.create(
        kind="person", name="Ada", person=person, verified_at=SET, created_at=SET
    )
    CreatorPayee.objects.create(creator=world.creator, payee=ada, valid_from=SET)
    chen = Payee.objects.create(
        kind="agency", name="Chen", agency=world.agency, verified_at=SET, created_at=SET
    )
    issue({ada: 120_000, chen: 30_000})
    desk = Desk(Bank(folder / "bank"))
    operations.use_rails(SandboxRail(InProcess(desk)), BatchFileRail())
    payday = Payday(world=world, ada=ada, chen=chen, bank=desk.bank, desk=desk)
    payday.account("creator")
    payday.account("agency", number="6222000011110009")
    return payday


def issue(owed: dict[Payee, int], *, currency: str = "CNY", period: str = PERIOD) -> None:
    """Issue a month's statements, each of one line, and put what they say onto the wallets."""
    write(owed, currency=currency, period=period)
    fund(owed, currency=currency, period=period)


def write(owed: dict[Payee, int], *, currency: str = "CNY", period: str = PERIOD) -> None:
    """Issue a month's statements, each of one line; the wallets have nothing of it yet."""
    run = Run.objects.create(
        public_id=f"run_{period}", kind="final", period=period, as_of=ISSUED, requested_by="test",
        state="done", digest="d", key=f"k{period}",
    )  # fmt: skip
    take = Take.objects.create(period=period, run=run, is_final=True, as_of=ISSUED, taken_at=ISSUED)
    for payee, amount_minor in owed.items():
        statement = Statement.objects.create(
            public_id=f"st_{period}_{payee.pk}",
            take=take,
            period=period,
            payee=payee,
            currency=currency,
            commission_minor=amount_minor,
            payable_minor=amount_minor,
            net_minor=amount_minor,
            line_count=1,
            issued_at=ISSUED,
        )
        Line.objects.create(
            take=take,
            statement=statement,
            key=f"C:{payee.pk}:1",
            kind="commission",
            currency=currency,
            amount_minor=amount_minor,
            micro=amount_minor * 1_000_000,
            gross_micro=amount_minor * 1_000_000,
            occurred_at=ISSUED,
        )


def fund(owed: dict[Payee, int], *, currency: str = "CNY", period: str = PERIOD) -> None:
    """Put money onto wallets."""
    outside = AccountName(
        owner_kind="bank", owner_id="operator", purpose="external", currency=currency
    )
    names = {payee: wallet_name(payee.pk, currency) for payee in owed}
    ledger.open_accounts(names=[outside, *names.values()], **BY)
    transfers = [
        NewTransfer(
            key=name.code,
            debit=outside.code,
            credit=name.code,
            currency=currency,
            amount_minor=owed[payee],
            kind="commission",
        )
        for payee, name in names.items()
    ]
    ledger.post(key=f"month:{period}:{currency}", transfers=transfers, period=period, **BY)


def wallet_name(payee_id: int, currency: str = "CNY") -> AccountName:
    """The ledger's account of a payee."""
    return AccountName(
        owner_kind="payee", owner_id=str(payee_id), purpose="wallet", currency=currency
    )


def wallet(payee: Payee) -> tuple[int, int]:
    """What a payee holds, and what of it is reserved."""
    found = books.get_account(wallet_name(payee.pk).code)
    return found.balance_minor, found.reserved_minor


def cleared(rail: str = "sandbox", currency: str = "CNY") -> int:
    """What a rail was given to pay out."""
    found = books.find_account(f"rail:{rail}:clearing:{currency}")
    return found.balance_minor if found else 0


def payout_of(payee: Payee) -> Payout:
    """The latest payout of a payee."""
    return Payout.objects.select_related("batch").filter(payee=payee).latest("pk")


@contextmanager
def sandbox_rails(folder: Path) -> Iterator[Desk]:
    """The sandbox's bank in a folder of its own, beside the bank's files; as it was afterwards."""
    kept, desk = operations.list_rails(), Desk(Bank(folder))
    operations.use_rails(SandboxRail(InProcess(desk)), BatchFileRail())
    try:
        yield desk
    finally:
        operations.use_rails(*kept)
