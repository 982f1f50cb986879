"""The contract of every input table, in the order in which tables are checked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wavepool.engine.columns.contract import Table
from wavepool.engine.columns.contracts.content import PIECES, SESSIONS, VIEWERS
from wavepool.engine.columns.contracts.evidence import BUDGETS, IDENTITY_LINKS, RULINGS, SUBSIDIES
from wavepool.engine.columns.contracts.facts import (
    CANCELLATIONS,
    FEEDBACK,
    ORDER_LINES,
    REFUNDS,
    TOUCH_ITEMS,
    TOUCHES,
)
from wavepool.engine.columns.contracts.goods import CHANNELS, ITEMS, PLANS, SCENES, SHOPS
from wavepool.engine.columns.contracts.people import (
    ACCOUNTS,
    AGENCIES,
    CONTRACTS_TABLE,
    CREATOR_PAYEES,
    CREATORS,
    INTRODUCTIONS,
    PAYEES,
)

# A table stands after every table that it refers to, so one pass sees each cascade.
CONTRACTS: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            SCENES,
            CHANNELS,
            PAYEES,
            AGENCIES,
            SHOPS,
            ITEMS,
            CREATORS,
            ACCOUNTS,
            CREATOR_PAYEES,
            CONTRACTS_TABLE,
            INTRODUCTIONS,
            PLANS,
            VIEWERS,
            PIECES,
            SESSIONS,
            TOUCHES,
            TOUCH_ITEMS,
            ORDER_LINES,
            REFUNDS,
            CANCELLATIONS,
            FEEDBACK,
            SUBSIDIES,
            BUDGETS,
            IDENTITY_LINKS,
            RULINGS,
        )
    }
)

__all__ = ["CONTRACTS"]
