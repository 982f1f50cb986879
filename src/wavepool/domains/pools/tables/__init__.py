"""A run's pools as the rows of a draft, and the fund's releases as the engine's subsidies."""

from wavepool.domains.pools.tables.shares import draft_parts
from wavepool.domains.pools.tables.subsidies import SUBSIDIES, subsidies_table

__all__ = ["SUBSIDIES", "draft_parts", "subsidies_table"]
