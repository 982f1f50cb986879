"""The catalog for programs: goods, stock and plans of a shop."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema, Status

from wavepool.domains.catalog import operations, queries
from wavepool.domains.people import queries as people
from wavepool.plumbing import clock
from wavepool.plumbing.api import (
    Money,
    Page,
    check_party,
    check_version,
    needs,
    page_of,
    with_version,
)
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Column, Filter, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("catalog:read", _("Read goods and commission plans"))
WRITE: Final = register_scope("catalog:write", _("Change goods, prices and stock"))

router = Router(tags=["Catalog"])


class VariantOut(Schema):
    """One form of an item, priced and counted by itself."""

    sku: str
    name: str
    price: Money
    stock: int


class ItemOut(Schema):
    """Something that a shop sells."""

    id: str
    code: str
    title: str
    description: str
    category: str
    state: str
    version: int
    changed_at: datetime
    price_from: Money
    stock: int


class ItemWithVariants(ItemOut):
    """An item and all its variants."""

    variants: list[VariantOut]


class ItemIn(Schema):
    """What a shop says of an item."""

    title: str = Field(max_length=120)
    description: str = Field("", max_length=4_000)
    category: str = Field(max_length=60)


class StockIn(Schema):
    """Pieces that come in, above zero, or go out, below zero."""

    change: int


class PlanOut(Schema):
    """A commission plan and what it pays now and next, in parts per million."""

    id: str
    kind: str
    item: str | None
    category: str | None
    creator: str | None
    link: str | None
    state: str
    rate_ppm: int | None
    until: datetime | None
    next_rate_ppm: int | None


@router.get(
    "/shops/{shop}/items", auth=needs(READ), response=Page[ItemOut], summary="List a shop's goods"
)
def list_items(
    request: PlatformRequest,
    shop: str,
    text: str = "",  # noqa: ARG001  for the description; the list reads it from the address
    state: str = "",  # noqa: ARG001  the same
) -> Any:
    """All goods in any state, the newest first; `text` and `state` narrow them."""
    shop_id = _enter(request, shop, to="view")
    page = read_list(
        request,
        queries.items_of_shop(shop_id),
        columns=(Column(name="added", label="", value=lambda each: each.pk, sort="pk"),),
        filters=(
            Filter(
                name="text",
                label="",
                apply=lambda rows, said: queries.of_shop_with_words(rows, said, shop_id=shop_id),
            ),
            Filter(name="state", label="", apply=lambda rows, said: rows.filter(state=said)),
        ),
        sort="-added",
    )
    return page_of(request, page, _item)


@router.get(
    "/shops/{shop}/items/{code}",
    auth=needs(READ),
    response=ItemWithVariants,
    summary="Read an item",
)
def get_item(request: PlatformRequest, response: HttpResponse, shop: str, code: str) -> Any:
    """The item of this reference with its variants; the ETag names its version."""
    found = queries.access_item_by_code(code, shop_id=_enter(request, shop, to="view"))
    with_version(response, found.version)
    return _with_variants(found)


@router.put(
    "/shops/{shop}/items/{code}",
    auth=needs(WRITE),
    response={200: ItemWithVariants, 201: ItemWithVariants},
    summary="Add or change an item",
)
def put_item(
    request: PlatformRequest, response: HttpResponse, shop: str, code: str, said: ItemIn
) -> Any:
    """Make the item of this reference what is said; a change names the version it is of."""
    shop_id, at = _enter(request, shop, to="operate"), clock.now()
    facts = operations.ItemFacts(
        code=code, title=said.title, description=said.description, category=said.category
    )
    with transaction.atomic():
        standing = queries.find_item_of_shop(code.strip(), shop_id=shop_id)
        if standing is None:
            item = operations.add_item(shop_id=shop_id, facts=facts, actor=request.actor, as_of=at)
        else:
            check_version(request, standing.version)
            item = operations.edit_item(
                public_id=standing.public_id,
                shop_id=shop_id,
                facts=facts,
                version=standing.version,
                actor=request.actor,
                as_of=at,
            )
    with_version(response, item.version)
    return Status(201 if standing is None else 200, _with_variants(item))


@router.post(
    "/shops/{shop}/variants/{sku}/stock",
    auth=needs(WRITE),
    response=VariantOut,
    summary="Change the stock of a variant",
)
def change_stock(request: PlatformRequest, shop: str, sku: str, said: StockIn) -> Any:
    """Add pieces or take some away; the stock never falls below zero."""
    variant = operations.change_stock(
        sku=sku,
        shop_id=_enter(request, shop, to="operate"),
        change=said.change,
        actor=request.actor,
        as_of=clock.now(),
    )
    return _variant(variant, people.get_shop(shop).currency)


@router.get(
    "/shops/{shop}/plans",
    auth=needs(READ),
    response=Page[PlanOut],
    summary="List a shop's commission plans",
)
def list_plans(request: PlatformRequest, shop: str) -> Any:
    """All plans that pay now or were announced, the newest first."""
    at = clock.now()
    plans = queries.plans_of_shop(_enter(request, shop, to="view"))
    page = read_list(
        request,
        queries.plans_standing(plans, at=at),
        columns=(Column(name="opened", label="", value=lambda each: each.pk, sort="pk"),),
        sort="-opened",
    )
    return page_of(request, page, lambda plan: _plan(plan, at=at))


def _enter(request: PlatformRequest, shop: str, *, to: str) -> int:
    """The shop's id, where the key's account has the right there."""
    space = people.access_workspace(kind="merchant", slug=shop, actor=request.actor, to=to)
    assert space.party_id is not None, "a merchant's workspace has a shop"
    check_party(request, kind="merchant", party_id=space.party_id)
    return int(space.party_id)


def _item(item: Any) -> dict[str, Any]:
    return {
        "id": item.public_id,
        "code": item.code,
        "title": item.title,
        "description": item.description,
        "category": item.category.slug,
        "state": item.state,
        "version": item.version,
        "changed_at": item.changed_at,
        "price_from": Money.of(item.price_minor, item.shop.currency),
        "stock": item.stock,
    }


def _with_variants(item: Any) -> dict[str, Any]:
    variants = queries.list_variants(item)
    return _item(item) | {"variants": [_variant(each, item.shop.currency) for each in variants]}


def _variant(variant: Any, currency: str) -> dict[str, Any]:
    price = Money.of(variant.price_minor, currency)
    return {"sku": variant.sku, "name": variant.name, "price": price, "stock": variant.stock}


def _plan(plan: Any, *, at: datetime) -> dict[str, Any]:
    now, later = queries.rates_of(plan, at=at)
    return {
        "id": plan.public_id,
        "kind": plan.kind,
        "item": plan.item.public_id if plan.item else None,
        "category": plan.category.slug if plan.category else None,
        "creator": plan.creator.handle if plan.creator else None,
        "link": plan.link_id or None,
        "state": queries.plan_state(plan, at=at).name,
        "rate_ppm": now.rate_ppm if now else None,
        "until": now.valid_to if now else None,
        "next_rate_ppm": later.rate_ppm if later else None,
    }
