"""The first bridge: from what was earned to what is paid, every step a sum of visible lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.statements.models import Statement

MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeStep:
    """One step of a bridge.

    Attributes:
        name: stable name.
        label: its words.
        micro: + to the payee, in millionths of a minor unit.
        kind: which lines it sums up, for a link; "" where it is no line.
        is_total: whether it is what the steps before it come to.
        hint: one sentence on it.
    """

    name: str
    label: str | Promise
    micro: int
    kind: str = ""
    is_total: bool = False
    hint: str | Promise = ""

    @property
    def minor(self) -> int:
        """Whole minor units, towards zero; the rest is in `micro`."""
        return self.micro // MICRO if self.micro >= 0 else -(-self.micro // MICRO)


def bridge_of(statement: Statement) -> list[BridgeStep]:
    """The steps of a statement from commission to what is paid; steps of zero are left out."""
    earned = _earned(statement)
    left = _left(statement)
    payable = BridgeStep(
        name="payable",
        label=_("Payable"),
        micro=statement.payable_minor * MICRO,
        is_total=True,
        hint=_("What the month's lines come to."),
    )
    net = BridgeStep(
        name="net",
        label=_("Paid out") if statement.paid_at else _("To be paid out"),
        micro=statement.net_minor * MICRO,
        is_total=True,
        hint=_("What leaves on the pay day, if nothing stands against it."),
    )
    steps = [each for each in earned if each.micro]
    beyond = [each for each in left if each.micro]
    return [*steps, payable, *beyond, net] if beyond else [*steps, payable]


def _earned(statement: Statement) -> list[BridgeStep]:
    held = -statement.held_minor
    return [
        BridgeStep(name="commission", label=_("Commission"), kind="commission",
                   micro=statement.commission_minor * MICRO,
                   hint=_("Your direct part of each order, before the agency's.")),
        BridgeStep(name="pool", label=_("Pool shares"), kind="pool", micro=statement.pool_micro,
                   hint=_("Each pool by the value of your content, before the agency's part.")),
        BridgeStep(name="award", label=_("Awards"), kind="award", micro=statement.award_micro,
                   hint=_("Programmes whose conditions you met.")),
        BridgeStep(name="agency_income", label=_("From your creators"), kind="agency",
                   micro=statement.agency_income_micro,
                   hint=_("An agency's part of its creators' lines, shares and awards.")),
        BridgeStep(name="adjustment", label=_("Ends of holds"), kind="adjustment",
                   micro=statement.adjustment_minor * MICRO),
        BridgeStep(name="refund", label=_("Refunds"), kind="refund",
                   micro=-statement.refund_minor * MICRO,
                   hint=_("In proportion, at the rate of the very order.")),
        BridgeStep(name="agency_split", label=_("Agency's part"),
                   micro=-statement.agency_split_micro,
                   hint=_("By your contract as of each order's payment.")),
        BridgeStep(name="held", label=_("Held"), micro=held * MICRO,
                   hint=_("Parked with a cause, an end and an appeal; not lost.")),
        BridgeStep(name="carry_in", label=_("Carried in"), micro=statement.carry_in_micro,
                   hint=_("Fractions of the month before.")),
        BridgeStep(name="carry_out", label=_("Carried out"), micro=-statement.carry_out_micro,
                   hint=_("Fractions that open the next month.")),
        BridgeStep(name="debt_in", label=_("Debt from before"), kind="debt",
                   micro=-statement.debt_in_minor * MICRO,
                   hint=_("Refunds of goods for which you had been paid.")),
        BridgeStep(name="debt_out", label=_("Debt for later"), kind="debt",
                   micro=statement.debt_out_minor * MICRO,
                   hint=_("A month below zero pays nothing; what is missing is netted later.")),
    ]  # fmt: skip


def _left(statement: Statement) -> list[BridgeStep]:
    return [
        BridgeStep(name="correction", label=_("Corrections"), kind="correction",
                   micro=statement.correction_minor * MICRO,
                   hint=_("Asked by one person and approved by another, with a reason.")),
        BridgeStep(name="owed_in", label=_("Owed from corrections"),
                   micro=-statement.owed_in_minor * MICRO),
        BridgeStep(name="owed_out", label=_("Owed later"),
                   micro=statement.owed_out_minor * MICRO),
        BridgeStep(name="tax", label=_("Tax withheld"), micro=-statement.tax_minor * MICRO,
                   hint=_("Paid to the tax office in your name.")),
    ]  # fmt: skip
