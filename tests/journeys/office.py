"""The office: who closes months and pays them, on pages over HTTP, in any world that has months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from journeys.visiting import Visitor
from wavepool.domains.ledger import queries as books
from wavepool.domains.payouts.models import Batch, Payout
from worlds.fair import DAY
from worlds.month_end import HOUR, MonthEnd, end_of, settled_at, work

ACCOUNT = {"currency": "CNY", "rail": "sandbox", "name": "Ada", "number": "6222000011110001"}


@dataclass
class Office:
    """The months, and the people who open pages about them."""

    months: MonthEnd
    clock: Any

    def at(self, moment: datetime) -> datetime:
        """Let it be that moment."""
        self.clock.move_to(moment)
        return moment

    def visit(self, name: str) -> Visitor:
        """One of the cast with a second factor shown just now."""
        return Visitor(getattr(self.months.fair.world, name)).show_factor()

    def settle(self, month: str) -> None:
        """The nightly draft comes, Eve puts it to objection, and closes the month after a week."""
        end, page = end_of(month), f"/staff/pools/{month}/"
        self.months.draft(self.at(end + DAY))
        self.at(end + 3 * DAY + HOUR)
        eve = self.visit("eve")
        eve.open(page)
        eve.press("Publish")
        assert eve.says("Published. Payees may object for seven days.")
        at = self.at(settled_at(month))
        eve = self.visit("eve")
        eve.open(page)
        # The first press asks for the final run, the second closes with it.
        eve.press("Close")
        work(at)
        eve.press("Close")
        assert eve.says("Closed. The shares are final."), text_of(eve)

    def close(self, month: str) -> None:
        """Eve reconciles, Fay approves, the worker posts, locks and issues."""
        self.settle(month)
        page = f"/staff/closes/{month}/"
        self.at(settled_at(month) + HOUR)
        eve = self.visit("eve")
        eve.open(page)
        eve.press("Reconcile")
        assert eve.says("Everything agrees.", "Somebody else of finance has to approve it.")
        assert "Approve" not in [each for form in eve.page.forms for each in form.buttons]
        self.at(settled_at(month) + 2 * HOUR)
        fay = self.visit("fay")
        fay.open(page)
        assert not fay.says("differs")
        fay.press("Approve")
        assert fay.says("Approved. The month is posted, locked and issued now.")
        work(self.at(settled_at(month) + 3 * HOUR))
        prove()

    def pay(self, at: datetime) -> Payout:
        """Eve drafts a batch and answers for it, Fay signs, the bank pays."""
        self.at(at)
        eve = self.visit("eve")
        eve.open("/staff/payouts/")
        eve.press("Draft it", rail="sandbox", currency="CNY")
        assert eve.says("Drafted.")
        eve.press("Answer for it and ask for the signature")
        assert eve.says("so somebody else has to sign")
        fay = self.visit("fay")
        fay.open(f"/staff/payouts/{Batch.objects.get().public_id}/")
        fay.press("Sign")
        assert fay.says("Signed. The money is reserved and leaves now.")
        prove()
        work(at)
        prove()
        return Payout.objects.get()


def prove() -> None:
    """The books agree with themselves, account by account."""
    assert books.prove_books().reconciles


def text_of(visitor: Visitor) -> str:
    """What the page says, without its marks."""
    words = re.sub(r"<[^>]+>", "", visitor.text.partition("<main")[2])
    return " ".join(unescape(words).split())
