"""Many payees paid by a bank that lies, by workers that die; and the checker that adds it up."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.db import connections

from wavepool.connectors.sandbox_payouts.bank import Bank
from wavepool.connectors.sandbox_payouts.desk import Desk, Lies
from wavepool.connectors.sandbox_payouts.rail import OverHttp, SandboxRail
from wavepool.connectors.sandbox_payouts.server import serving
from wavepool.domains.ledger import queries as books
from wavepool.domains.payouts import operations, queries
from wavepool.domains.payouts.models import Batch, Payout, PayoutAccount
from wavepool.domains.payouts.operations import RailSilent
from wavepool.domains.people.models import Payee, Person
from wavepool.domains.policies import operations as policies
from wavepool.domains.statements.models import Statement
from wavepool.plumbing.actor import MACHINE
from worlds.cast import World, make_cast
from worlds.payday import LATER, NOON, SET, issue, wallet_name

#: Of each ten calls about four are not answered as they should be.
LIES: Final = Lies(
    silent_ppm=40_000,
    error_before_ppm=120_000,
    error_after_ppm=120_000,
    twice_ppm=150_000,
    shuffled_ppm=500_000,
    missing_ppm=120_000,
    contrary_ppm=80_000,
)
OWED_MINOR: Final = 10_000
SENDERS: Final = 3
ECHOES: Final = 4
#: How often a sender dies before a call, and how often after it.
MORTALITY: Final = 0.08
#: How long a sender waits for an answer; one that is patient hears every one.
HASTY_S, PATIENT_S = 0.2, 60.0


class Killed(BaseException):
    """The process of a worker ends here."""


@dataclass(frozen=True)
class Mortal:
    """A rail whose caller dies now and then, before the call and after it."""

    rail: SandboxRail
    chance: random.Random
    deadly: float

    def submit(self, **asked: Any) -> Any:
        """Call, or die on one side of the call."""
        if self.chance.random() < self.deadly:
            raise Killed
        answer = self.rail.submit(**asked)
        if self.chance.random() < self.deadly:
            raise Killed
        return answer

    def look_up(self, **asked: Any) -> Any:
        """Ask."""
        return self.rail.look_up(**asked)


class Echo:
    """A network that delivers each call many times, and old ones again after newer ones."""

    def __init__(self, wire: OverHttp, *, times: int) -> None:
        self.wire, self.times = wire, times
        self.before: tuple[str, str, Any] | None = None

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Call, and call again; only the first answer comes back."""
        again = [self.before] if self.before else []
        self.before = (method, path, body)
        try:
            return self.wire.ask(method, path, body)
        finally:
            for call in [(method, path, body)] * (self.times - 1) + again:
                with contextlib.suppress(RailSilent):
                    self.wire.ask(*call)


@dataclass
class Season:
    """Payees with money, and the bank.

    Attributes:
        calls: what the bank was asked, over all its lives.
        deaths: workers that died.
    """

    world: World
    payees: list[Payee]
    folder: Path
    owed: Counter[int] = field(default_factory=Counter)
    calls: int = 0
    deaths: int = 0

    @property
    def bank(self) -> Bank:
        """What the bank remembers, whichever server it runs in."""
        return Bank(self.folder)

    def owe(self, period: str) -> None:
        """Another month is issued."""
        issue(dict.fromkeys(self.payees, OWED_MINOR), period=period)
        self.owed.update({each.pk: OWED_MINOR for each in self.payees})

    def pay(self, *, seed: int, lies: Lies, is_calm: bool = False) -> None:
        """One batch from draft to its end, by workers that race, and die and give up unless calm."""
        desk = Desk(self.bank, lies=replace(lies, seed=seed))
        # Each batch meets another life of the bank's server.
        with serving(desk, silence_s=0.4) as address:
            rail = SandboxRail(
                Echo(OverHttp(address, timeout_s=PATIENT_S if is_calm else HASTY_S), times=ECHOES)
            )
            operations.use_rails(rail)
            batch = self._signed()
            if batch is not None:
                deadly = 0 if is_calm else MORTALITY
                senders = [self._sender(batch, rail, seed + n, deadly) for n in range(SENDERS)]
                _at_once([*senders, _asker])
                self._settle()
        self.calls += desk.calls

    def _signed(self) -> Batch | None:
        eve, fay = (
            replace(self.world.actor(name), mfa_at=NOON - timedelta(minutes=1))
            for name in ("eve", "fay")
        )
        try:
            (batch,) = operations.make_batches(
                rail="sandbox", currency="CNY", actor=eve, as_of=NOON
            )
        except operations.NobodyToPay:
            return None
        said: dict[str, Any] = {"seen_digest": queries.digest_of(batch), "as_of": NOON}
        operations.ask_signature(batch_id=batch.public_id, actor=eve, **said)
        return operations.sign_batch(batch_id=batch.public_id, actor=fay, **said)

    def _sender(
        self, batch: Batch, rail: SandboxRail, seed: int, deadly: float
    ) -> Callable[[], None]:
        chance = random.Random(seed)
        mortal: Any = Mortal(rail, chance, deadly)

        def work() -> None:
            for payout_id in queries.list_planned(batch):
                try:
                    operations.reserve_payout(payout_id=payout_id, actor=MACHINE, as_of=NOON)
                except operations.BatchMoved:
                    # Another sender was faster, and the batch has ended meanwhile.
                    return
            while True:
                try:
                    told = operations.begin_sending(
                        batch_id=batch.public_id, most=chance.randint(1, 2), as_of=NOON
                    )
                    if not told:
                        return
                    operations.send(
                        batch_id=batch.public_id,
                        instructions=told,
                        rail=mortal,
                        actor=MACHINE,
                        as_of=NOON,
                    )
                except Killed:
                    self.deaths += 1
                except operations.BatchMoved:
                    return

        return work

    def _settle(self) -> None:
        """Ask until everything has its answer."""
        for _turn in range(40):
            _asker()
            if not queries.waiting_payouts().exists():
                return

    def findings(self) -> list[str]:
        """Whoever got too much, and every sum that is not what the bank really paid."""
        paid: Counter[str] = Counter()
        for each in self.bank.every():
            if each["state"] == "paid":
                paid[each["ending"]] += each["amount_minor"]
        wrong = []
        for payee in self.payees:
            got_minor, owed_minor = paid[_ending(payee)], self.owed[payee.pk]
            account = books.get_account(wallet_name(payee.pk).code)
            rows = Statement.objects.filter(payee=payee)
            noted_minor = sum(rows.values_list("paid_minor", flat=True))
            if got_minor > owed_minor:
                wrong.append(f"{payee.name} got {got_minor} of {owed_minor}")
            if account.balance_minor != owed_minor - got_minor or account.reserved_minor:
                wrong.append(f"{payee.name} holds {account.balance_minor}, got {got_minor}")
            if noted_minor != got_minor:
                wrong.append(f"statements of {payee.name} say {noted_minor}, got {got_minor}")
        clearing = books.get_account("rail:sandbox:clearing:CNY").balance_minor
        if clearing != sum(paid.values()):
            wrong.append(f"clearing {clearing}, paid {sum(paid.values())}")
        return wrong + [f"books: {each.rule}" for each in books.prove_books().findings]

    def is_paid_whole(self) -> bool:
        """Whether everybody got what was owed."""
        accounts = [books.get_account(wallet_name(each.pk).code) for each in self.payees]
        return not any(each.balance_minor for each in accounts)


def open_season(payees: int, folder: Path) -> Season:
    """Payees with accounts of their own endings; nothing is owed yet."""
    world = make_cast()
    policies.install_defaults(actor=MACHINE, as_of=SET)
    rows = []
    for number in range(payees):
        person = Person.objects.create(
            legal_name=f"P{number}", document_hash=f"{number:064d}", verified_at=SET
        )
        rows.append(
            Payee.objects.create(
                kind="person", name=f"P{number}", person=person, verified_at=SET, created_at=SET
            )
        )
    PayoutAccount.objects.bulk_create(
        PayoutAccount(
            payee=payee,
            currency="CNY",
            version=1,
            rail="sandbox",
            name=payee.name,
            number_sealed=queries.seal(f"6222{_ending(payee)}".encode()).decode(),
            number_last=_ending(payee),
            number_hash=queries.hash_number(f"6222{_ending(payee)}"),
            set_name=payee.name,
            set_at=SET,
            usable_at=SET,
        )
        for payee in rows
    )
    return Season(world=world, payees=rows, folder=folder)


def _ending(payee: Payee) -> str:
    """Four digits of a payee's own, none of which the bank knows as a sign."""
    return f"{1000 + int(payee.name[1:]):04d}"


def _asker() -> None:
    """Ask for everything on its way, as if the calls were long over; some are not."""
    later = NOON + LATER
    for payout_id in operations.list_to_ask(as_of=later):
        operations.ask_rail(payout_id=payout_id, actor=MACHINE, as_of=later)


def _at_once(work: Sequence[Callable[[], None]]) -> None:
    def alone(one: Callable[[], None]) -> None:
        try:
            one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(work)) as pool:
        list(pool.map(alone, work))


def open_payouts() -> int:
    """How many payouts have no end yet."""
    return Payout.objects.filter(state__in=Payout.OPEN).count()
