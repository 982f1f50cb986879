"""Stock for buyers who are paying: set aside, then taken or given back, each piece once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Item, Reservation, Variant
from wavepool.domains.catalog.operations.totals import write_totals
from wavepool.plumbing.errors import PlatformError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A variant of which fewer pieces can be sold than somebody wants.

    Attributes:
        variant_id: which.
        title: how its item is called.
        asked: pieces wanted.
        left: pieces that can be sold; 0 where it is off sale.
    """

    variant_id: int
    title: str
    asked: int
    left: int


class SoldOut(PlatformError):
    """Goods that somebody wants are not there any more; each is named."""

    kind = "catalog.sold_out"
    status: ClassVar[int] = 409

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        names = ", ".join(f"{each.title} ({each.left}/{each.asked})" for each in shortages)
        super().__init__(_("Not enough left (left/wanted): %(names)s.") % {"names": names})
        self.shortages = tuple(shortages)


def reserve_stock(*, key: str, wanted: Mapping[int, int], as_of: datetime) -> None:
    """Set pieces aside, all that are wanted or none.

    Args:
        key: for whom; once per key and variant.
        wanted: pieces, at least 1, by variant.

    Raises:
        SoldOut: of some there are fewer, or they are off sale.
    """
    with transaction.atomic():
        items = _hold_items(wanted)
        variants = {each.pk: each for each in Variant.objects.filter(pk__in=wanted)}
        short = [
            Shortage(
                variant_id=pk,
                title=items[variants[pk].item_id].title,
                asked=wanted[pk],
                left=_sellable(variants[pk], items[variants[pk].item_id]),
            )
            for pk in sorted(variants)
            if _sellable(variants[pk], items[variants[pk].item_id]) < wanted[pk]
        ]
        for pk in () if short else sorted(variants):
            if not _move_out(pk, wanted[pk]):
                title = items[variants[pk].item_id].title
                short.append(Shortage(variant_id=pk, title=title, asked=wanted[pk], left=0))
        if short:
            raise SoldOut(short)
        Reservation.objects.bulk_create(
            Reservation(key=key, variant_id=pk, quantity=wanted[pk], held_at=as_of)
            for pk in sorted(variants)
        )
        write_totals(items)


def take_reserved(*, key: str, as_of: datetime) -> int:
    """The buyer paid: the pieces are gone for good; tell how many variants."""
    held = Reservation.objects.filter(key=key, state=Reservation.State.HELD)
    return held.update(state=Reservation.State.TAKEN, ended_at=as_of)


def release_reserved(*, key: str, as_of: datetime) -> int:
    """The buyer did not pay: the pieces go back into stock, once; tell how many variants."""
    with transaction.atomic():
        wanted = dict(
            Reservation.objects.filter(key=key, state=Reservation.State.HELD).values_list(
                "variant_id", "quantity"
            )
        )
        items = _hold_items(wanted)
        freed = 0
        for pk in sorted(wanted):
            held = Reservation.objects.filter(key=key, variant_id=pk, state=Reservation.State.HELD)
            if held.update(state=Reservation.State.RELEASED, ended_at=as_of):
                Variant.objects.filter(pk=pk).update(stock=F("stock") + wanted[pk])
                freed += 1
        write_totals(items)
        return freed


def _hold_items(wanted: Mapping[int, int]) -> dict[int, Item]:
    """The items of these variants, held in the order of their keys until the transaction ends."""
    of_variants = Variant.objects.filter(pk__in=wanted).values("item_id")
    rows = Item.objects.select_for_update(of=("self",)).filter(pk__in=of_variants).order_by("pk")
    return {each.pk: each for each in rows}


def _sellable(variant: Variant, item: Item) -> int:
    return variant.stock if item.state == Item.State.ON_SALE else 0


def _move_out(variant_id: int, quantity: int) -> bool:
    """One statement that carries its own condition: nobody takes a piece that is gone."""
    enough = Variant.objects.filter(pk=variant_id, stock__gte=quantity)
    return bool(enough.update(stock=F("stock") - quantity))
