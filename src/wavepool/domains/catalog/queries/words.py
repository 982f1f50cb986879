"""The words of a title: what a search looks for, the same in every database."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"\w+")
# Scripts that write without spaces: kana, Han, and Han beyond the basic plane.
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD_LENGTH: Final = 64
_WORDS_MAX: Final = 40


def words_of(text: str) -> tuple[str, ...]:
    """Words of a text: spaced scripts by word, unspaced ones by each pair of characters.

    At most 40, each once, folded so that letter case and width do not matter.

    >>> words_of("Tea-set, GREEN tea")
    ('tea', 'set', 'green')
    >>> words_of("龙井茶 2026")
    ('龙井', '井茶', '2026')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    found: dict[str, None] = {}
    for word in _WORD.findall(folded):
        for piece in _pieces(word):
            found[piece[:_WORD_LENGTH]] = None
    return tuple(found)[:_WORDS_MAX]


def _pieces(word: str) -> list[str]:
    pieces, place = [], 0
    for run in _UNSPACED.finditer(word):
        if run.start() > place:
            pieces.append(word[place : run.start()])
        text = run.group()
        pieces += [text[n : n + 2] for n in range(max(1, len(text) - 1))]
        place = run.end()
    return [*pieces, word[place:]] if place < len(word) else pieces
