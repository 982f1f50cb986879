"""Payouts as people see them."""

from __future__ import annotations

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts.models import Payout, ResultFile
from wavepool.plumbing.states import State, Step

_TONES: Final[dict[str, Any]] = {
    "planned": "neutral",
    "reserved": "info",
    "sent": "info",
    "unknown": "warning",
    "paid": "ok",
    "failed": "error",
    "returned": "error",
    "cancelled": "neutral",
}
#: What helps against each cause that we know; a rail may say others.
_CURES: Final[dict[str, Promise]] = {
    "account_closed": _("Set another payout account; the next batch pays to it."),
    "no_such_account": _("Look at the number of your payout account and set it anew."),
    "name_differs": _("Write the holder's name as the bank has it, and set the account anew."),
    "limit_reached": _("The bank's limit was reached. Nothing to do: the next batch pays it."),
    "not_eligible": _("Look at what stands against a payout above; it is paid once that is over."),
    "account_changed": _("The account was changed after the batch was made; the next one pays."),
    "never_arrived": _("It never reached the bank. Nothing to do: the next batch pays it."),
}
#: What each rule of a result file asks for.
_RULES: Final[dict[str, Promise]] = {
    "encoding": _("The file is neither UTF-8 nor GB18030."),
    "csv": _("The file is no table that can be read."),
    "head": _("The first line is not that of a result file."),
    "columns": _("The columns are not those of a result file."),
    "most_lines": _("There are more than 1,000 lines."),
    "state": _("A line says neither success nor failure."),
    "amount": _("An amount cannot be read."),
    "count": _("The number of lines is not the one that the head says."),
    "total": _("The total is not the sum of the lines."),
    "other_batch": _("The file is of another batch."),
    "line_twice": _("A line occurs twice."),
    "unknown_line": _("The batch has no such line."),
    "other_amount": _("The amount is not the one that was sent."),
    "other_account": _("The account is not the one that was sent."),
    "settled_otherwise": _("The payout ended otherwise before."),
}
_CURE: Final = _("Look at the payout account, set it anew if it is wrong, or ask us.")
_WAY: Final = (
    ("reserved", _("Reserved")),
    ("sent", _("Sent")),
    ("paid", _("Paid")),
)


def payout_state(payout: Payout) -> State:
    """Where a payout stands; an adverse one says why."""
    why: str | Promise = payout.why
    if payout.state == Payout.State.UNKNOWN:
        why = _("The bank gave no clear answer. We ask it; nothing is sent a second time.")
    return State(
        name=payout.state,
        label=Payout.State(payout.state).label,
        tone=_TONES[payout.state],
        why=why,
    )


def cure_of(payout: Payout) -> str | Promise:
    """What helps where a payout did not arrive; "" where it did or may."""
    if payout.state not in {Payout.State.FAILED, Payout.State.RETURNED}:
        return ""
    return _CURES.get(payout.why_code, _CURE)


def payout_state_choices() -> list[tuple[str, str]]:
    """States that payees see, to choose from."""
    hidden = {Payout.State.PLANNED}
    return [(each.value, str(each.label)) for each in Payout.State if each not in hidden]


def payout_steps(payout: Payout) -> list[Step]:
    """The way of a payout, as far as it came."""
    state = payout.state
    place = {"planned": -1, "reserved": 0, "sent": 1, "unknown": 1, "paid": 3}.get(state)
    if place is None:
        done = 1 + (payout.reserved_at is not None) + (payout.sent_at is not None)
        steps = [Step(title=label, state="done") for _name, label in _WAY[: done - 1]]
        last = Payout.State(state).label
        return [*steps, Step(title=last, state="blocked", text=payout.why)]
    return [
        Step(title=label, state="done" if n < place else "now" if n == place else "next")
        for n, (_name, label) in enumerate(_WAY)
    ]


def faults_in_words(result: ResultFile) -> list[dict[str, Any]]:
    """Faults of a result file: row, what the rule asks for, what stands there."""
    return [{**each, "words": _RULES.get(each["rule"], each["rule"])} for each in result.faults]


def sums_in_words(sums: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """Of each state, in the order of the way, how many payouts and how much."""
    return [
        {
            "state": State(name=each.value, label=each.label, tone=_TONES[each.value]),
            "count": sums[each.value][0],
            "total_minor": sums[each.value][1],
        }
        for each in Payout.State
        if each.value in sums
    ]
