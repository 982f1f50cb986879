"""What a season of the engine reads of people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pyarrow as pa

from wavepool.domains.people import tables


def season_tables() -> Mapping[str, Callable[[], pa.Table]]:
    """How to read each table of the engine that people own, by contract name."""
    return tables.TABLES


def season_tables_of(
    *, account_ids: Collection[int], shop_ids: Collection[int]
) -> Mapping[str, pa.Table]:
    """Who owns some accounts and shops and who is paid, as tables complete in themselves."""
    return tables.tables_of(account_ids=account_ids, shop_ids=shop_ids)
