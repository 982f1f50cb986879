"""Terms of payouts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: How long a changed account is not paid to: time for its owner to notice a stranger's hand.
ACCOUNT_WAITS: Final = timedelta(hours=72)
#: What one person alone signs counts together over this span.
ALONE_SPAN: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms in force.

    Attributes:
        two_persons_above_minor: from more than this on, a second person signs.
        pay_day: day of the month on which a batch is proposed.
    """

    two_persons_above_minor: int
    pay_day: int


def terms_in_force(*, at: datetime) -> Terms:  # noqa: ARG001
    """The terms at a moment."""
    return Terms(two_persons_above_minor=0, pay_day=15)
