"""Charts of pools: from sales to share, the days of a draft, a pool's flows, the fund's years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from wavepool.domains.pools import queries
from wavepool.plumbing.charts import Chart, Series

MICRO = 1_000_000


def bridge_of(standing: queries.Standing, *, is_final: bool) -> Chart:
    """From what sales alone would have paid to what sales and value bring together."""
    share, pool = standing.share, standing.scoped.pool
    agency_minor = share.agency_micro // MICRO
    steps = [
        (_("Sales alone"), share.sales_only_minor),
        (_("Put into the pool"), share.direct_minor - share.sales_only_minor),
        (_("Your share of the pool"), standing.entitlement_minor),
    ]
    if agency_minor:
        steps.append((_("Agency's part of the share"), -agency_minor))
    steps.append((_("With the pool"), sum(amount for _label, amount in steps)))
    return Chart(
        kind="bridge",
        title=_("From sales alone to sales and value"),
        label=_("Step"),
        categories=tuple(label for label, _amount in steps),
        series=(
            Series(
                name=_("Amount"),
                values=tuple(amount for _label, amount in steps),
                is_estimate=not is_final,
            ),
        ),
        unit="money",
        currency=pool.currency,
        note=_("Sales alone: commission less fee of the sales that you won, less refunds."),
    )


def history_chart(days: Sequence[tuple[date, int]], *, currency: str, is_final: bool) -> Chart:
    """The draft share of each day."""
    return Chart(
        kind="line",
        title=_("Your draft share, day by day"),
        label=_("Day"),
        categories=tuple(day.isoformat() for day, _micro in days),
        series=(
            Series(
                name=_("Draft share"),
                values=tuple(micro // MICRO for _day, micro in days),
                is_estimate=not is_final,
            ),
        ),
        unit="money",
        currency=currency,
        note=_("Each day's draft as it was; it falls when refunds come or others gain more."),
    )


def flow_chart(scoped: queries.ScopedPool) -> Chart:
    """What came into a pool, step by step, and what is shared."""
    steps = [(each.label, each.minor) for each in scoped.inflow if each.minor]
    total = sum(amount for _label, amount in steps)
    return Chart(
        kind="bridge",
        title=_("What is in the pool"),
        label=_("Step"),
        categories=(*(label for label, _amount in steps), _("To be shared")),
        series=(Series(name=_("Amount"), values=(*(amount for _label, amount in steps), total)),),
        unit="money",
        currency=scoped.pool.currency,
        note=_("In whole minor units; the table beside it counts to the millionth."),
    )


def scene_chart(scoped: queries.ScopedPool) -> Chart:
    """What each scene puts in, and what goes to its evidence."""
    return Chart(
        kind="bar",
        title=_("What each scene puts in and takes out"),
        label=_("Scene"),
        categories=tuple(each.name for each in scoped.scenes),
        series=(
            Series(name=_("Put in"), values=tuple(each.net_minor for each in scoped.scenes)),
            Series(name=_("Taken out"), values=tuple(each.out_minor for each in scoped.scenes)),
        ),
        unit="money",
        currency=scoped.pool.currency,
    )


def fund_chart(lines: Sequence[queries.FundLine], *, currency: str) -> Chart | None:
    """Committed, released and paid by year; None where nothing is committed."""
    years = [(year, list(found)) for year, found in groupby(lines, key=lambda line: line.year.year)]
    if not years:
        return None
    return Chart(
        kind="bar",
        title=_("Committed, released and paid, by year"),
        label=_("Year"),
        categories=tuple(str(year) for year, _found in years),
        series=(
            Series(
                name=_("Committed"),
                values=tuple(
                    sum(each.year.committed_minor for each in found) for _y, found in years
                ),
            ),
            Series(
                name=_("Released"),
                values=tuple(
                    sum(each.year.released_minor for each in found) for _y, found in years
                ),
            ),
            Series(
                name=_("Paid"),
                values=tuple(sum(each.paid_minor for each in found) for _y, found in years),
            ),
        ),
        unit="money",
        currency=currency,
        note=_("Paid: released into months whose shares are paid."),
    )


def place_chart(lines: Sequence[queries.FundLine], *, currency: str) -> Chart | None:
    """Committed and released by pool and scene, over all years."""
    if not lines:
        return None
    places = sorted({each.place for each in lines})
    return Chart(
        kind="bar",
        title=_("Committed and released, by pool and scene"),
        label=_("Pool or scene"),
        categories=tuple(places),
        series=(
            Series(
                name=_("Committed"),
                values=tuple(
                    sum(each.year.committed_minor for each in lines if each.place == place)
                    for place in places
                ),
            ),
            Series(
                name=_("Released"),
                values=tuple(
                    sum(each.year.released_minor for each in lines if each.place == place)
                    for place in places
                ),
            ),
        ),
        unit="money",
        currency=currency,
    )
