"""People: who is paid, through whom, and under which contract."""

from __future__ import annotations

from wavepool.engine.columns.contract import (
    SPAN_ORDER,
    Column,
    Kind,
    Reference,
    Rule,
    Table,
    identifier,
    moment,
    no_overlap,
    share,
    valid_span,
    words,
)

# A trainee is a farmer whose training and origin nobody certified yet.
CREATOR_KINDS = ("talent", "store", "farmer", "trainee", "media", "celebrity", "shop_host")
PAYEE_KINDS = ("person", "company", "agency", "shop")
INCOME_TYPES = ("direct", "pool", "award")

PAYEES = Table(
    "payees",
    "One verified legal identity, natural or company.",
    (
        identifier("payee_id", "payee"),
        words("kind", allowed=PAYEE_KINDS),
        Column(
            "trust_days",
            Kind.INT,
            unit="days",
            default=15,
            low=0,
            high=366,
            meaning="days from receipt of the goods to settlement",
        ),
    ),
    key=("payee_id",),
)

AGENCIES = Table(
    "agencies",
    "An agency (MCN), which is its own payee.",
    (identifier("agency_id", "agency"), identifier("payee_id", "payee")),
    key=("agency_id",),
    references=(Reference("payee_id", "payees"),),
)

CREATORS = Table(
    "creators",
    "A public identity.",
    (
        identifier("creator_id", "creator"),
        words("kind", allowed=CREATOR_KINDS),
        identifier(
            "person_id",
            "person",
            is_nullable=True,
            meaning="verified natural person; null = no lump sum is due",
        ),
        identifier("shop_id", "shop", is_nullable=True, meaning="the shop whose own host this is"),
        moment("first_live_at", is_nullable=True),
    ),
    key=("creator_id",),
    references=(Reference("shop_id", "shops"),),
    rules=(
        Rule(
            "shop host without shop",
            "shop_id",
            "mine.kind = 'shop_host' and mine.shop_id is null",
            "a creator of kind shop_host names its shop",
        ),
    ),
)

ACCOUNTS = Table(
    "accounts",
    "One login or channel identity of a creator.",
    (identifier("account_id", "account"), identifier("creator_id", "creator")),
    key=("account_id",),
    references=(Reference("creator_id", "creators"),),
)

CREATOR_PAYEES = Table(
    "creator_payees",
    "Who is paid for a creator: one payee at any time.",
    (identifier("creator_id", "creator"), identifier("payee_id", "payee"), *valid_span()),
    key=("creator_id", "valid_from"),
    references=(Reference("creator_id", "creators"), Reference("payee_id", "payees")),
    rules=(SPAN_ORDER, no_overlap("creator_id", key=("payee_id",))),
)

CONTRACTS_TABLE = Table(
    "contracts",
    "The agency's split of one income type of a creator: at most one at any time.",
    (
        identifier("contract_id", "contract"),
        identifier("creator_id", "creator"),
        identifier("agency_id", "agency"),
        words("income_type", allowed=INCOME_TYPES),
        share("split_ppm", meaning="the agency's part"),
        *valid_span(),
    ),
    key=("contract_id", "income_type", "valid_from"),
    references=(Reference("creator_id", "creators"), Reference("agency_id", "agencies")),
    rules=(SPAN_ORDER, no_overlap("creator_id", "income_type", key=("contract_id",))),
)

INTRODUCTIONS = Table(
    "introductions",
    "An agency brought a creator; one agency wins each.",
    (
        identifier("agency_id", "agency"),
        identifier("creator_id", "creator"),
        words("evidence"),
        moment("introduced_at"),
    ),
    key=("agency_id", "creator_id"),
    references=(Reference("agency_id", "agencies"), Reference("creator_id", "creators")),
)
