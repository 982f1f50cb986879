"""Rows of goods: one row is one variant, its item's facts beside it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Category, Item, Variant
from wavepool.domains.catalog.operations.imports.goods_writing import GoodsWriter
from wavepool.domains.catalog.operations.imports.judging import (
    Doing,
    Judged,
    RowWrong,
    Values,
    compared,
    needed,
    wrong,
)
from wavepool.domains.catalog.operations.items import ItemFacts, PermitMissing
from wavepool.domains.catalog.operations.variants import VariantFacts
from wavepool.domains.catalog.queries import permit_kinds_held, required_permits
from wavepool.engine.money import MoneyError, format_minor, minor_from_text
from wavepool.plumbing.errors import PlatformError

COLUMNS = (
    "item",
    "title",
    "description",
    "category",
    "state",
    "sku",
    "variant",
    "price",
    "currency",
    "stock",
)
_OF_ITEM = ("title", "description", "category", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsRow:
    """A row that keeps every rule: its item, its variant, and both as they would stand."""

    item: ItemFacts
    variant: VariantFacts
    state: str
    after: dict[str, str]
    before: dict[str, str] | None


class Shelf:
    """A shop's goods as far as some rows name them, read in six queries."""

    def __init__(self, rows: list[Values], doing: Doing, *, currency: str) -> None:
        codes = {_code(row) for row in rows}
        skus = {row.get("sku", "").strip() for row in rows}
        self.currency = currency
        self.categories = {each.slug: each for each in Category.objects.all()}
        found = Variant.objects.filter(shop_id=doing.shop_id, sku__in=skus)
        self.variants = {each.sku: each for each in found.select_related("item__category")}
        items = Item.objects.filter(shop_id=doing.shop_id, code__in=codes)
        self.items = {each.code: each for each in items.select_related("category")}
        for variant in self.variants.values():
            variant.item = self.items.setdefault(variant.item.code, variant.item)
        self.asked = required_permits({each.pk for each in self.categories.values()})
        self.held = permit_kinds_held(doing.shop_id, on=doing.as_of.date())
        #: What earlier rows of the same file said of an item, and which row named a variant.
        self.said: dict[str, dict[str, str]] = {}
        self.named: set[str] = set()

    def read(self, values: Values) -> GoodsRow:
        """A row as it would stand.

        Raises:
            PlatformError: one of the rules that it breaks.
        """
        sku = needed(values, "sku")
        if sku in self.named:
            raise RowWrong(
                _("An earlier row has this stock number."), rule="catalog.sku_twice", field="sku"
            )
        variant = self.variants.get(sku)
        code = values.get("item", "").strip() or (variant.item.code if variant else sku)
        if variant is not None and variant.item.code != code:
            message = _("This stock number belongs to the item %(code)s.")
            raise RowWrong(
                message % {"code": variant.item.code}, rule="catalog.sku_elsewhere", field="sku"
            )
        item = self.items.get(code)
        before = _standing(item, variant, self.currency)
        row = self._checked(values, code=code, sku=sku, before=before)
        self._agree(code, row.after)
        self.named.add(sku)
        return row

    def _checked(self, values: Values, *, code: str, sku: str, before: dict[str, str]) -> GoodsRow:
        def told(name: str, default: str = "") -> str:
            """A cell; a column that the file lacks leaves what stands."""
            return values[name].strip() if name in values else before.get(name, default)

        currency = told("currency") or self.currency
        if currency != self.currency:
            message = _("Your shop sells in %(currency)s.") % {"currency": self.currency}
            raise RowWrong(message, rule="catalog.other_currency", field="currency")
        facts = ItemFacts(
            code=code,
            title=told("title"),
            description=told("description"),
            category=self._category(told("category")),
        ).cleaned()
        variant = VariantFacts(
            sku=sku,
            name=told("variant"),
            price_minor=_price(told("price"), self.currency),
            stock=_stock(told("stock", "0") or "0"),
        ).cleaned()
        state = self._state(told("state", Item.State.DRAFT) or Item.State.DRAFT, facts.category)
        after = _as_cells(facts, variant, state=state, currency=self.currency)
        is_known = "sku" in before
        return GoodsRow(
            item=facts,
            variant=variant,
            state=state,
            after=after,
            before=before if is_known else None,
        )

    def _category(self, slug: str) -> str:
        if slug not in self.categories:
            message = _("There is no category %(slug)s.") % {"slug": slug}
            raise RowWrong(message, rule="catalog.no_such_category", field="category")
        return slug

    def _state(self, state: str, category: str) -> str:
        if state not in Item.State.values:
            message = _("A state is one of: %(states)s.")
            raise RowWrong(
                message % {"states": ", ".join(Item.State.values)},
                rule="catalog.no_such_state",
                field="state",
            )
        missing = self.asked[self.categories[category].pk] - self.held
        if state == Item.State.ON_SALE and missing:
            raise PermitMissing(sorted(missing))
        return state

    def _agree(self, code: str, after: dict[str, str]) -> None:
        """Rows of one item must say the same of it."""
        mine = {name: after[name] for name in _OF_ITEM}
        said = self.said.setdefault(code, mine)
        for name, value in mine.items():
            if said[name] != value:
                message = _("An earlier row says something else of the item %(code)s.")
                raise RowWrong(message % {"code": code}, rule="catalog.item_said_twice", field=name)


class Goods:
    """Rows of goods, in and out."""

    columns: tuple[str, ...] = COLUMNS
    required: tuple[str, ...] = ("sku",)

    def __init__(self, currency: str) -> None:
        self.currency = currency

    def judge(self, rows: list[Values], doing: Doing) -> list[Judged]:
        """Say of each row what applying it would do."""
        shelf = Shelf(rows, doing, currency=self.currency)
        return [_judge(shelf, row)[0] for row in rows]

    def apply(self, rows: list[Values], doing: Doing) -> list[Judged]:
        """Write each row that can be written; the goods they name are held until then."""
        named = Q(code__in={_code(row) for row in rows})
        named |= Q(variants__sku__in={row.get("sku", "").strip() for row in rows})
        held = Item.objects.filter(pk__in=Item.objects.filter(named, shop_id=doing.shop_id))
        list(held.select_for_update().order_by("pk").values_list("pk"))
        shelf = Shelf(rows, doing, currency=self.currency)
        writer = GoodsWriter(doing, categories=shelf.categories)
        done = []
        for values in rows:
            judged, row = _judge(shelf, values)
            if row is not None and judged.effect in {"new", "changed"}:
                try:
                    writer.take(
                        row.item,
                        row.variant,
                        state=row.state,
                        item=shelf.items.get(row.item.code),
                        known=shelf.variants.get(row.variant.sku),
                    )
                except PlatformError as error:
                    judged = wrong(error)
            done.append(judged)
        writer.write()
        return done

    def export(self, doing: Doing) -> list[list[str]]:
        """Every variant of a shop, its item's facts beside it."""
        variants = Variant.objects.filter(shop_id=doing.shop_id).select_related("item__category")
        rows = []
        for each in variants.order_by("item_id", "pk").iterator(chunk_size=2_000):
            cells = _standing(each.item, each, self.currency)
            rows.append([cells[name] for name in COLUMNS])
        return rows


def _judge(shelf: Shelf, values: Values) -> tuple[Judged, GoodsRow | None]:
    try:
        row = shelf.read(values)
    except PlatformError as error:
        return wrong(error), None
    return compared(row.before, row.after), row


def _code(values: Values) -> str:
    return values.get("item", "").strip() or values.get("sku", "").strip()


def _standing(item: Item | None, variant: Variant | None, currency: str) -> dict[str, str]:
    """The cells of an item and a variant as they stand; those of the variant may lack."""
    cells: dict[str, str] = {}
    if item is not None:
        cells |= {
            "item": item.code,
            "title": item.title,
            "description": item.description,
            "category": item.category.slug,
            "state": item.state,
        }
    if variant is not None:
        cells |= {
            "sku": variant.sku,
            "variant": variant.name,
            "price": format_minor(variant.price_minor, currency),
            "currency": currency,
            "stock": str(variant.stock),
        }
    return cells


def _as_cells(
    item: ItemFacts, variant: VariantFacts, *, state: str, currency: str
) -> dict[str, str]:
    return {
        "item": item.code,
        "title": item.title,
        "description": item.description,
        "category": item.category,
        "state": str(state),
        "sku": variant.sku,
        "variant": variant.name,
        "price": format_minor(variant.price_minor, currency),
        "currency": currency,
        "stock": str(variant.stock),
    }


def _price(text: str, currency: str) -> int:
    try:
        return minor_from_text(text, currency)
    except MoneyError as error:
        message = _("Write the price as a number like 12.50.")
        raise RowWrong(message, rule="catalog.price_unreadable", field="price") from error


def _stock(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 13):
        message = _("Write the stock as a whole number.")
        raise RowWrong(message, rule="catalog.stock_unreadable", field="stock")
    return int(text)
