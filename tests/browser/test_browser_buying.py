"""Buying in a real browser: from an item's page to a paid order, on a phone, without a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import Look, axe_faults, check_width, load_axe, shoot, sign_in
from browser.conftest import Open
from wavepool.domains.orders import operations
from wavepool.domains.orders.models import Order
from worlds.cast import make_cast
from worlds.shelf import make_shelf
from worlds.till import Till, make_till

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.must_run]


@pytest.fixture
def till(transactional_db: None, tmp_path: Path) -> Iterator[Till]:
    made = make_till(make_shelf(make_cast()), tmp_path / "sandbox")
    before = operations.find_provider()
    operations.use_provider(made.provider)
    yield made
    operations.use_provider(before)


def look_at(page: Page, name: str) -> None:
    """A picture where they are wanted; no fault and no sideways scrolling anywhere."""
    shoot(page, f"buying-{name}")
    load_axe(page)
    faults = list(axe_faults(page))
    assert faults == [], name
    check_width(page)


class TestBuying:
    @pytest.mark.parametrize("width", [320, 1280])
    def test_ends_in_a_paid_order(
        self, till: Till, open_page: Open, live_server: LiveServer, width: int
    ) -> None:
        with open_page(Look(width=width)) as page:
            sign_in(page, till.world.dong, address=live_server.url)
            page.goto(f"/p/{till.shelf.cup.public_id}/")
            look_at(page, f"item-{width}")
            page.get_by_label("Pieces").fill("2")
            page.get_by_role("button", name="Add to cart").click()
            look_at(page, f"cart-{width}")
            page.get_by_role("link", name="Check out").click()
            for label in ("Recipient", "Phone", "Street and number", "City"):
                page.get_by_label(label).fill(label)
            look_at(page, f"address-{width}")
            page.get_by_role("button", name="Go on").click()
            look_at(page, f"review-{width}")
            page.get_by_role("button", name="Order").click()
            look_at(page, f"pay-{width}")
            page.get_by_role("button", name="Pay").click()
            look_at(page, f"paid-{width}")
            order = Order.objects.get()
            assert (order.state, order.total_minor) == ("paid", 9_800)
            page.get_by_role("link", name=order.public_id).click()
            page.get_by_text("Ask for money back").click()
            look_at(page, f"order-{width}")
            sign_in(page, till.world.bao, address=live_server.url)
            page.goto(f"/merchant/bao-tea/orders/{order.public_id}/")
            look_at(page, f"merchant-{width}")
