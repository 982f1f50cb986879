"""One sentence that says why a line is what it is, in English and Simplified Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from wavepool.engine.receipts.sentences import chinese, english
from wavepool.engine.receipts.verifying import Difference, verify_receipt

_WRITERS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "en": english.write,
    "zh": chinese.write,
}


class UnknownLanguage(Exception):
    """There are sentences in English (en) and Simplified Chinese (zh) only."""

    def __init__(self, lang: str) -> None:
        super().__init__(f"no sentences in {lang!r}; there are en and zh")
        self.lang = lang


class ReceiptDiffers(Exception):
    """The receipt does not recompute, so there is nothing true to say about it."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(
            f"step {difference.step}, {difference.field}: expected {difference.expected!r}, "
            f"found {difference.found!r}"
        )
        self.difference = difference


def sentence(document: Mapping[str, Any], lang: str = "en") -> str:
    """The one sentence that explains a receipt's line to the person it belongs to.

    Args:
        document: a receipt; it is recomputed first, so that no sentence repeats
            a number that was edited.
        lang: `en` or `zh`.

    Raises:
        ReceiptInvalid: the document is not a receipt.
        ReceiptDiffers: it does not recompute.
        UnknownLanguage: another language.
    """
    if lang not in _WRITERS:
        raise UnknownLanguage(lang)
    difference = verify_receipt(document).first_difference
    if difference is not None:
        raise ReceiptDiffers(difference)
    names = [step["name"] for step in document["steps"]]
    known: dict[str, Any] = {"line": document["line"], "names": names, "first": names[0]}
    for step in document["steps"]:
        known.update(step["inputs"])
        known.update(step["result"])
    return _WRITERS[lang](known)


__all__ = ["ReceiptDiffers", "UnknownLanguage", "sentence"]
