"""Rows of pools."""

from wavepool.domains.pools.models.drafts import PeriodDraft, PoolDraft, PoolScene, Share
from wavepool.domains.pools.models.funds import Fund, FundChange, FundRelease, FundYear
from wavepool.domains.pools.models.objections import Objection
from wavepool.domains.pools.models.periods import DRAFT_TIME, OBJECTION_TIME, Period

__all__ = [
    "DRAFT_TIME",
    "OBJECTION_TIME",
    "Fund",
    "FundChange",
    "FundRelease",
    "FundYear",
    "Objection",
    "Period",
    "PeriodDraft",
    "PoolDraft",
    "PoolScene",
    "Share",
]
