"""What each event must carry, and what it does: the contract with those who send."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: The kinds of messages of the Segment format.
KINDS: Final = ("track", "identify", "page", "screen", "group", "alias")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One event by name.

    Attributes:
        needs: properties that must be there.
        flag: the column of a touch that it sets; "" for a look alone.
        touches: whether it makes or joins a touch, where it names a piece.
        is_beat: whether it only says that a visit goes on.
    """

    needs: tuple[str, ...] = ()
    flag: str = ""
    touches: bool = True
    is_beat: bool = False
    #: Properties of which all must be there for it to touch; others are records.
    touched_by: tuple[str, ...] = field(default=("piece_id",))


_RECORD: Final = Contract(touches=False)
CONTRACTS: Final[dict[str, Contract]] = {
    "Content Viewed": Contract(needs=("piece_id",)),
    "Content Watched": Contract(needs=("piece_id", "watch_id"), is_beat=True),
    "Content Saved": Contract(needs=("piece_id",), flag="is_saved"),
    "Content Shared": Contract(needs=("piece_id",), flag="is_shared"),
    "Content Disliked": Contract(needs=("piece_id",), flag="is_disliked"),
    "Live Room Joined": Contract(needs=("piece_id",)),
    "Live Room Left": Contract(needs=("piece_id",), is_beat=True),
    "Live Product Pinned": Contract(needs=("piece_id", "item_id"), touches=False),
    "Live Product Clicked": Contract(needs=("piece_id", "item_id"), flag="is_clicked"),
    "Product Viewed": Contract(needs=("item_id",)),
    "Product Clicked": Contract(needs=("item_id",), flag="is_clicked"),
    "Creator Followed": Contract(needs=("creator",), flag="is_followed"),
    "Link Followed": Contract(needs=("link_id", "piece_id"), flag="is_clicked"),
    "Product Added": _RECORD,
    "Product Removed": _RECORD,
    "Product List Viewed": _RECORD,
    "Product List Filtered": _RECORD,
    "Products Searched": _RECORD,
    "Cart Viewed": _RECORD,
    "Checkout Started": _RECORD,
    "Checkout Step Viewed": _RECORD,
    "Checkout Step Completed": _RECORD,
    "Payment Info Entered": _RECORD,
    "Order Completed": _RECORD,
    "Order Updated": _RECORD,
    "Order Refunded": _RECORD,
    "Order Cancelled": _RECORD,
    "Coupon Entered": _RECORD,
    "Coupon Applied": _RECORD,
}

_REASONS: Final[dict[str, str | Promise]] = {
    "not_json": _("Not an object"),
    "too_large": _("Larger than 32 KB"),
    "too_deep": _("Nested too deeply"),
    "no_message_id": _("No message id"),
    "unknown_kind": _("Unknown kind of message"),
    "unknown_event": _("Unknown event"),
    "nobody": _("Neither user nor anonymous id"),
    "missing_property": _("A property is missing"),
    "bad_property": _("A property has a wrong value"),
    "not_snake_case": _("A property is not in snake_case"),
    "bad_time": _("A time cannot be read"),
    "too_late": _("Too late for any settlement"),
    "unknown_piece": _("Unknown piece"),
    "unknown_item": _("Unknown item"),
}


def reason_words(reason: str) -> str:
    """Why an event is in quarantine, for people."""
    return str(_REASONS.get(reason, reason))


def reason_choices() -> list[tuple[str, str]]:
    """Every reason and its words."""
    return [(reason, str(words)) for reason, words in _REASONS.items()]
