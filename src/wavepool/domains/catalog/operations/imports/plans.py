"""Rows of plans: one row is one plan with the rate that it pays, now or first."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Item, Plan, PlanKind, PlanVersion
from wavepool.domains.catalog.operations.imports.judging import (
    Doing,
    Judged,
    RowWrong,
    Values,
    compared,
    needed,
    wrong,
)
from wavepool.domains.catalog.operations.plans import PlanFacts, change_rate, open_plan
from wavepool.domains.catalog.operations.previews import Undone
from wavepool.plumbing.errors import PlatformError

COLUMNS = ("kind", "item", "category", "creator", "link", "rate", "starts_at", "ends_at")
Key = tuple[str, str, str, str, str]


class Plans:
    """Rows of plans, in and out; a plan is known by its kind and what it names."""

    columns: tuple[str, ...] = COLUMNS
    required: tuple[str, ...] = ("kind", "rate")

    def judge(self, rows: list[Values], doing: Doing) -> list[Judged]:
        """Try every row in order and keep none of it: rows can be in each other's way."""
        judged: list[Judged] = []
        try:
            with transaction.atomic():
                judged = self.apply(rows, doing)
                raise Undone
        except Undone:
            return judged

    def apply(self, rows: list[Values], doing: Doing) -> list[Judged]:
        """Open, or change, each plan that can be."""
        standing = _standing(doing)
        items = dict(Item.objects.filter(shop_id=doing.shop_id).values_list("code", "public_id"))
        done = []
        for row in rows:
            try:
                with transaction.atomic():
                    done.append(_apply(row, standing, items, doing))
            except PlatformError as error:
                done.append(wrong(error))
        return done

    def export(self, doing: Doing) -> list[list[str]]:
        """Every plan of a shop that pays or was announced."""
        return [
            [*key, cells["rate"], cells["starts_at"], cells["ends_at"]]
            for key, (cells, _plan) in _standing(doing).items()
        ]


def _apply(
    row: Values,
    standing: dict[Key, tuple[dict[str, str], Plan]],
    items: dict[str, str],
    doing: Doing,
) -> Judged:
    key = _key(row)
    rate_ppm = rate_from_text(needed(row, "rate"))
    if key in standing:
        before, plan = standing[key]
        judged = compared(before, {"rate": rate_text(rate_ppm)})
        if judged.before:
            change_rate(
                public_id=plan.public_id,
                shop_id=doing.shop_id,
                rate_ppm=rate_ppm,
                actor=doing.actor,
                as_of=doing.as_of,
            )
        return judged
    starts_at = _moment(row, "starts_at")
    code = row.get("item", "").strip()
    facts = PlanFacts(
        kind=key[0],
        rate_ppm=rate_ppm,
        item=items.get(code, "itm_none") if code else "",
        category=key[2],
        creator=key[3],
        starts_at=max(starts_at, doing.as_of) if starts_at else None,
        ends_at=_moment(row, "ends_at"),
    )
    version = open_plan(shop_id=doing.shop_id, facts=facts, actor=doing.actor, as_of=doing.as_of)
    standing[key] = (_cells(version), version.plan)
    return compared(None, {})


def _key(row: Values) -> Key:
    kind = needed(row, "kind")
    if kind not in PlanKind.values:
        message = _("A kind is one of: %(kinds)s.") % {"kinds": ", ".join(PlanKind.values)}
        raise RowWrong(message, rule="catalog.no_such_kind", field="kind")
    item, category, creator, link = (
        row.get(name, "").strip() for name in ("item", "category", "creator", "link")
    )
    return kind, item, category, creator.lower().removeprefix("@"), link


def _standing(doing: Doing) -> dict[Key, tuple[dict[str, str], Plan]]:
    """Plans that pay or were announced, by what a row names them by."""
    found: dict[Key, tuple[dict[str, str], Plan]] = {}
    plans = queries.plans_standing(queries.plans_of_shop(doing.shop_id), at=doing.as_of)
    for plan in plans.order_by("pk"):
        now, later = queries.rates_of(plan, at=doing.as_of)
        version = now or later
        assert version is not None, "a standing plan has a version"
        names = (
            plan.item.code if plan.item else "",
            plan.category.slug if plan.category else "",
            plan.creator.handle if plan.creator else "",
        )
        found[plan.kind, *names, plan.link_id] = (_cells(version), plan)
    return found


def _cells(version: PlanVersion) -> dict[str, str]:
    return {
        "rate": rate_text(version.rate_ppm),
        "starts_at": version.valid_from.isoformat(),
        "ends_at": version.valid_to.isoformat() if version.valid_to else "",
    }


def rate_text(rate_ppm: int) -> str:
    """A rate in per cent as a plain number, exact.

    >>> rate_text(125_000), rate_text(80_000), rate_text(1)
    ('12.5', '8', '0.0001')
    """
    whole, rest = divmod(rate_ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def rate_from_text(text: str) -> int:
    """Per cent as parts per million, exact; a sign of per cent may follow.

    Raises:
        RowWrong: it is no number, or finer than a part per million.

    >>> rate_from_text("12.5"), rate_from_text("8 %")
    (125000, 80000)
    """
    try:
        exact = Decimal(text.removesuffix("%").strip()) * 10_000
        is_whole = exact == exact.to_integral_value()
    except InvalidOperation as error:
        message = _("Write the rate in per cent, like 12.5.")
        raise RowWrong(message, rule="catalog.rate_unreadable", field="rate") from error
    if not is_whole or abs(exact) > 10**9:
        message = _("A rate has at most four decimals.")
        raise RowWrong(message, rule="catalog.rate_too_fine", field="rate")
    return int(exact)


def _moment(row: Values, name: str) -> datetime | None:
    text = row.get(name, "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _unreadable(name) from error
    if moment.tzinfo is None:
        raise _unreadable(name)
    return moment


def _unreadable(name: str) -> Any:
    message = _("Write the time with its zone, like 2026-11-22T08:00:00+08:00.")
    return RowWrong(message, rule="catalog.time_unreadable", field=name)
