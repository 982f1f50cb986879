"""Words: what a search looks for, the same in every database.

No database of ours searches Chinese by itself, so whoever is to be found keeps
rows of words in an indexed table of its own, and a search asks for these.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

_WORD: Final = re.compile(r"\w+")
# Scripts that write without spaces: kana, Han, and Han beyond the basic plane.
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD_LENGTH: Final = 64
_WORDS_MAX: Final = 40
_ASKED_MAX: Final = 8
# Behind every character that a word can hold.
_LAST: Final = "\U0010ffff"
#: A beginning alone is looked for among so many words; who types on narrows it down.
CANDIDATES: Final = 2_000


def words_of(text: str) -> tuple[str, ...]:
    """Words of a text, to be kept: spaced scripts by word, unspaced ones by pairs of characters.

    The last character of an unspaced run stands alone too, so that each of its
    characters begins a word. At most 40, each once, folded so that letter case
    and width do not matter.

    >>> words_of("Tea-set, GREEN tea")
    ('tea', 'set', 'green')
    >>> words_of("龙井茶 2026")
    ('龙井', '井茶', '茶', '2026')
    """
    found: dict[str, None] = {}
    for piece, is_unspaced in _runs(text):
        whole = [piece[n : n + 2] for n in range(len(piece))] if is_unspaced else [piece]
        found |= {each[:_WORD_LENGTH]: None for each in whole}
    return tuple(found)[:_WORDS_MAX]


def asked_words(text: str) -> tuple[str, ...]:
    """Words that a search for a text must meet: pairs of unspaced characters, words of others.

    >>> asked_words("龙井茶 tea"), asked_words("茶")
    (('龙井', '井茶', 'tea'), ('茶',))
    """
    found: dict[str, None] = {}
    for piece, is_unspaced in _runs(text):
        pairs = [piece[n : n + 2] for n in range(max(1, len(piece) - 1))]
        found |= {each[:_WORD_LENGTH]: None for each in (pairs if is_unspaced else [piece])}
    return tuple(found)[:_ASKED_MAX]


def beginning_with(field: str, text: str) -> Q:
    """Rows whose field begins with a text, by an index: a range on SQLite, LIKE on PostgreSQL.

    SQLite orders texts by code point and its LIKE uses no such index; PostgreSQL
    orders them by language, but its index of patterns serves LIKE.
    """
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST})


def with_words(rows: QuerySet[Any], text: str, **same: Any) -> QuerySet[Any]:
    """Rows that have every word of a text; a single unspaced character begins one.

    Args:
        rows: rows whose words stand behind the relation `words`.
        same: conditions on the words themselves, e.g. `shop_id=7`.
    """
    for word in asked_words(text):
        if len(word) == 1 and _UNSPACED.fullmatch(word):
            rows = rows.filter(pk__in=_owners(rows, word, same))
        else:
            rows = _with_word(rows, word, same)
    return rows


def with_beginning(rows: QuerySet[Any], text: str, **same: Any) -> QuerySet[Any]:
    """The same while somebody types: the last word may be a beginning. Nothing for no words.

    A text of one word is looked for among the first `CANDIDATES` words that begin so.
    """
    *whole, last = asked_words(text) or ("",)
    if not last:
        return rows.none()
    for word in whole:
        rows = _with_word(rows, word, same)
    if not whole:
        return rows.filter(pk__in=_owners(rows, last, same)[:CANDIDATES])
    return _with_beginning(rows, last, same)


def with_beginning_among_few(rows: QuerySet[Any], text: str, **same: Any) -> QuerySet[Any]:
    """The same for rows that are few already: each is looked at, none is left out."""
    *whole, last = asked_words(text) or ("",)
    if not last:
        return rows.none()
    for word in whole:
        rows = _with_word(rows, word, same)
    return _with_beginning(rows, last, same)


def _with_beginning(rows: QuerySet[Any], last: str, same: dict[str, Any]) -> QuerySet[Any]:
    owner = {_owner(rows): OuterRef("pk")}
    model: Any = rows.model._meta.get_field("words").related_model
    return rows.filter(Exists(model.objects.filter(beginning_with("word", last), **same, **owner)))


def _with_word(rows: QuerySet[Any], word: str, same: dict[str, Any]) -> QuerySet[Any]:
    more = {f"words__{name}": value for name, value in same.items()}
    return rows.filter(words__word=word, **more)


def _owners(rows: QuerySet[Any], beginning: str, same: dict[str, Any]) -> QuerySet[Any]:
    model: Any = rows.model._meta.get_field("words").related_model
    found: QuerySet[Any] = model.objects.filter(beginning_with("word", beginning), **same)
    return found.values(_owner(rows))


def _owner(rows: QuerySet[Any]) -> str:
    relation: Any = rows.model._meta.get_field("words")
    return str(relation.field.name)


def _runs(text: str) -> list[tuple[str, bool]]:
    """Runs of a text's words, each with whether its script writes without spaces."""
    found: list[tuple[str, bool]] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        place = 0
        for run in _UNSPACED.finditer(word):
            if run.start() > place:
                found.append((word[place : run.start()], False))
            found.append((run.group(), True))
            place = run.end()
        if place < len(word):
            found.append((word[place:], False))
    return found
