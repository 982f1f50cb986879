"""Small markets with known truth: honest buyers, rings that brush orders, and camouflage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]

FIRST_DAY_AT = 1_717_200_000_000  # 2024-06-01 00:00 UTC
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@dataclass(frozen=True)
class Market:
    """How a market is made; ids of ring buyers start at `honest`.

    Sessions last an hour, `sessions_a_day` per payee; one honest order in three falls
    outside any session. Payees differ in size by about a Zipf law; each honest buyer
    keeps to one of `tastes` circles of payees for two orders in three.
    """

    seed: int = 1
    honest: int = 2_000
    honest_orders: int = 12_000
    payees: int = 120
    days: int = 10
    sessions_a_day: int = 3
    tastes: int = 6
    ring: int = 0
    ring_payees: int = 8
    ring_orders: int = 10
    together_ppm: int = 500_000
    camouflage: int = 4


def ring_buyers(market: Market) -> set[int]:
    """The truth: who is in the ring."""
    return set(range(market.honest, market.honest + market.ring))


def make_credits(market: Market) -> pa.Table:
    """Draw a market's order lines.

    Returns:
        line_id, order_id, buyer_id, shop_id, creator_id, payee_id, session_id?,
        paid_at, outcome, currency, direct_minor, pool_minor; the honest lines of a
        seed are the same with and without a ring.
    """
    honest = _honest_orders(market, np.random.Generator(np.random.Philox(market.seed)))
    brushed = _ring_orders(market, np.random.Generator(np.random.Philox(market.seed + 10_000)))
    columns = [np.concatenate(pair) for pair in zip(honest, brushed, strict=True)]
    return _as_table(*columns, seed=market.seed)


def _honest_orders(market: Market, chance: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    count = market.honest_orders
    buyers = (market.honest * chance.random(count) ** 1.6).astype(np.int64)
    anywhere = _popular(chance, count, market.payees)
    circle = market.payees // market.tastes
    at_home = buyers % market.tastes + market.tastes * _popular(chance, count, circle)
    payees = np.where(chance.random(count) < 2 / 3, at_home, anywhere)
    days = chance.integers(0, market.days, count)
    slots = chance.integers(0, market.sessions_a_day, count)
    slots[chance.random(count) < 1 / 3] = -1
    return buyers, payees, days, slots


def _ring_orders(market: Market, chance: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    members = np.arange(market.honest, market.honest + market.ring, dtype=np.int64)
    buyers = np.repeat(members, market.ring_orders)
    # The ring works for payees of the middle, spread over the list.
    works_for = market.payees // 4 + np.arange(market.ring_payees) * 3
    payees = works_for[chance.integers(0, market.ring_payees, len(buyers))]
    agreed_day = chance.integers(0, market.days, market.payees)
    agreed_slot = chance.integers(0, market.sessions_a_day, market.payees)
    together = chance.random(len(buyers)) * 1_000_000 < market.together_ppm
    free_days = chance.integers(0, market.days, len(buyers))
    free_slots = chance.integers(-1, market.sessions_a_day, len(buyers))
    days = np.where(together, agreed_day[payees], free_days)
    slots = np.where(together, agreed_slot[payees], free_slots)
    hidden = np.repeat(members, market.ring_orders * market.camouflage)
    return (
        np.concatenate([buyers, hidden]),
        np.concatenate([payees, _popular(chance, len(hidden), market.payees)]),
        np.concatenate([days, chance.integers(0, market.days, len(hidden))]),
        np.concatenate([slots, chance.integers(-1, market.sessions_a_day, len(hidden))]),
    )


def _popular(chance: np.random.Generator, count: int, size: int) -> Ints:
    return np.minimum((size * chance.random(count) ** 2.2).astype(np.int64), size - 1)


def _as_table(buyers: Ints, payees: Ints, days: Ints, slots: Ints, *, seed: int) -> pa.Table:
    count = len(buyers)
    chance = np.random.Generator(np.random.Philox(seed + 20_000))
    inside = chance.integers(0, HOUR_MS, count)
    anywhen = chance.integers(0, DAY_MS, count)
    paid_at = FIRST_DAY_AT + days * DAY_MS
    paid_at += np.where(slots >= 0, (8 + 5 * slots) * HOUR_MS + inside, anywhen)
    sessions = (payees * 1_000 + days) * 10 + slots
    money = chance.integers(1, 2_000, count)
    lines = np.arange(count, dtype=np.int64)
    return pa.table(
        {
            "line_id": lines,
            "order_id": lines,
            "buyer_id": buyers,
            "shop_id": payees,
            "creator_id": payees,
            "payee_id": payees,
            "session_id": pa.array(sessions, mask=slots < 0),
            "paid_at": paid_at,
            "outcome": pa.array(["direct"] * count),
            "currency": pa.array(["CNY"] * count),
            "direct_minor": money // 4,
            "pool_minor": money - money // 4,
        }
    )
