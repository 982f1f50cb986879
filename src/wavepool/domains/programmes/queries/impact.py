"""What the village cohort brought: anchors, sessions, counties, farm sales and income by month."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from wavepool.domains.credits import queries as credits
from wavepool.domains.people import queries as people
from wavepool.domains.programmes.models import OriginEvidence, VillageAnchor
from wavepool.domains.programmes.queries.standing import Source, find_source, run_with
from wavepool.domains.programmes.tables import month_counters

#: Months that the report shows.
MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthImpact:
    """One month of the cohort.

    Attributes:
        month: "YYYY-MM".
        anchors: who was live.
        counties: counties they live in.
        sessions: their live sessions.
        received_minor: their received sales, less refunds.
        farm_minor: of goods with a confirmed origin, what was sold and became final, less refunds.
        income_minor: what statements bring them, of whatever kind, held lines left out.
    """

    month: str
    anchors: int
    counties: int
    sessions: int
    received_minor: int
    farm_minor: int
    income_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The report: its months and how far facts go.

    Attributes:
        months: the earliest first.
        counties: each county of the cohort: code, name, anchors.
        certified: anchors who hold a certificate.
    """

    months: tuple[MonthImpact, ...]
    counties: tuple[tuple[str, str, int], ...]
    certified: int
    currency: str
    as_of: datetime | None

    @property
    def last(self) -> MonthImpact | None:
        """The newest month."""
        return self.months[-1] if self.months else None

    def change_ppm(self, name: str) -> int | None:
        """What a figure of the newest month changed by, in whole tenths of a per cent."""
        if len(self.months) < 2:
            return None
        now, before = (getattr(each, name) for each in (self.months[-1], self.months[-2]))
        return (now - before) * 1_000 // before * 1_000 if before else None

    def total(self, name: str) -> int:
        """A figure over all months."""
        return sum(getattr(each, name) for each in self.months)


def village_impact(*, at: datetime) -> Impact:
    """The report of everybody whom staff accepted into the cohort."""
    anchors = list(VillageAnchor.objects.filter(accepted_at__isnull=False).order_by("county_code"))
    county_of = {each.creator_id: each.county_code for each in anchors}
    source = find_source()
    counties: dict[str, tuple[str, int]] = {}
    for each in anchors:
        name, count = counties.get(each.county_code, (each.county_name, 0))
        counties[each.county_code] = (name, count + 1)
    return Impact(
        months=() if source is None or not anchors else _months(source, county_of),
        counties=tuple((code, name, count) for code, (name, count) in sorted(counties.items())),
        certified=sum(each.is_certified(at) for each in anchors),
        currency=source.currency if source else "",
        as_of=source.run.as_of if source else None,
    )


def _months(source: Source, county_of: Mapping[int, str]) -> tuple[MonthImpact, ...]:
    ids = sorted(county_of)
    counters = credits.read_run(source.run, "state/counters", period=source.month)
    items, shops = _origins()
    payees = _payees(ids)
    found = []
    for month, count in list(month_counters(counters, ids).items())[-MONTHS:]:
        run = run_with(source, month)
        found.append(
            MonthImpact(
                month=month,
                anchors=len(count.creators),
                counties=len({county_of[each] for each in count.creators}),
                sessions=count.sessions,
                received_minor=count.received_minor,
                farm_minor=_farm(run, month, ids, items=items, shops=shops),
                income_minor=_income(run, month, payees),
            )
        )
    return tuple(found)


def _origins() -> tuple[list[int], list[int]]:
    """Goods and shops whose origin was confirmed."""
    rows = OriginEvidence.objects.filter(state="confirmed").values_list("item_id", "shop_id")
    found = list(rows)
    return sorted({a for a, _b in found if a}), sorted({b for _a, b in found if b})


def _payees(creator_ids: Collection[int]) -> list[int]:
    """Everybody who was ever paid for some creators."""
    table = people.season_tables()["creator_payees"]()
    mine = pc.is_in(table["creator_id"], value_set=pa.array(sorted(creator_ids), pa.int64()))
    return sorted(set(table.filter(mine)["payee_id"].to_pylist()))


def _farm(run: Any, month: str, ids: Collection[int], *, items: list[int], shops: list[int]) -> int:
    if run is None or not (items or shops):
        return 0
    found = credits.read_run(
        run,
        "settling",
        period=month,
        where=f"{_within('creator_id', ids)} and "
        f"({_within('item_id', items)} or {_within('shop_id', shops)})",
        params=[*sorted(ids), *items, *shops],
        columns=_sum("paid_minor - paid_minor * refunded_num // refunded_den"),
    )
    return int(found["total"].to_pylist()[0])


def _income(run: Any, month: str, payees: list[int]) -> int:
    if run is None or not payees:
        return 0
    found = credits.read_run(
        run,
        "statement_lines",
        period=month,
        where=f"{_within('payee_id', payees)} and not is_held and kind <> 'debt'",
        params=payees,
        columns=_sum("amount_minor"),
    )
    return int(found["total"].to_pylist()[0])


def _sum(what: str) -> str:
    return f"cast(coalesce(sum({what}), 0) as bigint) as total"


def _within(column: str, ids: Collection[int]) -> str:
    return f"{column} in ({', '.join('?' * len(ids))})" if ids else "false"
