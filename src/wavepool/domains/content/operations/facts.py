"""What a creator says of a piece, cleaned and looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.catalog.operations.texts import clean_line, clean_text
from wavepool.domains.content import queries
from wavepool.domains.content.models import MILLION, Disclosure, Format
from wavepool.domains.people import queries as people
from wavepool.plumbing.errors import PlatformError

ITEMS_MAX: Final = 30
_ITEM_ID: Final = re.compile(r"itm_[0-9A-Z]{26}")


class BadPiece(PlatformError):
    """What is said of a piece does not hold together; the pointer names the field."""

    kind = "content.bad_piece"
    status: ClassVar[int] = 422


class ItemsNotFound(PlatformError):
    """Some items are not on sale, or there are too many of them."""

    kind = "content.items_not_found"
    status: ClassVar[int] = 422

    def __init__(self, message: Any, *, items: tuple[str, ...]) -> None:
        super().__init__(message, pointer="/items")
        self.items = items


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceFacts:
    """What a creator says of a piece.

    Attributes:
        account_id: the creator's channel account that publishes it.
        channel: id of the channel in which it is shown.
        format: one of the engine's formats.
        category: slug of a category of the catalog.
        title: at most 120 characters, one line.
        body: at most 20,000 characters, may be empty.
        language: a code of `queries.language_choices`, "" for not said.
        series: public id of one of the creator's series, "" for none.
        disclosure: what ties its maker to what it shows.
        ai_share_ppm: how much of it a machine made.
        items: public ids of items on sale, in the order in which they are shown.
    """

    account_id: int
    channel: str
    format: str
    category: str
    title: str
    body: str = ""
    language: str = ""
    series: str = ""
    disclosure: str = Disclosure.NONE
    ai_share_ppm: int = 0
    items: tuple[str, ...] = ()

    def cleaned(self) -> PieceFacts:
        """The same as content keeps it.

        Raises:
            BadText: a text does not fit.
            BadPiece: a word is none of those that there are, or a share lies outside.
        """
        _one_of(self.format, Format.values, field="format")
        _one_of(self.disclosure, Disclosure.values, field="disclosure")
        languages = [code for code, _label in queries.language_choices()]
        _one_of(self.language, languages, field="language")
        if not 0 <= self.ai_share_ppm <= MILLION:
            raise BadPiece(_("A share lies between nothing and all."), pointer="/ai_share")
        return replace(
            self,
            title=clean_line(self.title, field="title", length=120),
            body=clean_text(self.body, field="body", length=20_000),
            items=tuple(dict.fromkeys(self.items)),
        )


def item_ids_from_text(text: str) -> tuple[str, ...]:
    """Public ids of items, typed as ids or as addresses, one a line.

    Raises:
        BadPiece: a line holds none.
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _ITEM_ID.search(line)
        if match is None:
            message = _("This is no id and no address of an item: %(line)s")
            raise BadPiece(message % {"line": line[:80]}, pointer="/items")
        found.append(match.group())
    return tuple(found)


def columns_of(facts: PieceFacts, *, creator_id: int) -> dict[str, Any]:
    """The columns of a piece that facts set, every name looked up.

    Raises:
        BadPiece: the account is none of the creator's.
        NotFound: there is no such channel, category or series.
    """
    accounts = people.list_channel_accounts(creator_id)
    if facts.account_id not in {each.pk for each in accounts}:
        message = _("This is none of the creator's channel accounts.")
        raise BadPiece(message, pointer="/account")
    series = queries.access_series(facts.series, creator_id=creator_id) if facts.series else None
    return {
        "account_id": facts.account_id,
        "channel": queries.get_channel(facts.channel),
        "format": facts.format,
        "category": catalog.get_category(facts.category).slug,
        "title": facts.title,
        "body": facts.body,
        "language": facts.language,
        "series": series,
        "disclosure": facts.disclosure,
        "ai_share_ppm": facts.ai_share_ppm,
    }


def item_keys(items: tuple[str, ...], *, kept: frozenset[str] = frozenset()) -> list[int]:
    """Keys of items in their order; those already shown may stay when their sale ended.

    Raises:
        ItemsNotFound: one is not on sale, or there are more than a piece shows.
    """
    if len(items) > ITEMS_MAX:
        message = _("A piece shows at most %(most)s items.") % {"most": ITEMS_MAX}
        raise ItemsNotFound(message, items=items[ITEMS_MAX:])
    found = dict(catalog.items_on_sale().filter(public_id__in=items).values_list("public_id", "pk"))
    if kept - found.keys():
        rows = catalog.every_item().filter(public_id__in=kept)
        found |= dict(rows.values_list("public_id", "pk"))
    missing = tuple(each for each in items if each not in found)
    if missing:
        message = _("These are no items on sale: %(items)s.") % {"items": ", ".join(missing)}
        raise ItemsNotFound(message, items=missing)
    return [found[each] for each in items]


def _one_of(word: str, words: Any, *, field: str) -> None:
    if word not in words:
        raise BadPiece(_("There is no such choice."), pointer=f"/{field}")
