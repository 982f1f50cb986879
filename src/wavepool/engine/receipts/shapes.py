"""What a value in a receipt may be, and the error that names the place where it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

MILLION: Final = 1_000_000
NUMBER_MAX: Final = 2**127 - 1
"""No number in a receipt is larger, in either direction."""

_TEXT_MAX = 10_000
_DIGEST_DIGITS = 64
_SHOWN_MAX = 60


class ReceiptInvalid(Exception):
    """The document is not a receipt; `pointer` (RFC 6901) names the first bad place."""

    def __init__(self, pointer: str, problem: str) -> None:
        super().__init__(f"{pointer or '/'}: {problem}")
        self.pointer = pointer
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value without parts: what it is called and which values it takes."""

    name: str
    accepts: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Many:
    """A list whose items all have one shape."""

    item: Leaf | Row


@dataclass(frozen=True, slots=True)
class Row:
    """An object with exactly these keys."""

    fields: Mapping[str, Shape]


Shape = Leaf | Many | Row


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= NUMBER_MAX


def _is_text(value: Any) -> bool:
    # A lone surrogate has no UTF-8 form, so it could be neither hashed nor stored.
    return (
        isinstance(value, str)
        and len(value) <= _TEXT_MAX
        and not any("\ud800" <= character <= "\udfff" for character in value)
    )


def _is_hex64(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) == _DIGEST_DIGITS
        and all(character in "0123456789abcdef" for character in value)
    )


def _is_id(value: Any) -> bool:
    return _is_number(value) or _is_text(value)


NUMBER = Leaf("a whole number", _is_number)
COUNT = Leaf("a whole number, zero or more", lambda v: _is_number(v) and v >= 0)
PPM = Leaf("parts per million, 0 to 1000000", lambda v: _is_number(v) and 0 <= v <= MILLION)
FLAG = Leaf("true or false", lambda v: isinstance(v, bool))
TEXT = Leaf("a text", _is_text)
HEX64 = Leaf("64 hexadecimal digits in lower case", _is_hex64)
ID = Leaf("an id (number or text)", _is_id)
MAYBE_ID = Leaf("an id or null", lambda v: v is None or _is_id(v))
MAYBE_TEXT = Leaf("a text or null", lambda v: v is None or _is_text(v))
MAYBE_COUNT = Leaf(
    "a whole number, zero or more, or null", lambda v: v is None or (_is_number(v) and v >= 0)
)
MAYBE_NUMBER = Leaf("a whole number or null", lambda v: v is None or _is_number(v))
MAYBE_FLAG = Leaf("true, false or null", lambda v: v is None or isinstance(v, bool))


def check(shape: Shape, value: Any, pointer: str) -> None:
    """Raise ReceiptInvalid at the first place where `value` is not of this shape."""
    if isinstance(shape, Leaf):
        if not shape.accepts(value):
            raise ReceiptInvalid(pointer, f"expected {shape.name}, found {shown(value)}")
    elif isinstance(shape, Many):
        if not isinstance(value, list):
            raise ReceiptInvalid(pointer, f"expected a list, found {shown(value)}")
        for place, item in enumerate(value):
            check(shape.item, item, f"{pointer}/{place}")
    else:
        check_keys(value, tuple(shape.fields), pointer)
        for name, field_shape in shape.fields.items():
            check(field_shape, value[name], f"{pointer}/{name}")


def check_keys(value: Any, keys: tuple[str, ...], pointer: str) -> None:
    """Raise ReceiptInvalid unless `value` is an object with exactly these keys."""
    if not isinstance(value, dict):
        raise ReceiptInvalid(pointer, f"expected an object, found {shown(value)}")
    for key in keys:
        if key not in value:
            raise ReceiptInvalid(f"{pointer}/{key}", "is absent")
    for key in value:
        if key not in keys:
            raise ReceiptInvalid(f"{pointer}/{_escaped(key)}", "is not a field of a receipt")


def shown(value: Any) -> str:
    """A short text of any value, for messages."""
    if isinstance(value, int) and not _is_number(value) and not isinstance(value, bool):
        return "a number beyond every amount"
    text = ascii(value)
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "..."


def _escaped(key: Any) -> str:
    return (
        str(key)[:_SHOWN_MAX]
        .encode("ascii", "backslashreplace")
        .decode()
        .replace("~", "~0")
        .replace("/", "~1")
    )
