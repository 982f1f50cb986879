"""A small fair: two creators, Bao's shop, two months of touches and orders, given as tables.

Ada is under contract with Chen's agency; Xin is paid through an own company. Ada buys once
from her own piece, which is a self-purchase. The facts stand in for the domains that keep them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from wavepool.domains.catalog import operations as catalog
from wavepool.domains.catalog.models import Item
from wavepool.domains.credits.operations import sources
from wavepool.domains.credits.tables import empty
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import (
    Account,
    ChannelAccount,
    Creator,
    Membership,
    Payee,
    Role,
)
from wavepool.domains.policies import operations as policies
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker
from wavepool.plumbing.models import Job
from worlds.people import in_force
from worlds.shelf import make_item

Row = dict[str, Any]
START: Final = datetime(2026, 8, 31, 16, tzinfo=UTC)  # 1 September in Shanghai
DAY: Final = timedelta(days=1)
NIGHT: Final = START + 45 * DAY  # mid-October: both months are open
BUYERS: Final = 900_000


@dataclass
class Fair:
    """The stage; `facts` are the rows of what domains above people and catalog keep."""

    world: Any
    xin: Creator
    item: Item
    accounts: dict[str, ChannelAccount]
    payees: dict[str, Payee]
    lake: Path
    facts: dict[str, list[Row]] = field(default_factory=dict)

    def touch(self, viewer: int, piece: int, at: datetime, **changes: Any) -> Row:
        """Somebody looks at a piece for eight seconds."""
        owner = next(each for each in self.facts["pieces"] if each["piece_id"] == piece)
        row = {
            "touch_id": len(self.facts["touches"]) + 1,
            "viewer_id": viewer,
            "account_id": owner["account_id"],
            "piece_id": piece,
            "channel_id": owner["channel_id"],
            "session_id": None,
            "item_id": self.item.pk,
            "shop_id": self.world.shop.pk,
            "link_id": None,
            "slot": "top",
            "touched_at": ms(at),
            "dwell_ms": 8_000,
            "is_clicked": False,
            "is_saved": False,
            "is_shared": False,
            "is_followed": False,
            "is_disliked": False,
            **changes,
        }
        self.facts["touches"].append(row)
        return row

    def order(self, buyer: int, at: datetime, **changes: Any) -> Row:
        """Somebody buys for ¥100 and has the goods two days later."""
        number = len(self.facts["order_lines"]) + 1
        row = {
            "line_id": number,
            "order_id": number,
            "buyer_id": buyer,
            "shop_id": self.world.shop.pk,
            "item_id": self.item.pk,
            "quantity": 1,
            "currency": "CNY",
            "paid_minor": 10_000,
            "platform_coupon_minor": 0,
            "shipping_minor": 0,
            "tax_minor": 0,
            "paid_at": ms(at),
            "received_at": ms(at + 2 * DAY),
            **changes,
        }
        self.facts["order_lines"].append(row)
        return row

    def write_lake(self) -> None:
        """Write the touches as the lake keeps them: one folder a day."""
        for path in self.lake.glob("touches/*/*.parquet"):
            path.unlink()
        rows = self.facts["touches"]
        for day in sorted({day_of(row) for row in rows}):
            folder = self.lake / "touches" / f"day={day.isoformat()}"
            folder.mkdir(parents=True, exist_ok=True)
            mine = [row for row in rows if day_of(row) == day]
            pq.write_table(table("touches", mine), folder / "part-0.parquet")

    def touch_files(self, first_day: date | None) -> Sequence[Path]:
        """The files of the lake from a day on."""
        first = first_day.isoformat() if first_day else ""
        found = sorted(self.lake.glob("touches/*/*.parquet"))
        return [path for path in found if path.parent.name.removeprefix("day=") >= first]

    def lines_since(self, moment: datetime) -> pa.Table:
        """Order lines paid since a moment."""
        rows = [row for row in self.facts["order_lines"] if row["paid_at"] >= ms(moment)]
        return table("order_lines", rows)

    def pieces_of(self, ids: Collection[int]) -> pa.Table:
        """The pieces of some ids."""
        return table("pieces", [row for row in self.facts["pieces"] if row["piece_id"] in set(ids)])

    def touches_of(self, viewers: Sequence[int], since: datetime) -> pa.Table:
        """Touches of some viewers since a moment."""
        rows = self.facts["touches"]
        return table(
            "touches",
            [r for r in rows if r["viewer_id"] in set(viewers) and r["touched_at"] >= ms(since)],
        )


def make_fair(world: Any, lake: Path, monkeypatch: Any) -> Fair:
    """Set the stage, in the place of whatever else brings facts."""
    policies.install_defaults(actor=MACHINE, as_of=START - 90 * DAY)
    early = START - 60 * DAY
    people.open_agency_payee(world.agency, as_of=early)
    people.open_shop_payee(world.shop, as_of=early)
    holder = Account.objects.create_user("xin@example.com", name="Xin")
    xin = Creator.objects.create(handle="xin", name="Xin's finds")
    Membership.objects.create(account=holder, creator=xin, role=Role.OWNER)
    payees = {
        "ada": _company(world.creator, world.ada, early),
        "xin": _company(xin, holder, early),
        "agency": world.agency.payee,
    }
    in_force(world, as_of=early)
    catalog.add_category(
        slug="tea", name="Tea", name_zh="茶叶", parent="", required_permit="",
        actor=MACHINE, as_of=early,
    )  # fmt: skip
    item = make_item(world.shop, "LJ", "Longjing", "tea", price_minor=10_000)
    catalog.open_plan(
        shop_id=world.shop.pk,
        facts=catalog.PlanFacts(kind="shop", rate_ppm=200_000),
        actor=MACHINE,
        as_of=early,
    )
    fair = Fair(
        world=world,
        xin=xin,
        item=item,
        accounts={name: _account(who, early) for name, who in
                  (("ada", world.creator), ("xin", xin))},
        payees=payees,
        lake=lake,
    )  # fmt: skip
    fair.facts = {name: [] for name in ("touches", "order_lines", "refunds", "feedback")}
    fair.facts["channels"] = [{"channel_id": each, "name": each} for each in ("1", "live")]
    fair.facts["pieces"] = [
        piece(11, fair.accounts["ada"].pk, "article"),
        piece(12, fair.accounts["xin"].pk, "short_video"),
    ]
    _connect(fair, monkeypatch)
    return fair


def two_months(fair: Fair) -> Fair:
    """Twelve buyers look at both pieces and buy; Ada buys from her own, one order is refunded."""
    for number in range(12):
        buyer, day = BUYERS + number, START + (2 + 3 * number) * DAY
        fair.touch(buyer, 11, day)
        fair.touch(buyer, 12, day + timedelta(hours=number % 3), dwell_ms=1_000 * number)
        fair.order(buyer, day + timedelta(hours=5), paid_minor=10_000 + 37 * number)
    ada = fair.world.ada.pk
    fair.touch(ada, 11, START + 5 * DAY)
    fair.order(ada, START + 5 * DAY + timedelta(hours=1), paid_minor=50_000)
    fair.order(BUYERS + 99, START + 6 * DAY)  # organic
    fair.facts["refunds"].append(
        {"refund_id": 1, "line_id": 3, "refund_minor": 5_000,
         "refunded_at": ms(START + 12 * DAY)}
    )  # fmt: skip
    fair.write_lake()
    return fair


def work(at: datetime) -> None:
    """Do every job that waits, with a clock that stands still."""
    Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None).run_until_idle()
    failed = Job.objects.filter(state="failed").values_list("name", "error_message")
    assert list(failed) == [], list(failed)


def table(name: str, rows: list[Row]) -> pa.Table:
    """Rows in the columns that the contract demands and those that they have."""
    return pa.Table.from_pylist(rows, schema=empty(name).schema)


def piece(number: int, account: int, form: str) -> Row:
    """A row of `pieces`."""
    return {
        "piece_id": number,
        "account_id": account,
        "channel_id": "1",
        "format": form,
        "category": "tea",
        "published_at": ms(START - DAY),
        "originality_ppm": 1_000_000,
        "completeness_ppm": 1_000_000,
        "media_quality_ppm": 1_000_000,
        "review_ppm": 1_000_000,
        "ai_share_ppm": 0,
    }


def ms(at: datetime) -> int:
    """A moment as the engine counts."""
    return round(at.timestamp() * 1_000)


def day_of(row: Row) -> date:
    """The UTC day of a touch."""
    return datetime.fromtimestamp(row["touched_at"] / 1_000, UTC).date()


def _company(creator: Creator, holder: Account, at: datetime) -> Payee:
    payee = Payee.objects.create(
        kind="company", name=f"{creator.name} Ltd", holder=holder, created_at=at, verified_at=at,
        trust_days=7,
    )  # fmt: skip
    people.set_payee(creator_id=creator.pk, payee_id=payee.pk, actor=MACHINE, as_of=at)
    return payee


def _account(creator: Creator, at: datetime) -> ChannelAccount:
    return ChannelAccount.objects.create(
        creator=creator, channel="feed", external_id=creator.handle, name=creator.name, since_at=at
    )


def _connect(fair: Fair, monkeypatch: Any) -> None:
    monkeypatch.setattr(sources, "_DOORS", {})
    monkeypatch.setattr(
        sources, "_SOURCES", {name: list(reads) for name, reads in sources._SOURCES.items()}
    )
    for name in ("pieces", "channels", "order_lines", "refunds", "feedback"):
        sources._SOURCES[name] = [lambda name=name: table(name, fair.facts[name])]
    sources.set_touch_files(fair.touch_files)
    sources.set_fresh_facts(
        lines_since=fair.lines_since, touches_of=fair.touches_of, pieces_of=fair.pieces_of
    )
