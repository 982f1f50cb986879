"""Shapes that every part of the API uses: money, pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import model_validator

from wavepool.engine.money import MoneyError, format_minor, minor_from_text
from wavepool.plumbing.lists import ListPage

Item = TypeVar("Item")


class Money(Schema):
    """An amount as text, so that no reader rounds it, and its currency."""

    amount: str = Field(pattern=r"^-?\d{1,16}(\.\d{1,4})?$", examples=["12.34"])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])

    @model_validator(mode="after")
    def is_an_amount_of_its_currency(self) -> Self:
        """Refuse fractions of a minor unit and unknown currencies."""
        try:
            minor_from_text(self.amount, self.currency)
        except MoneyError as error:
            raise ValueError(str(error)) from error
        return self

    @property
    def minor(self) -> int:
        """The amount in minor units."""
        return minor_from_text(self.amount, self.currency)

    @classmethod
    def of(cls, amount_minor: int, currency: str) -> Money:
        """The money of an amount in minor units.

        >>> Money.of(1234, "CNY").amount, Money.of(1234, "JPY").amount
        ('12.34', '1234')
        """
        return cls(amount=format_minor(amount_minor, currency), currency=currency)


class Page(Schema, Generic[Item]):
    """One page of a list; the links are addresses of the neighbouring pages."""

    previous: str | None
    next: str | None
    results: list[Item]


def page_of(request: HttpRequest, page: ListPage, item: Callable[[Any], Any]) -> dict[str, Any]:
    """A list page as the API answers it: links and results.

    Args:
        request: whose host the links name.
        page: what `plumbing.lists.read_list` read.
        item: makes a result of a record.
    """

    def link(query: str | None) -> str | None:
        return None if query is None else request.build_absolute_uri(f"{page.path}?{query}")

    return {
        "previous": link(page.previous),
        "next": link(page.next),
        "results": [item(row.record) for row in page.rows],
    }
