"""Lines that become final, and refunds that reverse them, at any time."""

from __future__ import annotations

from wavepool.engine.relations import Relations, step_sql


def settle_lines(
    rel: Relations, *, ends_at: int, default_hold_days: int, rating_bad_below_ppm: int
) -> None:
    """Make `open_credits`, `refund_totals` and `settling` for a period that ends at `ends_at`.

    Reads credits_waiting, known_lines, order_lines, refunds, cancellations,
    feedback, payees. A line settles when its goods are received and the
    payee's waiting time is over; lines never received stay open.

    `settling` carries what of each line is refunded so far (refunded_num /
    refunded_den, a fraction of what was paid) and the buyer's dissatisfaction
    (bad_ppm, the worse of refund and complaint).
    """
    rel.table(
        "refund_totals",
        step_sql(__package__, "refund_totals", dialect=rel.dialect, ends_at=ends_at),
    )
    rel.table(
        "open_credits",
        step_sql(
            __package__, "open_credits", dialect=rel.dialect, default_hold_days=default_hold_days
        ),
    )
    rel.view(
        "line_feedback",
        step_sql(
            __package__,
            "line_feedback",
            dialect=rel.dialect,
            ends_at=ends_at,
            rating_bad_below_ppm=rating_bad_below_ppm,
        ),
    )
    rel.table("settling", step_sql(__package__, "settling", dialect=rel.dialect, ends_at=ends_at))


def reverse_refunds(rel: Relations) -> None:
    """Make `reversals`: what each leg of a settled line gives back in this period.

    Reads settled (with the fraction reversed before), settled_shares,
    refund_totals. Columns: line_id, leg (commission, fee, pool, kept,
    agency), part_id (the creator of a kept or agency leg), amount_minor >= 0.

    Guarantee: for every leg x the reversals of all periods add up to
    floor(x · refunded / paid), and to x exactly after a full refund,
    whatever the order and sizes of the refunds. Exact up to 2^53.
    """
    rel.table("fraction_terms", step_sql(__package__, "fraction_terms", dialect=rel.dialect))
    rel.table("reversals", step_sql(__package__, "reversals", dialect=rel.dialect))
    rel.drop("fraction_terms")
