"""What credits put into a household: a line of its order, and a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from wavepool.domains.catalog.models import Item
from wavepool.domains.credits.models import EstimatedLine, Run
from wavepool.domains.credits.tables import credited_rows
from wavepool.engine.policy import default_policy
from worlds.fair import ms

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """Give the household one of everything that has an address here."""
    ids = house.party_ids
    item = Item.objects.get(public_id=house.values["item"])
    line_id = 1_000 + ids["creator"]
    line = make_line(
        line_id=line_id,
        creator_id=ids["creator"],
        agency_id=ids["agency"],
        shop_id=ids["shop"],
        item_id=item.pk,
    )
    run = Run.objects.create(
        public_id=f"run_{word}",
        kind="draft",
        state="failed",
        as_of=line.paid_at,
        failure="There is nothing to settle yet.",
        requested_by="machine",
        job=house.values["job_id"],
    )
    house.values |= {"line": str(line_id), "run": run.public_id}


def make_line(**ids: Any) -> EstimatedLine:
    """An order of ¥100 under a plan of 20%, won by a click; the agency has a fifth."""
    paid_at = 1_793_600_000_000  # in November 2026
    touch = {
        "line_id": ids["line_id"],
        "touch_id": 1,
        "piece_id": 1,
        "session_id": None,
        "creator_id": ids["creator_id"],
        "touched_at": paid_at - 3_600_000,
        "class_no": 2,
        "weight_ms": 42_000,
        "is_clicked": True,
        "is_qualified": True,
    }
    credit = {
        **touch,
        **ids,
        "order_id": ids["line_id"],
        "currency": "CNY",
        "paid_minor": 10_000,
        "platform_coupon_minor": 0,
        "shipping_minor": 0,
        "tax_minor": 0,
        "paid_at": paid_at,
        "settle_at": paid_at + 15 * 86_400_000,
        "outcome": "direct",
        "scene_id": "headlines",
        "pool_id": "big",
        "plan_id": "pln_x",
        "rate_ppm": 200_000,
        "fee_ppm": 100_000,
        "direct_ppm": 200_000,
        "commission_minor": 2_000,
        "direct_minor": 400,
        "fee_minor": 200,
        "pool_minor": 1_400,
    }
    share = {
        "line_id": ids["line_id"],
        "creator_id": ids["creator_id"],
        "payee_id": ids["creator_id"],
        "agency_id": ids["agency_id"],
        "weight": 1_000_000,
        "split_ppm": 200_000,
        "direct_minor": 400,
        "agency_minor": 80,
        "kept_minor": 320,
    }
    tables = (pa.Table.from_pylist([row]) for row in (credit, share, touch))
    (row,) = credited_rows(*tables, policy=default_policy(), period_of={ids["line_id"]: "2026-11"})
    assert ms(row["paid_at"]) == paid_at
    return EstimatedLine.objects.create(**row, estimated_at=row["paid_at"])
