"""Addresses of orders, by area."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.orders.views import cart, checkout, orders
from wavepool.domains.orders.views import merchant as shop_pages
from wavepool.domains.orders.views import staff as staff_pages
from wavepool.plumbing.lists import list_paths

public = [
    path("cart/", cart.cart, name="orders.cart"),
    path("cart/add/", cart.add, name="orders.add_to_cart"),
    path("cart/change/", cart.change, name="orders.change_cart"),
    path("cart/confirm/", cart.confirm, name="orders.confirm_prices"),
    path("cart/take-along/", cart.take_along, name="orders.take_cart_along"),
    path("checkout/", checkout.address, name="orders.address"),
    path("checkout/review/", checkout.review, name="orders.review"),
    path("checkout/callback/", checkout.callback, name="orders.callback"),
    path("checkout/<slug:purchase>/", checkout.purchase, name="orders.purchase"),
    path("checkout/<slug:purchase>/pay/", checkout.pay, name="orders.pay"),
    *list_paths("orders", orders.orders, name="orders.orders"),
    path("orders/<slug:order>/", orders.order, name="orders.order"),
    path("orders/<slug:order>/receive/", orders.receive, name="orders.receive"),
    path("orders/<slug:order>/refund/", orders.refund, name="orders.refund"),
    path("orders/<slug:order>/cancel/", orders.cancel, name="orders.cancel"),
    path("orders/<slug:order>/complain/", orders.complain, name="orders.complain"),
    path("orders/<slug:order>/rate/", orders.rate, name="orders.rate"),
    path(
        "orders/<slug:order>/complaints/<slug:complaint>/solved/",
        orders.end_complaint,
        {"to": "solved"},
        name="orders.close_complaint",
    ),
    path(
        "orders/<slug:order>/complaints/<slug:complaint>/unsolved/",
        orders.end_complaint,
        {"to": "unsolved"},
        name="orders.escalate_complaint",
    ),
]
merchant = [
    *list_paths("orders", shop_pages.orders, name="orders.merchant_orders"),
    path("orders/<slug:order>/", shop_pages.order, name="orders.merchant_order"),
    path("orders/<slug:order>/ship/", shop_pages.ship, name="orders.ship"),
    path(
        "orders/<slug:order>/refunds/<slug:refund>/grant/",
        shop_pages.answer_refund,
        {"to": "grant"},
        name="orders.grant_refund",
    ),
    path(
        "orders/<slug:order>/refunds/<slug:refund>/refuse/",
        shop_pages.answer_refund,
        {"to": "refuse"},
        name="orders.refuse_refund",
    ),
    *list_paths("complaints", shop_pages.complaints, name="orders.merchant_complaints"),
    path("complaints/<slug:complaint>/", shop_pages.complaint, name="orders.merchant_complaint"),
]
staff = [
    *list_paths("orders", staff_pages.orders, name="orders.staff_orders"),
    path("orders/<slug:order>/", staff_pages.order, name="orders.staff_order"),
    *list_paths("complaints", staff_pages.complaints, name="orders.staff_complaints"),
    path("complaints/<slug:complaint>/", staff_pages.complaint, name="orders.staff_complaint"),
    *list_paths("payments", staff_pages.payments, name="orders.payments"),
    path("payments/<slug:payment>/", staff_pages.payment, name="orders.payment"),
]
