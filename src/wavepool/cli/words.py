"""Two languages side by side: a text is written once, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

Words = Callable[[str, str], str]


class Lang(StrEnum):
    """Languages of sentences and headings."""

    EN = "en"
    ZH = "zh"


LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the words.")]


def words_of(lang: Lang) -> Words:
    """Choose the language: call the result with the English and the Chinese text.

    >>> words_of(Lang.ZH)("pool", "奖池")
    '奖池'
    """
    place = list(Lang).index(lang)
    return lambda english, chinese: (english, chinese)[place]
