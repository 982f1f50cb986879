"""A large market in the site's own store, and its lists opened again and again."""

from __future__ import annotations

import statistics
import time
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  Django is ready only now
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from wavepool.domains.catalog import operations, queries  # noqa: E402
from wavepool.domains.catalog.models import Item  # noqa: E402
from wavepool.domains.people.models import (  # noqa: E402
    Account,
    Creator,
    Membership,
    Shop,
    StaffTeam,
)
from wavepool.plumbing import clock  # noqa: E402
from wavepool.plumbing.actor import MACHINE  # noqa: E402
from wavepool.plumbing.lists.cursors import Cursor  # noqa: E402

CATEGORIES = 40
SHOPS = 1_000
# How deep the far pages lie, as a share of all rows.
DEEP = 0.9


def measure(*, rows: int, repeats: int) -> dict[str, Any]:
    """Fill the store where it is empty, then time every list."""
    started = time.monotonic()
    call_command("migrate", verbosity=0)
    if not Item.objects.exists():
        fill(rows)
    filled_s = time.monotonic() - started
    return {"filled_s": filled_s, "lists": [timed(*each, repeats=repeats) for each in cases()]}


def fill(rows: int) -> None:
    """Goods, words, plans and creators, by SQL; half of the goods are one shop's."""
    at = clock.now()
    for number in range(CATEGORIES):
        operations.add_category(
            slug=f"c{number}",
            name=f"Category {number}",
            name_zh="",
            parent="",
            required_permit="",
            actor=MACHINE,
            as_of=at,
        )
    Shop.objects.bulk_create(
        Shop(slug="bao" if n == 0 else f"shop-{n}", name=f"Shop {n}") for n in range(SHOPS)
    )
    shop, category = Shop.objects.get(slug="bao").pk, queries.get_category("c0").pk
    _cast(shop)
    _rows_by_sql(rows, shop=shop, category=category)
    for row in Shop.objects.order_by("pk"):
        facts = operations.PlanFacts(kind="shop", rate_ppm=100_000)
        operations.open_plan(shop_id=row.pk, facts=facts, actor=MACHINE, as_of=at)
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _cast(shop: int) -> None:
    """Whoever opens the lists."""
    owner = {"role": "owner"}
    creator = Creator.objects.create(handle="ada", name="Ada")
    team = StaffTeam.objects.create(slug="operations", name="Operations")
    for name, party in (
        ("bao", {"shop_id": shop}),
        ("ada", {"creator": creator}),
        ("eve", {"team": team}),
    ):
        account = Account.objects.create_user(f"{name}@example.com", name=name)
        Membership.objects.create(account=account, **party, **owner)


def _rows_by_sql(rows: int, *, shop: int, category: int) -> None:
    """Goods, their words and creators, each by one statement."""
    series = (
        f"select value as n from generate_series(1, {rows}) as s(value)"
        if connection.vendor == "postgresql"
        else "with recursive s(n) as (select 1 union all select n + 1 from s"
        f" where n < {rows}) select n from s"
    )
    on_shop = f"case when n % 2 = 0 then {shop} else {shop} + n % {SHOPS} end"
    made = "'2026-01-01 00:00:00+00:00'"
    padded = "substr('0000000000' || cast(n as text), -10)"
    if connection.vendor == "postgresql":
        padded = "lpad(n::text, 10, '0')"
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into catalog_item (public_id, shop_id, code, title, description, category_id,"
            " state, state_why, price_minor, stock, version, created_at, changed_at, cover, cover_alt)"
            f" select 'itm_' || {padded}, {on_shop}, 'I' || cast(n as text),"
            f" 'Tea ' || cast(n as text), '', {category} + n % {CATEGORIES}, 'on_sale', '',"
            f" (n * 7919) % 100000, n % 50, 1, {made}, {made}, '', '' from ({series}) as t"
        )
        for word in ("'w' || cast(n % 1000 as text)", "'tea'"):
            cursor.execute(
                "insert into catalog_itemword (item_id, shop_id, word)"
                f" select n, {on_shop}, {word} from ({series}) as t"
            )
        cursor.execute(
            "insert into people_creator (handle, name, kind, bio, created_at"
            f"{_more_of(Creator)[0]})"
            f" select 'c' || cast(n as text), 'Creator ' || cast(n as text), 'talent', '', {made}"
            f"{_more_of(Creator)[1]} from ({series}) as t"
        )


def _more_of(model: Any) -> tuple[str, str]:
    """Columns that a model has beyond those named here, at their defaults."""
    named = {"id", "handle", "name", "kind", "bio", "created_at"}
    names, values = "", ""
    for field in model._meta.concrete_fields:
        if field.column in named or field.null:
            continue
        default = field.get_default()
        names += f", {field.column}"
        values += f", {default}" if isinstance(default, int) else f", '{default or ''}'"
    return names, values


def cases() -> list[tuple[str, str, str]]:
    """What is opened, by whom, at which address."""
    middle = Item.objects.filter(shop__slug="bao").order_by("-pk")
    far = middle[int(middle.count() * DEEP)]
    by_price = Item.objects.filter(shop__slug="bao").order_by("price_minor", "pk")
    dear = by_price[int(by_price.count() * DEEP)]
    strange = Creator.objects.order_by("name", "pk")
    person = strange[int(strange.count() * DEEP)]
    at = Cursor("-added", far.pk, far.pk).write()
    at_price = Cursor("price", dear.price_minor, dear.pk).write()
    at_name = Cursor("name", person.name, person.pk).write()
    goods, studio, creators = (
        "/merchant/bao/goods/",
        "/studio/ada/goods/",
        "/staff/people/creators/",
    )
    return [
        ("a shop's goods", "bao", goods),
        ("a shop's goods, far in", "bao", f"{goods}?cursor={at}"),
        ("a shop's goods by price", "bao", f"{goods}?sort=price"),
        ("a shop's goods by price, far in", "bao", f"{goods}?sort=price&cursor={at_price}"),
        ("a shop's goods of a category", "bao", f"{goods}?category=c1"),
        ("a shop's goods with two words", "bao", f"{goods}?text=w8+tea"),
        ("all goods with a creator's rate", "ada", studio),
        ("all goods with a creator's rate, far in", "ada", f"{studio}?cursor={at}"),
        ("all goods of a category", "ada", f"{studio}?category=c1"),
        ("all goods with a word", "ada", f"{studio}?text=w7"),
        ("all creators", "eve", creators),
        ("all creators by name, far in", "eve", f"{creators}?sort=name&cursor={at_name}"),
    ]


def timed(name: str, who: str, address: str, *, repeats: int) -> dict[str, Any]:
    """Open an address again and again, after two times that do not count."""
    client = Client()
    client.force_login(
        Account.objects.get(email=f"{who}@example.com"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    client.get(address)
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  Django's signature
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(address)
    if answer.status_code != 200:
        return {"name": name, "status": answer.status_code}
    walls = []
    for _ in range(repeats):
        wall = time.perf_counter()
        client.get(address)
        walls.append((time.perf_counter() - wall) * 1_000)
    cuts = statistics.quantiles(walls, n=100, method="inclusive")
    return {
        "name": name,
        "status": 200,
        "p50_ms": cuts[49],
        "p99_ms": cuts[98],
        "per_s": 1_000 * len(walls) / sum(walls),
        "queries": len(asked),
    }
