"""Goods as everybody sees them: products, categories, shops."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.views import lists
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Column, ListPage, read_list, respond
from wavepool.plumbing.panels import panels_on
from wavepool.plumbing.routes import access
from wavepool.plumbing.search import Asked, Hit, finder


@access("public")
def product(request: HttpRequest, item: str) -> HttpResponse:
    """A product: what it is, what it costs, who sells it."""
    found = queries.get_item_on_sale(item)
    context = {
        "item": found,
        "state": queries.item_state(found),
        "variants": queries.list_variants(found),
        "images": queries.list_images(found),
        "above": queries.list_above(found.category),
        "panels": panels_on("product", request=request, subject=found, at=clock.now()),
    }
    return render(request, "catalog/product.html", context)


@access("public")
def categories(request: HttpRequest) -> HttpResponse:
    """The whole tree."""
    return render(request, "catalog/categories.html", {"tree": queries.list_categories()})


@access("public")
def category(request: HttpRequest, category: str, export: str = "") -> HttpResponseBase:
    """What is on sale in a category and below it."""
    found = queries.get_category(category)
    page = _list(request, queries.in_category(queries.items_on_sale(), category))
    context = {
        "category": found,
        "above": queries.list_above(found)[:-1],
        "children": queries.list_children(found),
    }
    return respond(request, page, "catalog/category.html", context, export=export)


@access("public")
def shop(request: HttpRequest, shop: str, export: str = "") -> HttpResponseBase:
    """A shop and what it sells."""
    found = people.get_shop(shop)
    page = _list(request, queries.items_of_shop_on_sale(found.pk))
    return respond(request, page, "catalog/shop.html", {"shop": found}, export=export)


@finder("shops", label=_("Shops"), places=("public",))
def find_shops(asked: Asked) -> list[Hit]:
    """Shops that a search finds."""
    return [
        Hit(title=each.name, href=reverse("catalog.shop", args=[each.slug]))
        for each in people.find_shops(asked.text, limit=asked.limit)
    ]


@finder("goods", label=_("Goods"), places=("public",))
def find_goods(asked: Asked) -> list[Hit]:
    """Goods on sale that a search finds."""
    found = queries.find_on_sale(asked.text, limit=asked.limit)
    return [lists.hit(item, reverse("catalog.product", args=[item.public_id])) for item in found]


def _list(request: HttpRequest, rows: Any) -> ListPage:
    return read_list(
        request,
        rows,
        columns=(
            lists.cover_column(),
            lists.title_column("catalog.product"),
            Column(name="shop", label=_("Shop"), value=lambda item: item.shop.name),
            lists.price_column(),
            Column(name="state", label=_("State"), kind="badge", value=queries.item_state),
            lists.id_column(),
        ),
        filters=(lists.text_filter(),),
        sort="-added",
    )
