"""Addresses of the catalog, by area."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.catalog.views import files, goods, images, permits, plans
from wavepool.domains.catalog.views import public as public_pages
from wavepool.domains.catalog.views import staff as staff_pages
from wavepool.domains.catalog.views import studio as studio_pages
from wavepool.plumbing.lists import list_paths

public = [
    path("p/<slug:item>/", public_pages.product, name="catalog.product"),
    path("categories/", public_pages.categories, name="catalog.categories"),
    *list_paths("categories/<slug:category>", public_pages.category, name="catalog.category"),
    *list_paths("s/<slug:shop>", public_pages.shop, name="catalog.shop"),
]
studio = [
    *list_paths("goods", studio_pages.goods, name="catalog.studio_goods"),
    path("goods/<slug:item>/", studio_pages.item, name="catalog.studio_item"),
]
merchant = [
    *list_paths("goods", goods.goods, name="catalog.goods"),
    path("goods/new/", goods.new_item, name="catalog.new_item"),
    path("goods/export/", files.export, {"subject": "goods"}, name="catalog.goods_export"),
    path("goods/<slug:item>/", goods.item, name="catalog.item"),
    path("goods/<slug:item>/edit/", goods.edit_item, name="catalog.edit_item"),
    path(
        "goods/<slug:item>/on-sale/",
        goods.change_state,
        {"to": "on-sale"},
        name="catalog.put_on_sale",
    ),
    path(
        "goods/<slug:item>/off-sale/",
        goods.change_state,
        {"to": "off-sale"},
        name="catalog.take_off_sale",
    ),
    path("goods/<slug:item>/variants/", goods.add_variant, name="catalog.add_variant"),
    path("goods/<slug:item>/images/", images.add_image, name="catalog.add_image"),
    path(
        "goods/<slug:item>/images/<slug:image>/",
        images.describe_image,
        name="catalog.describe_image",
    ),
    path(
        "goods/<slug:item>/images/<slug:image>/earlier/",
        images.move_image,
        {"places": -1},
        name="catalog.image_earlier",
    ),
    path(
        "goods/<slug:item>/images/<slug:image>/later/",
        images.move_image,
        {"places": 1},
        name="catalog.image_later",
    ),
    path(
        "goods/<slug:item>/images/<slug:image>/remove/",
        images.remove_image,
        name="catalog.remove_image",
    ),
    path("goods/<slug:item>/price/", goods.change_price, name="catalog.change_price"),
    path("goods/<slug:item>/stock/", goods.change_stock, name="catalog.change_stock"),
    *list_paths("plans", plans.plans, name="catalog.plans"),
    path("plans/new/", plans.new_plan, name="catalog.new_plan"),
    path("plans/export/", files.export, {"subject": "plans"}, name="catalog.plans_export"),
    path("plans/<slug:plan>/", plans.plan, name="catalog.plan"),
    path("plans/<slug:plan>/rate/", plans.change_rate, name="catalog.change_rate"),
    path("plans/<slug:plan>/end/", plans.end_plan, name="catalog.end_plan"),
    *list_paths("permits", permits.permits, name="catalog.permits"),
    path("permits/new/", permits.new_permit, name="catalog.new_permit"),
    *list_paths("imports", files.imports, name="catalog.imports"),
    path("imports/new/", files.new_import, name="catalog.new_import"),
    path("imports/<slug:batch>/", files.import_, name="catalog.import"),
    path(
        "imports/<slug:batch>/apply/",
        files.decide_import,
        {"to": "apply"},
        name="catalog.apply_import",
    ),
    path(
        "imports/<slug:batch>/discard/",
        files.decide_import,
        {"to": "discard"},
        name="catalog.discard_import",
    ),
    path(
        "imports/<slug:batch>/wrong-rows.<str:format>", files.wrong_rows, name="catalog.wrong_rows"
    ),
]
staff = [
    *list_paths("catalog", staff_pages.catalog, name="catalog.staff"),
    path("catalog/tree/", staff_pages.tree, name="catalog.tree"),
    path("catalog/tree/<slug:category>/", staff_pages.edit_category, name="catalog.edit_category"),
    *list_paths("permits", permits.permits_to_review, name="catalog.permits_staff"),
    path("permits/<slug:permit>/", permits.permit, name="catalog.permit"),
    path(
        "permits/<slug:permit>/approve/",
        permits.review_permit,
        {"to": "approve"},
        name="catalog.approve_permit",
    ),
    path(
        "permits/<slug:permit>/refuse/",
        permits.review_permit,
        {"to": "refuse"},
        name="catalog.refuse_permit",
    ),
    path(
        "permits/<slug:permit>/revoke/",
        permits.review_permit,
        {"to": "revoke"},
        name="catalog.revoke_permit",
    ),
]
