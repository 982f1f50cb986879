"""Facts: touches, order lines and what happened to them later."""

from __future__ import annotations

from wavepool.engine.columns.contract import (
    Form,
    Reference,
    Rule,
    Table,
    amount,
    flag,
    identifier,
    moment,
    number,
    share,
    words,
)

TOUCHES = Table(
    "touches",
    "One look of one viewer at one piece. A live visit gives one touch per shelf item seen or "
    "clicked, with dwell that does not overlap, and one room touch without item.",
    (
        identifier("touch_id", "touch"),
        identifier("viewer_id", "viewer", meaning="one key space with buyer_id"),
        identifier("account_id", "account", meaning="the account of the piece"),
        identifier("piece_id", "piece"),
        identifier("channel_id", "channel", meaning="where it was seen"),
        identifier("session_id", "session", is_nullable=True),
        identifier("item_id", "item", is_nullable=True),
        identifier("shop_id", "shop", is_nullable=True),
        identifier("link_id", "link", is_nullable=True, meaning="campaign link followed"),
        words("slot", is_nullable=True, meaning="place on the page"),
        moment("touched_at"),
        number("dwell_ms", unit="ms"),
        flag("is_clicked"),
        flag("is_saved"),
        flag("is_shared"),
        flag("is_followed"),
        flag("is_disliked"),
    ),
    key=("touch_id",),
    references=(
        Reference("viewer_id", "viewers", is_listed=False),
        # The account needs no reference of its own: it must equal that of a good piece.
        Reference("piece_id", "pieces"),
        Reference("channel_id", "channels"),
        Reference("session_id", "sessions"),
        Reference("item_id", "items"),
        Reference("shop_id", "shops"),
    ),
    rules=(
        Rule(
            "account of another piece",
            "account_id",
            "mine.account_id <> to_piece_id.account_id",
            "account_id must equal the piece's account_id",
        ),
    ),
)

TOUCH_ITEMS = Table(
    "touch_items",
    "Further items of a touch that showed many.",
    (identifier("touch_id", "touch"), identifier("item_id", "item")),
    key=("touch_id", "item_id"),
    references=(Reference("touch_id", "touches"), Reference("item_id", "items")),
    is_optional=True,
)

ORDER_LINES = Table(
    "order_lines",
    "One line of an order: one item of one shop.",
    (
        identifier("line_id", "line"),
        identifier("order_id", "order"),
        identifier("buyer_id", "viewer", meaning="one key space with viewer_id"),
        identifier("shop_id", "shop"),
        identifier("item_id", "item"),
        number("quantity", unit="pieces"),
        words("currency", form=Form.CURRENCY, meaning="ISO 4217; the shop's"),
        amount("paid_minor", meaning="paid by the buyer, shop discounts already out"),
        amount("platform_coupon_minor", default=0, meaning="paid by the platform for the buyer"),
        amount("shipping_minor", default=0, meaning="shipping inside the amount paid"),
        amount("tax_minor", default=0, meaning="tax inside the amount paid"),
        moment("paid_at"),
        moment("received_at", is_nullable=True, meaning="goods received; null = not yet"),
    ),
    key=("line_id",),
    references=(
        Reference("buyer_id", "viewers", is_listed=False),
        Reference("shop_id", "shops"),
        Reference("item_id", "items"),
    ),
    rules=(
        Rule(
            "mixed currency",
            "currency",
            "mine.currency <> to_shop_id.currency",
            "the line's currency must be its shop's; nothing is exchanged",
        ),
        Rule(
            "item of another shop",
            "item_id",
            "to_item_id.shop_id <> mine.shop_id",
            "the item must belong to the line's shop",
        ),
        Rule(
            "received before paid",
            "received_at",
            "mine.received_at < mine.paid_at",
            "received_at must not be earlier than paid_at",
        ),
    ),
)

# The sum of refunds is taken in two halves, of 2^20 units and of units, so that no number of
# huge refunds on one line can leave 64 bits.
_HIGH = "((mine.refund_minor - mine.refund_minor % 1048576) {divide} 1048576)"
_LOW = "(mine.refund_minor % 1048576)"
_SUM = "cast(sum({}) over (partition by mine.line_id) as bigint)"
_SUM_HIGH = _SUM.replace("{}", _HIGH)
_SUM_LOW = _SUM.replace("{}", _LOW)
_REFUNDED_HIGH = f"({_SUM_HIGH} + ({_SUM_LOW} {{divide}} 1048576))"
_REFUNDED_LOW = f"({_SUM_LOW} % 1048576)"
_PAID_HIGH = "(to_line_id.paid_minor {divide} 1048576)"
_PAID_LOW = "(to_line_id.paid_minor % 1048576)"

REFUNDS = Table(
    "refunds",
    "Money given back on a line; many per line, cumulative.",
    (
        identifier("refund_id", "refund"),
        identifier("line_id", "line"),
        amount("refund_minor"),
        moment("refunded_at"),
    ),
    key=("refund_id",),
    references=(Reference("line_id", "order_lines"),),
    rules=(
        Rule(
            "refund of a line paid zero",
            "refund_minor",
            "to_line_id.paid_minor = 0",
            "a line paid zero is reversed by a cancellation only",
        ),
        Rule(
            "refunded before paid",
            "refunded_at",
            "mine.refunded_at < to_line_id.paid_at",
            "refunded_at must not be earlier than the line's paid_at",
        ),
        Rule(
            "refunds above paid",
            "refund_minor",
            f"{_REFUNDED_HIGH} > {_PAID_HIGH} "
            f"or ({_REFUNDED_HIGH} = {_PAID_HIGH} and {_REFUNDED_LOW} > {_PAID_LOW})",
            "refunds of a line must not add up to more than was paid; all of them are rejected",
            is_across=True,
        ),
    ),
)

CANCELLATIONS = Table(
    "cancellations",
    "A line called off; reverses all of it.",
    (identifier("line_id", "line"), moment("cancelled_at")),
    key=("line_id",),
    references=(Reference("line_id", "order_lines"),),
    rules=(
        Rule(
            "cancelled before paid",
            "cancelled_at",
            "mine.cancelled_at < to_line_id.paid_at",
            "cancelled_at must not be earlier than the line's paid_at",
        ),
    ),
)

FEEDBACK = Table(
    "feedback",
    "What a person said about a line or a piece.",
    (
        identifier("feedback_id", "feedback"),
        identifier("line_id", "line", is_nullable=True),
        identifier("piece_id", "piece", is_nullable=True),
        words("kind", allowed=("complaint", "rating", "report")),
        share("score_ppm", is_nullable=True, meaning="the rating, 10^6 = best"),
        moment("given_at"),
    ),
    key=("feedback_id",),
    references=(Reference("line_id", "order_lines"), Reference("piece_id", "pieces")),
    rules=(
        Rule(
            "feedback on nothing",
            "line_id",
            "mine.line_id is null and mine.piece_id is null",
            "feedback names a line, a piece or both",
        ),
        Rule(
            "rating without score",
            "score_ppm",
            "mine.kind = 'rating' and mine.score_ppm is null",
            "a rating has a score",
        ),
    ),
)
