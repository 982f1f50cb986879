"""Money put in by the platform, links between identities, and rulings on holds."""

from __future__ import annotations

from wavepool.engine.columns.contract import (
    Form,
    Reference,
    Rule,
    Table,
    amount,
    moment,
    number,
    share,
    words,
)

LINK_KINDS = ("device", "pay_account", "payout_account", "address", "self")

SUBSIDIES = Table(
    "subsidies",
    "Money that the platform adds to a pool in a period.",
    (
        words("pool_id"),
        words("period", form=Form.PERIOD, meaning="month in the policy's zone"),
        words("currency", form=Form.CURRENCY),
        amount("subsidy_minor"),
    ),
    key=("pool_id", "period"),
    references=(Reference("pool_id", "policy_pools"),),
    rules=(
        Rule(
            "currency of another pool",
            "currency",
            "mine.currency <> to_pool_id.currency",
            "the policy gives each pool one currency",
        ),
        Rule(
            "pool of two currencies",
            "currency",
            "min(mine.currency) over (partition by mine.pool_id) <> "
            "max(mine.currency) over (partition by mine.pool_id)",
            "a pool has exactly one currency; all rows of the pool are rejected",
            is_across=True,
        ),
    ),
)

BUDGETS = Table(
    "budgets",
    "What a programme may give in a period.",
    (
        words("programme_id"),
        words("period", form=Form.PERIOD),
        words("currency", form=Form.CURRENCY),
        amount("budget_minor"),
        number("traffic_units", unit="units"),
    ),
    key=("programme_id", "period"),
)

IDENTITY_LINKS = Table(
    "identity_links",
    "Two identities were seen to share something.",
    (
        words("left_id", form=Form.PREFIXED, meaning="such as buyer:12, payee:7, device:ab12"),
        words("right_id", form=Form.PREFIXED),
        words("kind", allowed=LINK_KINDS),
        moment("seen_at"),
    ),
    key=("left_id", "right_id", "kind", "seen_at"),
)

RULINGS = Table(
    "rulings",
    "What was decided on a hold.",
    (
        words("hold_id"),
        share("kept_ppm", meaning="the part that the payee keeps"),
        moment("decided_at"),
    ),
    key=("hold_id",),
)
