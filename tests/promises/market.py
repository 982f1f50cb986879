"""A hand-made season of two months: four creators, one shop, one agency, every kind of fact.

Ada (payee 1) owns two accounts, Dong (payee 4) is under contract with Chen's agency
(payee 3), Eve (payee 5) sells in a live room outside the six scenes, Bao (payee 2) owns the shop.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from engine.columns.good_rows import arrow
from wavepool.engine.columns import CONTRACTS
from wavepool.engine.policy import default_policy
from wavepool.engine.seasons import Plan, Settled, settle_season

Row = dict[str, Any]
Rows = list[Row]
Market = dict[str, Rows]

HOUR = 3_600_000
DAY = 24 * HOUR
JUNE = 1_717_171_200_000  # 2024-06-01 00:00 in Shanghai
JULY = JUNE + 30 * DAY
AUGUST = JULY + 31 * DAY
ADA, BAO, CHEN, DONG, EVE = 1, 2, 3, 4, 5

# Of each piece its account, channel and format.
PIECES = {
    10: (1, 1, "article"),
    11: (11, 1, "article"),
    12: (1, 2, "list"),
    40: (4, 1, "article"),
    41: (4, 2, "list"),
    50: (5, 7, "live"),
}
# Of each order line its buyer, what was paid, and on which day of the season.
LINES = {
    1: (1, 100_00, 5),
    2: (2, 59_99, 6),
    3: (3, 200_01, 7),
    4: (4, 33_33, 8),
    5: (5, 470_00, 9),
    6: (6, 12_50, 28),
    7: (7, 88_88, 35),
    8: (8, 1_00, 36),
    9: (9, 300_00, 37),
    10: (10, 77_07, 38),
}


def market() -> Market:
    """The season's tables as rows; a test changes a copy before it is written."""
    return {
        **_people(),
        **_goods(),
        "pieces": [
            {
                "piece_id": piece,
                "account_id": account,
                "channel_id": channel,
                "format": form,
                "category": "tea",
                "published_at": JUNE,
            }
            for piece, (account, channel, form) in PIECES.items()
        ],
        "touches": [*touches(JUNE, first=1_000), *touches(JULY, first=2_000)],
        "order_lines": [
            order_line(line, buyer=buyer, paid_minor=paid, day=day)
            for line, (buyer, paid, day) in LINES.items()
        ],
        "refunds": [
            refund(1, line=1, minor=10_00, at=JUNE + 8 * DAY),  # before the line settles
            refund(2, line=2, minor=20_00, at=JUNE + 25 * DAY),  # after, in the same month
            refund(3, line=5, minor=100_00, at=JULY + 4 * DAY),  # a month later
            refund(4, line=4, minor=11_11, at=JULY + 5 * DAY),
            refund(5, line=4, minor=22_22, at=JULY + 6 * DAY),  # now all of it
        ],
        "feedback": [
            {"feedback_id": 1, "line_id": 3, "kind": "complaint", "given_at": JUNE + 10 * DAY}
        ],
        "subsidies": [subsidy("2024-06", 50_000), subsidy("2024-07", 30_000)],
    }


def order_line(line: int, *, buyer: int, paid_minor: int, day: int) -> Row:
    """A row of `order_lines`, received two days after it was paid."""
    return {
        "line_id": line,
        "order_id": line,
        "buyer_id": buyer,
        "shop_id": 1,
        "item_id": 1,
        "quantity": 1,
        "currency": "CNY",
        "paid_minor": paid_minor,
        "platform_coupon_minor": 5 * line,
        "shipping_minor": line,
        "tax_minor": 0,
        "paid_at": JUNE + day * DAY,
        "received_at": JUNE + (day + 2) * DAY,
    }


def refund(number: int, *, line: int, minor: int, at: int) -> Row:
    """A row of `refunds`."""
    return {"refund_id": number, "line_id": line, "refund_minor": minor, "refunded_at": at}


def subsidy(period: str, minor: int, *, pool: str = "big") -> Row:
    """A row of `subsidies`."""
    return {"pool_id": pool, "period": period, "currency": "CNY", "subsidy_minor": minor}


def link_buyer(buyer: int, payee: int) -> Row:
    """A row of `identity_links`: the buyer shares a payout account with the payee."""
    return {
        "left_id": f"buyer:{buyer}",
        "right_id": f"payee:{payee}",
        "kind": "payout_account",
        "seen_at": JUNE,
    }


def _people() -> Market:
    kinds = {ADA: "person", BAO: "shop", CHEN: "agency", DONG: "person", EVE: "person"}
    creators = (ADA, DONG, EVE)
    return {
        "payees": [
            {"payee_id": payee, "kind": kind, "trust_days": 7} for payee, kind in kinds.items()
        ],
        "agencies": [{"agency_id": 1, "payee_id": CHEN}],
        "creators": [
            {"creator_id": each, "kind": "talent", "person_id": each} for each in creators
        ],
        "accounts": [
            {"account_id": account, "creator_id": creator}
            for account, creator in ((1, ADA), (11, ADA), (4, DONG), (5, EVE))
        ],
        "creator_payees": [
            {"creator_id": each, "payee_id": each, "valid_from": JUNE - 90 * DAY}
            for each in creators
        ],
        "contracts": [
            {
                "contract_id": number,
                "creator_id": DONG,
                "agency_id": 1,
                "income_type": income,
                "split_ppm": split,
                "valid_from": JUNE - 90 * DAY,
            }
            for number, (income, split) in enumerate(
                (("direct", 300_000), ("pool", 200_000), ("award", 100_000)), start=1
            )
        ],
    }


def _goods() -> Market:
    return {
        "channels": [{"channel_id": each, "name": str(each)} for each in (1, 2, 7)],
        "scenes": [{"scene_id": "headlines", "name_zh": "淘宝头条", "name_en": "Headlines"}],
        "shops": [{"shop_id": 1, "payee_id": BAO, "currency": "CNY"}],
        "items": [{"item_id": 1, "shop_id": 1, "category": "tea"}],
        "plans": [
            {
                "plan_id": 1,
                "kind": "shop",
                "shop_id": 1,
                "rate_ppm": 200_000,
                "valid_from": JUNE - 90 * DAY,
            }
        ],
    }


def touches(month_at: int, *, first: int) -> Rows:
    """Half of the meetings of twelve viewers with the pieces; the last piece seen moves about."""
    rows = []
    for viewer in range(1, 13):
        for place, (piece, (account, channel, _)) in enumerate(PIECES.items()):
            number = viewer * len(PIECES) + place
            if number * 7 % 10 >= 5:
                continue
            rows.append(
                {
                    "touch_id": first + number,
                    "viewer_id": viewer,
                    "account_id": account,
                    "piece_id": piece,
                    "channel_id": channel,
                    "item_id": 1,
                    "shop_id": 1,
                    "slot": "top" if place % 2 else "list",
                    "touched_at": month_at + (1 + viewer * place % 4) * DAY + number * 997_000,
                    "dwell_ms": 5_000 + number * 7_919 % 40_000,
                    "is_clicked": number % 3 == 0,
                    "is_saved": number % 5 == 0,
                    "is_shared": number % 7 == 0,
                    "is_followed": number % 11 == 0,
                    "is_disliked": number % 13 == 0,
                }
            )
    return rows


def write_market(folder: Path, tables: Mapping[str, Rows]) -> Path:
    """Write every table of the contract; those that are not given are empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in CONTRACTS:
        pq.write_table(arrow(name, tables.get(name, [])), folder / f"{name}.parquet")
    return folder


def quiet(line: str) -> None:
    """Say nothing of progress."""


def settle(season: Path, out: Path, **changes: Any) -> Settled:
    """Settle a season folder under the default policy, or as `changes` to the plan say."""
    given = {"policy": default_policy(), "threads": 1, "memory_mb": 1_000, **changes}
    return settle_season(Plan(season, out, **given), say=quiet)
