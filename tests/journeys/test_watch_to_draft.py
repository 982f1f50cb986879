"""One purchase over HTTP: a look, a click, an order, an estimated line, the next day's draft."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from journeys.visiting import Visitor
from wavepool.domains.credits.models import EstimatedLine, Run
from wavepool.domains.orders.models import OrderLine
from worlds.afternoon import Market, make_market, sandbox, work
from worlds.shelf import NOON

ADDRESS = {
    "recipient": "Dong",
    "phone": "1",
    "street": "Lane 4",
    "city": "Hangzhou",
    "country": "CN",
}
NEXT_MORNING = datetime.fromisoformat("2026-11-02T01:30:00+08:00")


@pytest.fixture
def market(world: Any, settings: Any, tmp_path: Path) -> Iterator[Market]:
    settings.DATA_DIR = tmp_path / "data"
    with sandbox(tmp_path / "sandbox"):
        yield make_market(world)


def say(dong: Visitor, name: str, number: int, item: str | None = None) -> None:
    """What the page's script says of its viewer."""
    found = re.search(r'data-word="([^"]+)" data-href="([^"]+)"', dong.text)
    assert found, dong.path
    word, href = map(html.unescape, found.groups())
    body = {"word": word, "name": name, "id": f"say-{number}", "item": item}
    answer = dong.client.post(href, json.dumps(body), content_type="application/json")
    assert answer.status_code < 300, answer.content


@pytest.mark.django_db(transaction=True)
class TestOneAfternoon:
    def test_leads_from_a_look_to_the_next_days_draft(self, market: Market) -> None:
        world = market.world
        with time_machine.travel(NOON, tick=False) as clock:
            dong = Visitor(world.dong)
            dong.open(f"/v/{market.piece.public_id}/")
            say(dong, "Content Viewed", 1)
            for beat in range(2, 5):
                clock.shift(10)
                say(dong, "Content Watched", beat)
            say(dong, "Product Clicked", 5, market.item.public_id)
            dong.follow("Tea cup")
            clock.shift(90)
            dong.press("Add to cart")
            dong.follow("Check out")
            dong.press("Go on", **ADDRESS)
            dong.press("Order")
            dong.press("Pay", instrument="pays")
            assert dong.says("Paid. Thank you.")
            paid = OrderLine.objects.get()
            assert (paid.paid_minor, paid.order.account_id) == (4_900, world.dong.pk)

            # Within seconds: the estimated line in Ada's studio.
            clock.shift(1)
            work(datetime.now(tz=NOON.tzinfo))
            ada = Visitor(world.ada)
            ada.open("/studio/ada/lines/")
            line = EstimatedLine.objects.get()
            assert (line.line_id, line.creator_id) == (paid.pk, world.creator.pk)
            # 20 % of 49 yuan; of it a fifth at once, a tenth for the platform, the rest to the pool.
            assert line.commission_minor == 980
            assert (line.direct_minor, line.fee_minor, line.pool_minor) == (196, 98, 686)
            assert ada.says("Tea cup", "1.96")

        # The next morning: what the day was worth, and the month's draft share.
        with time_machine.travel(NEXT_MORNING, tick=False):
            work(NEXT_MORNING)
            assert Run.objects.get().state == Run.State.DONE, Run.objects.get().failure
            ada = Visitor(world.ada)
            ada.open("/studio/ada/value/")
            assert ada.says("2026-11")
            bao = Visitor(world.bao)
            bao.open("/merchant/bao-tea/orders/")
            assert bao.says(paid.order.public_id)
