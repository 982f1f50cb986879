"""A merchant's goods: the list, an item, its variants and whether it sells."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.catalog import forms, operations, queries
from wavepool.domains.catalog.views import lists
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.search import Asked, Hit, finder


@access("merchant")
def goods(request: PlatformRequest, shop: str, export: str = "") -> HttpResponseBase:
    """Everything that the shop sells, or will, or sold."""
    shop_id = request.workspace.party_id
    page = read_list(
        request,
        queries.items_of_shop(shop_id),
        columns=(
            lists.cover_column(),
            lists.title_column("catalog.item", shop, sort="title"),
            Column(name="code", label=gettext_lazy("Reference"), kind="code"),
            Column(name="category", label=gettext_lazy("Category"), value=_category),
            lists.price_column(),
            Column(name="stock", label=gettext_lazy("Stock"), kind="number", sort="stock"),
            Column(
                name="state", label=gettext_lazy("State"), kind="badge", value=queries.item_state
            ),
            lists.id_column(),
        ),
        filters=(lists.text_filter(shop_id), lists.category_filter(), lists.state_filter()),
        sort="-added",
    )
    return respond(
        request, page, "catalog/goods.html", {"export": forms.ExportForm()}, export=export
    )


@finder("own-goods", label=gettext_lazy("Your goods"), places=("merchant",))
def find_own_goods(asked: Asked) -> list[Hit]:
    """Goods of the shop that a search finds, in any state."""
    space = asked.workspace
    found = queries.find_of_shop(asked.text, shop_id=space.party_id, limit=asked.limit)
    return [
        lists.hit(each, reverse("catalog.item", args=[space.slug, each.public_id]))
        for each in found
    ]


@access("merchant")
def item(request: PlatformRequest, shop: str, item: str) -> HttpResponse:
    """An item: its variants, prices over time, permits and the plan that wins."""
    found = queries.access_item(item, shop_id=request.workspace.party_id)
    return render(request, "catalog/item.html", {"shop": shop, **item_page(request, found)})


@access("merchant", read="operate")
def new_item(request: PlatformRequest, shop: str) -> HttpResponse:
    """Add an item as a draft."""
    form = forms.ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = operations.add_item(
                shop_id=request.workspace.party_id,
                facts=form.facts(),
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Added as a draft. Give it a variant, then sell it."))
            return redirect("catalog.item", shop, added.public_id)
    return _form(request, form, "catalog/item_new.html", shop=shop)


@access("merchant", read="operate")
def edit_item(request: PlatformRequest, shop: str, item: str) -> HttpResponse:
    """Change what the shop says of an item."""
    found = queries.access_item(item, shop_id=request.workspace.party_id)
    standing = {
        "title": found.title,
        "code": found.code,
        "category": found.category.slug,
        "description": found.description,
        "version": found.version,
    }
    form = forms.ItemForm(request.POST or None, initial=standing)
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_item(
                public_id=item,
                shop_id=request.workspace.party_id,
                facts=form.facts(),
                version=form.cleaned_data["version"] or 0,
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog.item", shop, item)
    return _form(request, form, "catalog/item_edit.html", shop=shop, item=found)


@access("merchant")
@require_POST
def change_state(request: PlatformRequest, shop: str, item: str, to: str) -> HttpResponse:
    """Put an item on sale, or take it off."""
    change = operations.put_on_sale if to == "on-sale" else operations.take_off_sale
    try:
        change(
            public_id=item,
            shop_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
        )
    except (operations.NothingToSell, operations.PermitMissing) as error:
        messages.error(request, str(error.message))
    return redirect("catalog.item", shop, item)


@access("merchant")
@require_POST
def add_variant(request: PlatformRequest, shop: str, item: str) -> HttpResponse:
    """Add a variant to an item."""
    found = queries.access_item(item, shop_id=request.workspace.party_id)
    form = forms.VariantForm(request.POST, currency=found.shop.currency)
    if form.is_valid():
        try:
            operations.add_variant(
                item_id=item,
                shop_id=found.shop_id,
                facts=form.facts(),
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            return redirect("catalog.item", shop, item)
    context = item_page(request, found) | {"new_variant": form}
    return render(request, "catalog/item.html", context, status=422)


@access("merchant")
@require_POST
def change_price(request: PlatformRequest, shop: str, item: str) -> HttpResponse:
    """Set the price of one variant."""
    found = queries.access_item(item, shop_id=request.workspace.party_id)
    form = forms.PriceForm(request.POST, currency=found.shop.currency)
    if not form.is_valid():
        return _said(request, form, shop=shop, item=item)
    try:
        operations.change_price(
            sku=form.cleaned_data["sku"],
            shop_id=found.shop_id,
            price_minor=form.cleaned_data["price"],
            actor=request.actor,
            as_of=clock.now(),
        )
    except operations.NumberOutOfRange as error:
        messages.error(request, str(error.message))
    return redirect("catalog.item", shop, item)


@access("merchant")
@require_POST
def change_stock(request: PlatformRequest, shop: str, item: str) -> HttpResponse:
    """Add pieces to one variant, or take some away."""
    found = queries.access_item(item, shop_id=request.workspace.party_id)
    form = forms.StockForm(request.POST)
    if not form.is_valid():
        return _said(request, form, shop=shop, item=item)
    try:
        operations.change_stock(
            sku=form.cleaned_data["sku"],
            shop_id=found.shop_id,
            change=form.cleaned_data["change"],
            actor=request.actor,
            as_of=clock.now(),
        )
    except (operations.NumberOutOfRange, operations.StockTooLow) as error:
        messages.error(request, str(error.message))
    return redirect("catalog.item", shop, item)


def _category(item: Any) -> str:
    return str(item.category.label)


def item_page(request: PlatformRequest, item: Any) -> dict[str, Any]:
    """Everything that an item's page shows; the number of queries is fixed."""
    at, currency = clock.now(), item.shop.currency
    variants = queries.list_variants(item)
    changes = queries.list_price_changes(item)
    courses = queries.price_courses(variants, changes)
    ask = forms.AskForm(request.GET if "creator" in request.GET else None)
    candidates, creator = _explained(ask, item, at=at)
    rows = [
        {
            "variant": each,
            "course": courses[each.pk],
            "price": forms.PriceForm(
                currency=currency, initial={"sku": each.sku}, auto_id=f"p{each.pk}_%s"
            ),
            "stock": forms.StockForm(initial={"sku": each.sku}, auto_id=f"s{each.pk}_%s"),
        }
        for each in variants
    ]
    return {
        "item": item,
        "state": queries.item_state(item),
        "images": [
            (each, forms.AltForm(initial={"alt": each.alt}, auto_id=f"{each.file}_%s"))
            for each in queries.list_images(item)
        ],
        "new_image": forms.ImageForm(auto_id="image_%s"),
        "above": queries.list_above(item.category),
        "rows": rows,
        "chart": queries.price_chart(item, variants, changes),
        "missing": queries.labels_of(queries.missing_permits(item, on=at.date())),
        "ask": ask,
        "candidates": candidates,
        "asked_creator": creator,
        "new_variant": forms.VariantForm(currency=currency),
    }


def _explained(ask: Any, item: Any, *, at: Any) -> tuple[tuple[Any, ...], Any]:
    """Who wins the item for the creator and the link that were asked for."""
    said = ask.cleaned_data if ask.is_bound and ask.is_valid() else {}
    creator = people.find_creator(said["creator"]) if said.get("creator") else None
    if said.get("creator") and creator is None:
        ask.add_error("creator", _("There is no creator of that name."))
    candidates = queries.explain_plans(
        item, creator_id=creator.pk if creator else None, link_id=said.get("link", ""), at=at
    )
    return candidates, creator


def _form(request: PlatformRequest, form: Any, template: str, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)


def _said(request: PlatformRequest, form: Any, *, shop: str, item: str) -> HttpResponse:
    """Back to the item, with what was wrong."""
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)
    return redirect("catalog.item", shop, item)
