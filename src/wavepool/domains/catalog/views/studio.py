"""Goods as a creator sees them: what sells, and what it pays this creator."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.search import Asked, Hit, finder


@access("studio")
def goods(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Everything on sale, with the rate that wins for this creator."""
    rows = queries.with_winning_rate(
        queries.items_on_sale(), creator_id=request.workspace.party_id, at=clock.now()
    )
    page = read_list(
        request,
        rows,
        columns=(
            lists.cover_column(),
            lists.title_column("catalog.studio_item", handle),
            Column(name="shop", label=_("Shop"), value=lambda item: item.shop.name),
            Column(name="category", label=_("Category"), value=lambda item: item.category.label),
            lists.price_column(),
            Column(
                name="rate",
                label=_("Your rate"),
                kind="rate",
                value=lambda item: item.rate_ppm,
                hint=_("Of what the buyer pays without shipping and tax, by the plan that wins."),
            ),
            Column(name="rate_state", label=_("How long"), kind="badge", value=_rate_state),
            Column(name="stock", label=_("Stock"), kind="number"),
            lists.id_column(),
        ),
        filters=(
            lists.text_filter(),
            lists.category_filter(),
            Filter(
                name="stock",
                label=_("Stock"),
                apply=lambda found, _value: queries.in_stock(found),
                choices=(Choice("yes", _("In stock")),),
            ),
        ),
        sort="-added",
    )
    return respond(request, page, "catalog/studio_goods.html", {"handle": handle}, export=export)


@finder("studio-goods", label=_("Goods with your rate"), places=("studio",))
def find_goods(asked: Asked) -> list[Hit]:
    """Goods on sale that a search finds, at the page that shows what they pay the creator."""
    found, handle = queries.find_on_sale(asked.text, limit=asked.limit), asked.workspace.slug
    return [
        lists.hit(each, reverse("catalog.studio_item", args=[handle, each.public_id]))
        for each in found
    ]


@access("studio")
def item(request: PlatformRequest, handle: str, item: str) -> HttpResponse:
    """An item with its price over time and what it pays this creator, by which plan."""
    at, found = clock.now(), queries.get_item_on_sale(item)
    variants = queries.list_variants(found)
    changes = queries.list_price_changes(found)
    version = queries.winning_plan(found, creator_id=request.workspace.party_id, at=at)
    context = {
        "handle": handle,
        "item": found,
        "state": queries.item_state(found),
        "variants": variants,
        "images": queries.list_images(found),
        "chart": queries.price_chart(found, variants, changes),
        "version": version,
        "next_version": queries.next_version(version, at=at) if version else None,
        "rate_state": queries.rate_state(
            rate_ppm=version.rate_ppm if version else None,
            until=version.valid_to if version else None,
        ),
    }
    return render(request, "catalog/studio_item.html", context)


def _rate_state(item: Any) -> Any:
    return queries.rate_state(rate_ppm=item.rate_ppm, until=item.rate_until)
