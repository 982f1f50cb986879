"""Buckets: who bought from one payee in one session or one short window."""

from __future__ import annotations

from dataclasses import dataclass

from wavepool.engine.relations import Relations, step_sql

DAY_MS = 86_400_000
STRATUM_FILL = 200

_NO_CONTRACTS = """
select c.creator_id as creator_id, cast('' as varchar) as agency_id,
  cast(0 as bigint) as valid_from, cast(0 as bigint) as valid_to
from credits c where 1 = 0
"""
_CONTRACTS = "select creator_id, agency_id, valid_from, valid_to from {}"


class NoSuchBuckets(ValueError):
    """A bucket length, cap or stratum with which nobody could ever meet."""

    def __init__(self, shape: BucketShape) -> None:
        super().__init__(
            f"buckets of {shape.bucket_ms} ms for at most {shape.bucket_cap} purchases in strata "
            f"of {shape.stratum_fill}: at least 10 ms, 2 purchases and 1 are needed"
        )
        self.shape = shape


@dataclass(frozen=True, kw_only=True)
class BucketShape:
    """How long a bucket lasts, how many purchases it and a stratum hold.

    Raises:
        NoSuchBuckets: bucket_ms < 10, bucket_cap < 2 or stratum_fill < 1.
    """

    bucket_ms: int
    bucket_cap: int
    stratum_fill: int = STRATUM_FILL

    def __post_init__(self) -> None:
        if self.bucket_ms < 10 or self.bucket_cap < 2 or self.stratum_fill < 1:
            raise NoSuchBuckets(self)


def lay_buckets(rel: Relations, shape: BucketShape, *, contracts: str | None) -> None:
    """Sort purchases into buckets; registers the tables that the later steps read.

    `integrity_purchases` (unit_no, buyer_no, stratum_no, …), `integrity_buckets`
    (unit_no → bucket_no, bucket_purchases, is_usable), `integrity_houses`
    (stratum_no → payee_id, house_no) and `integrity_roaming` (buyers of two houses).
    A stratum is one payee's UTC day, or so many
    in a row that they hold `stratum_fill` purchases.
    """
    bound = _NO_CONTRACTS if contracts is None else _CONTRACTS.format(contracts)
    rel.table("integrity_contracts", bound)
    _make(rel, "purchases", day_ms=DAY_MS, fill=shape.stratum_fill)
    _make(rel, "buckets", bucket_ms=shape.bucket_ms, bucket_cap=shape.bucket_cap)
    _make(rel, "houses")
    _make(rel, "roaming")


def _make(rel: Relations, step: str, **parameters: int) -> None:
    rel.table(f"integrity_{step}", step_sql(__package__, step, dialect=rel.dialect, **parameters))
