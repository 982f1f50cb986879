"""Reads of the fund: what is committed, released and paid, by year and place."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from wavepool.domains.pools.models import Fund, FundChange, FundRelease, FundYear, Period
from wavepool.plumbing.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class FundLine:
    """One year and place of a fund: committed, released, and paid out with its months' shares."""

    year: FundYear
    paid_minor: int

    @property
    def place(self) -> str:
        """The scene, or the pool where the money is for all of its scenes."""
        return self.year.scene_id or self.year.pool_id

    @property
    def left_minor(self) -> int:
        """What may still be released."""
        return self.year.committed_minor - self.year.released_minor


def list_funds() -> QuerySet[Fund]:
    """Every fund."""
    return Fund.objects.all()


def get_fund(public_id: str) -> Fund:
    """A fund by its public id.

    Raises:
        NotFound: there is none.
    """
    found = Fund.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such fund."))
    return found


def list_lines(fund: Fund) -> list[FundLine]:
    """Every year and place of a fund, by year: three queries.

    Paid is what was released into months whose shares are paid.
    """
    paid_months = set(Period.objects.filter(paid_at__isnull=False).values_list("name", flat=True))
    paid: dict[int, int] = {}
    rows = FundRelease.objects.filter(year__fund=fund).values_list("year_id", "period")
    for year_id, period, amount in rows.annotate(amount=Sum("amount_minor")):
        if period in paid_months:
            paid[year_id] = paid.get(year_id, 0) + amount
    years = FundYear.objects.filter(fund=fund).order_by("year", "pool_id", "scene_id")
    return [FundLine(year=each, paid_minor=paid.get(each.pk, 0)) for each in years]


def get_year(fund: Fund, *, year: int, pool_id: str, scene_id: str) -> FundYear:
    """One year and place of a fund.

    Raises:
        NotFound: nothing was ever committed there.
    """
    rows = FundYear.objects.filter(fund=fund, year=year, pool_id=pool_id, scene_id=scene_id)
    found = rows.first()
    if found is None:
        raise NotFound(_("Nothing is committed for this year and place."))
    return found


def list_releases(fund: Fund) -> QuerySet[FundRelease]:
    """Every release from a fund."""
    return FundRelease.objects.filter(year__fund=fund).select_related("year")


def list_changes(fund: Fund) -> list[FundChange]:
    """Every change asked for, the latest first."""
    rows = FundChange.objects.filter(fund=fund).select_related("author", "decided_by")
    return list(rows.order_by("-asked_at", "-pk"))


def get_change(public_id: str) -> FundChange:
    """A change by its public id.

    Raises:
        NotFound: there is none.
    """
    rows = FundChange.objects.select_related("fund", "author", "decided_by")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such change."))
    return found


def find_open_change(fund: Fund, *, year: int, pool_id: str, scene_id: str) -> FundChange | None:
    """The change of a year and place that waits for a second person."""
    rows = FundChange.objects.filter(fund=fund, year=year, pool_id=pool_id, scene_id=scene_id)
    return rows.filter(outcome=FundChange.Outcome.OPEN).first()
