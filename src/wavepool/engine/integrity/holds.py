"""Holds: money parked with a cause, evidence, an end and a default, never a silent change."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.integrity.buckets import DAY_MS

FULL_PPM = 1_000_000

_RULES = {"self_purchase": "hard_link_to_winner", "lockstep": "core_above_chance"}
_TEXT = pa.string()


class HoldTermsOutOfRange(ValueError):
    """A hold that never ends, or a default share outside 0 … 10⁶ ppm."""

    def __init__(self, name: str, value: int) -> None:
        super().__init__(f"hold terms: {name} = {value} is out of range")
        self.name = name
        self.value = value


@dataclass(frozen=True)
class HoldTerms:
    """How long holds last, and what the payee keeps when nobody rules in time.

    Raises:
        HoldTermsOutOfRange: expiry_days < 1, or a default outside 0 … 10⁶ ppm.
    """

    expiry_days: int
    self_purchase_default_kept_ppm: int
    lockstep_default_kept_ppm: int

    def __post_init__(self) -> None:
        if self.expiry_days < 1:
            raise HoldTermsOutOfRange("expiry_days", self.expiry_days)
        for name in ("self_purchase_default_kept_ppm", "lockstep_default_kept_ppm"):
            if not 0 <= getattr(self, name) <= FULL_PPM:
                raise HoldTermsOutOfRange(name, getattr(self, name))


def holds_from(
    *,
    self_purchases: pa.Table,
    ring_lines: pa.Table | None = None,
    period: str,
    opened_at: int,
    terms: HoldTerms,
) -> pa.Table:
    """Open one hold for each order line with evidence against it.

    Args:
        self_purchases: as `find_self_purchases` returns.
        ring_lines: as `find_ring_lines` returns; None where nobody looked for rings.
        period: id of the period that opens the holds, `YYYY-MM`.
        opened_at: when they open, epoch ms; the end of the period's run, not a clock.

    Returns:
        hold_id (text `cause:line:line_id`, so a rerun opens the same hold), cause
        (self_purchase | lockstep), rule, subject_kind (line), subject_id (text),
        payee_id, line_id, currency, amount_minor (the line's direct leg), evidence
        (JSON text), opened_period, expires_at, default_kept_ppm; sorted by hold_id.
        A line has one hold at most: self-purchase goes before lockstep. A line whose
        direct and pool leg are both zero earns nobody anything and gets none.
    """
    parts = [_holds("self_purchase", self_purchases, terms.self_purchase_default_kept_ppm)]
    if ring_lines is not None:
        explained = self_purchases["line_id"].combine_chunks()
        rest = ring_lines.filter(pc.invert(pc.is_in(ring_lines["line_id"], value_set=explained)))
        parts.append(_holds("lockstep", rest, terms.lockstep_default_kept_ppm))
    holds = pa.concat_tables(parts)
    rows = holds.num_rows
    expires_at = opened_at + terms.expiry_days * DAY_MS
    holds = holds.add_column(10, "opened_period", pa.repeat(pa.scalar(period), rows))
    holds = holds.add_column(11, "expires_at", pa.repeat(pa.scalar(expires_at, pa.int64()), rows))
    return holds.sort_by("hold_id")


def _holds(cause: str, lines: pa.Table, default_kept_ppm: int) -> pa.Table:
    earning = pc.or_(pc.greater(lines["direct_minor"], 0), pc.greater(lines["pool_minor"], 0))
    lines = lines.filter(earning)
    subject = pc.cast(lines["line_id"], _TEXT)
    rows = lines.num_rows
    return pa.table(
        {
            "hold_id": pc.binary_join_element_wise(f"{cause}:line", subject, ":"),
            "cause": pa.repeat(pa.scalar(cause), rows),
            "rule": pa.repeat(pa.scalar(_RULES[cause]), rows),
            "subject_kind": pa.repeat(pa.scalar("line"), rows),
            "subject_id": subject,
            "payee_id": lines["payee_id"],
            "line_id": lines["line_id"],
            "currency": lines["currency"],
            "amount_minor": lines["direct_minor"],
            "evidence": lines["evidence"],
            "default_kept_ppm": pa.repeat(pa.scalar(default_kept_ppm, pa.int64()), rows),
        }
    )
