"""Credits of the engine as lines of the platform, and a line as its receipt."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from wavepool.engine.policy import Policy
from wavepool.engine.receipts import (
    OrderFacts,
    PolicyRef,
    StatementLine,
    Weight,
    WinnerFacts,
    commission_receipt,
)

#: Own touches that a line remembers, the latest first.
TOUCHES_KEPT: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DOCUMENTS: Final = ("facts", "touches")
_MICRO: Final = 1_000_000
_AMOUNTS: Final = ("direct_minor", "agency_minor", "kept_minor")
_OF_LINE: Final = (
    "line_id",
    "order_id",
    "shop_id",
    "item_id",
    "outcome",
    "scene_id",
    "currency",
    "paid_minor",
    "commission_minor",
    "fee_minor",
    "pool_minor",
)
_WINNER: Final = (
    "touch_id",
    "piece_id",
    "class_no",
    "touched_at",
    "paid_at",
    "weight_ms",
    "is_clicked",
)
_ORDER: Final = (
    "line_id",
    "paid_minor",
    "platform_coupon_minor",
    "shipping_minor",
    "tax_minor",
    "plan_id",
    "rate_ppm",
    "scene_id",
    "pool_id",
    "direct_ppm",
    "fee_ppm",
)
_TOUCH: Final = (
    "touch_id",
    "piece_id",
    "session_id",
    "touched_at",
    "class_no",
    "weight_ms",
    "is_clicked",
    "is_qualified",
)


def credited_rows(
    credits: pa.Table,
    shares: pa.Table,
    line_touches: pa.Table,
    *,
    policy: Policy,
    period_of: Mapping[int, str],
) -> Iterator[dict[str, Any]]:
    """One row for each creator of each line with a commission, as `EstimatedLine` keeps it.

    Args:
        credits, shares, line_touches: of the same lines; see docs/output.md.
        policy: the rules that decided them.
        period_of: the month of each line.
    """
    rules = {"id": policy.id, "version": policy.version, "digest": policy.digest}
    lines = {row["line_id"]: row for row in credits.to_pylist()}
    parts = _by_line(shares)
    # A row a value at a time is what this costs, so that only columns which are kept are read.
    touches = _by_line(line_touches.select(["line_id", "creator_id", *_TOUCH]))
    for line_id in sorted(parts):
        line, of_line = lines[line_id], sorted(parts[line_id], key=lambda row: row["creator_id"])
        weights = [[row["creator_id"], row["weight"]] for row in of_line]
        for share in of_line:
            mine = [row for row in touches[line_id] if row["creator_id"] == share["creator_id"]]
            mine.sort(key=lambda row: (-row["touched_at"], row["touch_id"]))
            yield {
                **{name: line[name] for name in _OF_LINE},
                **{name: share[name] for name in _AMOUNTS},
                "creator_id": share["creator_id"],
                "payee_id": share["payee_id"],
                "agency_id": share["agency_id"],
                "pool_id": line["pool_id"] or "",
                "period": period_of[line_id],
                "paid_at": moment(line["paid_at"]),
                "settle_at": None if line["settle_at"] is None else moment(line["settle_at"]),
                "facts": {"policy": rules, **_facts(line, share, weights, policy)},
                "touches": [{name: row[name] for name in _TOUCH} for row in mine[:TOUCHES_KEPT]],
            }


def line_table(rows: Sequence[Mapping[str, Any]], **alike: Any) -> pa.Table:
    """Rows of `credited_rows` as a table of `EstimatedLine`'s columns.

    Args:
        rows: at least one.
        alike: what every row has the same of, by column.
    """
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    for name in _DOCUMENTS:
        columns[name] = [json.dumps(each) for each in columns[name]]
    return pa.table(columns | {name: [value] * len(rows) for name, value in alike.items()})


def receipt_of(line: Any) -> Mapping[str, Any]:
    """The receipt of a line, which its owner can recompute; without a place in a tree yet."""
    facts = line.facts
    order, weights = dict(facts["order"]), facts["weights"]
    order["weights"] = tuple(Weight(party=party, weight=weight) for party, weight in weights)
    statement = StatementLine(
        period=line.period,
        line_key=f"C:{line.line_id}:{line.creator_id}",
        payee_id=line.payee_id,
        kind="commission",
        ref_id=str(line.line_id),
        currency=line.currency,
        amount_minor=line.kept_minor,
        micro=line.kept_minor * _MICRO,
        is_held=False,
    )
    return commission_receipt(
        statement,
        PolicyRef(**facts["policy"]),
        winner=WinnerFacts(**facts["winner"]),
        order=OrderFacts(**order),
    )


def moment(at_ms: int) -> datetime:
    """A time of the engine as the platform keeps it."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def _by_line(rows: pa.Table) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row["line_id"]].append(row)
    return found


def _facts(
    line: Mapping[str, Any], share: Mapping[str, Any], weights: Sequence[Any], policy: Policy
) -> dict[str, Any]:
    rules = policy.attribution
    return {
        "weights": weights,
        "winner": {
            **{name: line[name] for name in _WINNER},
            "winner_party": line["creator_id"],
            "window_days": rules.window_days,
            "dwell_min_ms": rules.dwell_min_ms,
        },
        "order": {
            **{name: line[name] for name in _ORDER},
            "rule": rules.rule,
            "party": share["creator_id"],
            "agency_id": share["agency_id"],
            "split_ppm": share["split_ppm"],
        },
    }
