"""A desk for the rules of money leaving: payees, issued statements and wallets with money."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from wavepool.domains.credits.models import Run
from wavepool.domains.ledger import operations as ledger
from wavepool.domains.people.models import CreatorPayee, Payee, Person
from wavepool.domains.policies import operations as policies
from wavepool.domains.statements.models import Close, Statement, Take
from wavepool.plumbing.actor import MACHINE, Actor
from worlds.cast import World

NOW: Final = datetime(2026, 11, 30, 4, tzinfo=UTC)
DAY: Final = timedelta(days=1)


@dataclass
class RulesDesk:
    """The cast, Ada's payee, and what can be put in front of the rules."""

    world: World
    ada: Payee

    def staff(self, name: str = "eve", *, at: datetime = NOW) -> Actor:
        """One of the team, with a second factor shown a minute ago."""
        return replace(self.world.actor(name), mfa_at=at - timedelta(minutes=1))

    def take(self, period: str, *, is_final: bool = True) -> Take:
        """A month as a run has it; the same one for the same month."""
        found = Take.objects.filter(period=period, is_final=is_final).first()
        if found:
            return found
        key = f"{period}-{is_final}"
        run = Run.objects.create(
            public_id=f"run_{key}", kind="final" if is_final else "draft", state="done",
            period=period if is_final else "", as_of=NOW, key=key, digest="d",
        )  # fmt: skip
        return Take.objects.create(
            period=period, run=run, is_final=is_final, as_of=NOW, taken_at=NOW
        )

    def statement(
        self,
        net_minor: int,
        *,
        period: str = "2026-09",
        payee: Payee | None = None,
        currency: str = "CNY",
        issued_at: datetime | None = NOW - 40 * DAY,
        refund_minor: int = 0,
    ) -> Statement:
        """A statement of commission alone; issued unless told otherwise."""
        return Statement.objects.create(
            public_id=f"st_{period}_{(payee or self.ada).pk}_{currency}_{issued_at is None}",
            take=self.take(period, is_final=issued_at is not None),
            period=period,
            payee=payee or self.ada,
            currency=currency,
            commission_minor=net_minor + refund_minor,
            refund_minor=refund_minor,
            payable_minor=net_minor,
            net_minor=net_minor,
            issued_at=issued_at,
        )

    def fund(self, amount_minor: int, *, payee: Payee | None = None, currency: str = "CNY") -> str:
        """Put money into a wallet; give its code."""
        wallet = self._account("payee", str((payee or self.ada).pk), "wallet", currency)
        bank = self._account("bank", "operator", "external", currency)
        self.post(debit=bank, credit=wallet, amount_minor=amount_minor, currency=currency)
        return wallet

    def owe(self, amount_minor: int) -> None:
        """Leave a debt of refunds on Ada's receivable."""
        receivable = self._account("payee", str(self.ada.pk), "receivable", "CNY")
        bank = self._account("bank", "operator", "external", "CNY")
        self.post(debit=receivable, credit=bank, amount_minor=amount_minor, currency="CNY")

    def reserve(self, wallet: str, amount_minor: int) -> None:
        """Reserve a part of a wallet for a payout on its way."""
        bank = self._account("bank", "operator", "external", "CNY")
        self.post(
            debit=wallet, credit=bank, amount_minor=amount_minor, currency="CNY", is_pending=True
        )

    def post(self, **transfer: Any) -> None:
        """Post one transfer into the books of November."""
        self._posted = getattr(self, "_posted", 0) + 1
        key = f"desk:{self._posted}"
        new = ledger.NewTransfer(key="t", **transfer)
        ledger.post(key=key, transfers=[new], period="2026-11", actor=MACHINE, as_of=NOW)

    def close(self, period: str, **times: datetime) -> Close:
        """A month's close as far as the times say."""
        return Close.objects.create(
            period=period, take=self.take(period), prepared_at=NOW, prepared_by=1,
            digest="d" * 64, **times,
        )  # fmt: skip

    def _account(self, kind: str, owner: str, purpose: str, currency: str) -> str:
        name = ledger.AccountName(
            owner_kind=kind, owner_id=owner, purpose=purpose, currency=currency
        )
        return ledger.open_account(name=name, actor=MACHINE, as_of=NOW)


def add_payee(name: str, *, verified_at: datetime | None = NOW - 200 * DAY) -> Payee:
    """A natural person who is paid."""
    person = Person.objects.create(legal_name=name, document_hash=name, verified_at=NOW)
    return Payee.objects.create(
        kind="person", name=name, person=person, verified_at=verified_at,
        created_at=NOW - 300 * DAY,
    )  # fmt: skip


def make_desk(world: World) -> RulesDesk:
    """The defaults of every policy a year ago, and Ada paid as a person since."""
    policies.install_defaults(actor=MACHINE, as_of=NOW - 400 * DAY, valid_from_at=NOW - 400 * DAY)
    ada = add_payee("Ada")
    CreatorPayee.objects.create(creator=world.creator, payee=ada, valid_from=NOW - 300 * DAY)
    return RulesDesk(world, ada)
