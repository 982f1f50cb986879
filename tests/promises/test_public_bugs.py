"""Bugs that others shipped and reported in public, as scenarios of ours; docs/public-bugs.md.

One market lives through September and October with all of them in it: Ada's pieces sell, buyers
give back in every way, the rate changes, Ada is paid in between. Each test looks at one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.db import IntegrityError, transaction
from django.db.models import Sum

from promises.own_store import copied, pointed_at, store_template
from wavepool.connectors.sandbox_payouts.bank import Bank
from wavepool.connectors.sandbox_payouts.desk import Desk
from wavepool.connectors.sandbox_payouts.rail import InProcess, SandboxRail
from wavepool.domains.catalog import operations as catalog
from wavepool.domains.ledger import queries as books
from wavepool.domains.ledger.models import Transfer
from wavepool.domains.payouts import operations as payouts
from wavepool.domains.payouts import queries as payouts_read
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line
from wavepool.plumbing.actor import MACHINE
from worlds.cast import make_cast
from worlds.fair import BUYERS, DAY, START, ms
from worlds.month_end import HOUR, OCTOBER, SEPTEMBER, MonthEnd, make_month_end, settled_at, work

__all__ = ["store_template"]
pytestmark = pytest.mark.both_stores
PAID_AT = settled_at(SEPTEMBER) + 10 * DAY


@dataclass
class Market:
    """The fair, the numbers of the lines that the tests are about, and what was seen in between."""

    months: MonthEnd
    lines: dict[str, int] = field(default_factory=dict)
    by_hand_minor: int = 0
    could_leave_minor: int = 0
    wallet_then_minor: int = 0

    def sell(self, name: str, day: int, paid_minor: int = 100_000, **changes: Any) -> None:
        """Somebody looks at Ada's piece and buys."""
        buyer = BUYERS + 200 + len(self.lines)
        at = START + day * DAY
        self.months.fair.touch(buyer, 11, at)
        row = self.months.fair.order(buyer, at + 5 * HOUR, paid_minor=paid_minor, **changes)
        self.lines[name] = row["line_id"]

    def give_back(self, name: str, minor: int, day: int) -> None:
        """The buyer gets money back."""
        rows = self.months.fair.facts["refunds"]
        rows.append(
            {"refund_id": 100 + len(rows), "line_id": self.lines[name], "refund_minor": minor,
             "refunded_at": ms(START + day * DAY)}
        )  # fmt: skip

    def said(self, name: str, month: str, *, who: str = "ada") -> dict[str, int]:
        """What a statement says of a line, by kind."""
        rows = queries.lines_of(self.months.statement(who, month))
        mine = rows.filter(order_line_id=self.lines[name])
        return dict(mine.values_list("kind").annotate(minor=Sum("amount_minor")))

    def moved(self, name: str) -> dict[str, int]:
        """What a line moved in the books over all months, account by account; zeros left out."""
        sums: dict[str, int] = {}
        for key, debit, credit, minor in Transfer.objects.values_list(
            "key", "debit__code", "credit__code", "amount_minor"
        ):
            kind, number, *_rest = [*key.split(":"), ""]
            is_of_order = kind in {"C", "F", "G", "L"} or kind.startswith("R")
            if is_of_order and number == str(self.lines[name]):
                sums[debit] = sums.get(debit, 0) - minor
                sums[credit] = sums.get(credit, 0) + minor
        return {code: minor for code, minor in sums.items() if minor}


@pytest.fixture(scope="module")
def market(store_template: str, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Market]:
    """September and October closed, Ada's September paid in between."""
    folder = tmp_path_factory.mktemp("public_bugs")
    kept = payouts.list_rails()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(site, "DATA_DIR", folder)
        with copied(store_template, folder) as name, pointed_at(name):
            yield lived_through(Market(make_month_end(make_cast(), site, folder, patch)), folder)
        payouts.use_rails(*kept)


def lived_through(market: Market, folder: Path) -> Market:
    """Everything that happens in the two months."""
    months = market.months
    for name, day in (("whole", 3), ("partly", 4), ("cheap", 5), ("kept", 7)):
        market.sell(name, day)
    market.sell("pieces", 6, paid_minor=99_999)
    catalog.open_plan(
        shop_id=months.fair.world.shop.pk,
        facts=catalog.PlanFacts(kind="category", category="tea", rate_ppm=400_000),
        actor=MACHINE,
        as_of=START + 18 * DAY,
    )
    market.sell("dear", 19)
    market.sell("waiting", 24, received_at=ms(START + 28 * DAY))
    market.sell("first of two", 8)
    first = market.lines["first of two"]
    buyer = months.fair.facts["order_lines"][-1]["buyer_id"]
    months.fair.touch(buyer, 12, START + 8 * DAY + HOUR)
    both = {"order_id": first, "paid_minor": 50_000}
    row = months.fair.order(buyer, START + 8 * DAY + 5 * HOUR, **both)
    market.lines["second of two"] = row["line_id"]
    market.give_back("partly", 25_000, 10)
    market.give_back("pieces", 33_333, 20)
    months.fair.write_lake()
    months.close(SEPTEMBER)
    pay_by_hand(market, folder)
    for name, minor, day in (
        ("whole", 100_000, 40), ("cheap", 100_000, 40), ("dear", 50_000, 42),
        ("pieces", 33_333, 36), ("pieces", 33_333, 41),
    ):  # fmt: skip
        market.give_back(name, minor, day)
    months.close(OCTOBER)
    return market


def pay_by_hand(market: Market, folder: Path) -> None:
    """Eve names Ada's payee, Fay signs, the bank pays what may leave that day."""
    months = market.months
    payee = months.fair.payees["ada"]
    payouts.use_rails(SandboxRail(InProcess(Desk(Bank(folder / "bank")))))
    payouts.set_account(
        party="creator", party_id=months.fair.world.creator.pk, currency="CNY", rail="sandbox",
        name="Ada", number="6222000011110001", actor=months.actor("ada", at=START), as_of=START,
    )  # fmt: skip
    market.could_leave_minor = queries.eligibility(
        payee_id=payee.pk, currency="CNY", at=PAID_AT
    ).eligible_minor
    account = books.get_account(f"payee:{payee.pk}:wallet:CNY")
    market.wallet_then_minor = account.balance_minor
    eve, fay = (months.actor(who, at=PAID_AT) for who in ("eve", "fay"))
    (batch,) = payouts.make_batches(
        rail="sandbox", currency="CNY", actor=eve, as_of=PAID_AT, payee_ids=[payee.pk]
    )
    market.by_hand_minor = batch.total_minor
    seen = {"batch_id": batch.public_id, "seen_digest": payouts_read.digest_of(batch)}
    payouts.ask_signature(**seen, actor=eve, as_of=PAID_AT)
    payouts.sign_batch(**seen, actor=fay, as_of=PAID_AT)
    work(PAID_AT + timedelta(minutes=1))


class TestARefund:
    def test_takes_the_commission_back(self, market: Market) -> None:
        """opencart 7703: the order was refunded, the affiliate kept the commission."""
        assert market.said("whole", SEPTEMBER) == {"commission": 3_200}
        assert market.said("whole", OCTOBER) == {"refund": -3_200}

    def test_of_a_part_lowers_what_was_not_paid_yet(self, market: Market) -> None:
        """AffiliateWP 1829: a partial refund left the unpaid commission as it was."""
        assert market.said("partly", SEPTEMBER) == {"commission": 3_200, "refund": -800}

    def test_goes_back_at_the_lines_own_rate(self, market: Market) -> None:
        """tezgah 144: after a change of the rate, refunds went back at a blended one."""
        assert market.said("cheap", SEPTEMBER) == {"commission": 3_200}
        assert market.said("cheap", OCTOBER) == {"refund": -3_200}
        assert market.said("dear", SEPTEMBER) == {"commission": 6_400}
        assert market.said("dear", OCTOBER) == {"refund": -3_200}

    def test_is_a_line_below_zero(self, market: Market) -> None:
        """OCA/commission 652: lines of refunds stayed positive and were paid once more."""
        rows = Line.objects.filter(kind="refund")
        assert rows.count() >= 7
        assert not rows.filter(amount_minor__gt=0).exists()
        ada = market.months.statement("ada", OCTOBER)
        lines = [each for each in queries.lines_of(ada) if not each.is_held]
        # She was paid before: what October's refunds take beyond what it brought is owed.
        assert sum(each.amount_minor for each in lines if each.kind != "debt") == -4_673
        assert (ada.payable_minor, ada.debt_out_minor) == (0, 4_673)

    def test_changes_the_shops_balance_too(self, market: Market) -> None:
        """dokan 905: the vendor's balance stayed what it was."""
        assert market.moved("kept")[f"shop:{market.months.fair.world.shop.pk}:receivable:CNY"] == (
            -20_000
        )
        assert f"shop:{market.months.fair.world.shop.pk}:receivable:CNY" not in market.moved(
            "whole"
        )

    def test_takes_back_everything_that_the_order_brought_anybody(self, market: Market) -> None:
        """woo-wallet 53: the order was refunded, the cashback stayed."""
        assert market.moved("whole") == {}
        assert len(market.moved("kept")) == 5

    def test_in_pieces_takes_back_the_same_as_at_once(self, market: Market) -> None:
        """gumroad 6445: what was added back for partial refunds came out wrong."""
        september, october = market.said("pieces", SEPTEMBER), market.said("pieces", OCTOBER)
        assert sum(september.values()) + sum(october.values()) == 0
        assert market.moved("pieces") == {}

    def test_is_never_deleted(self, market: Market) -> None:
        """gumroad 6445 began with a refund's row that was deleted; ours refuses."""
        rows = Transfer.objects.filter(kind="refund_commission")
        assert rows.exists()
        with pytest.raises(IntegrityError, match="a transfer stays"), transaction.atomic():
            rows.delete()


class TestMoneyThatIsNotYetOnesOwn:
    def test_leaves_on_no_path(self, market: Market) -> None:
        """ugig.net 212: payouts made by hand skipped the settlement's delay."""
        assert market.by_hand_minor == market.could_leave_minor > 0
        assert market.by_hand_minor <= market.wallet_then_minor

    def test_in_the_delay_window_is_on_no_statement_yet(self, market: Market) -> None:
        """Delivered on the 28th, on hold for seven days: October's, not September's."""
        assert market.said("waiting", SEPTEMBER) == {}
        assert market.said("waiting", OCTOBER) == {"commission": 6_400}

    def test_that_was_paid_out_and_refunded_is_owed_and_named(self, market: Market) -> None:
        """A refund after the payout: what is left comes off the next statement, line by line."""
        ada = market.months.statement("ada", OCTOBER)
        assert ada.refund_minor >= 3 * 3_200
        assert books.prove_books().reconciles
        wallet = books.get_account(f"payee:{ada.payee_id}:wallet:CNY")
        september = market.months.statement("ada", SEPTEMBER)
        owed = september.net_minor - september.paid_minor + ada.net_minor
        assert wallet.balance_minor == owed


class TestOneOrder:
    def test_of_two_lines_pays_one_commission_for_each(self, market: Market) -> None:
        """Several commissions on one order: each line has one winner, and its own once."""
        for name, commission in (("first of two", 20_000), ("second of two", 10_000)):
            number = str(market.lines[name])
            earned = Transfer.objects.filter(key__startswith=f"C:{number}:")
            assert earned.count() == 1
            assert -market.moved(name)[
                f"shop:{market.months.fair.world.shop.pk}:receivable:CNY"
            ] == (commission)
