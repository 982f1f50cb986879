"""JSON bodies with limits: size and depth are looked at before anything is built of them."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from wavepool.plumbing.errors import PlatformError

BYTES_MAX: Final = 1 << 20
DEPTH_MAX: Final = 32
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET: Final = re.compile(rb"[\[\]{}]")


class BodyTooLarge(PlatformError):
    """A body of more than a mebibyte."""

    kind = "api.body_too_large"
    status = 413


class BodyTooDeep(PlatformError):
    """Nested beyond what any request needs."""

    kind = "api.body_too_deep"
    status = 400


class BodyUnreadable(PlatformError):
    """No JSON in UTF-8."""

    kind = "api.body_unreadable"
    status = 400


class CheckedParser(Parser):
    """ninja's parser behind the limits."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as JSON values.

        Raises:
            BodyTooLarge, BodyTooDeep, BodyUnreadable
        """
        body = _read(request)
        if depth_of(body) > DEPTH_MAX:
            raise BodyTooDeep(_("The body is nested too deeply."))
        try:
            return json.loads(body, parse_constant=_no_constant)
        except ValueError as error:
            raise BodyUnreadable(_("The body is not JSON in UTF-8.")) from error


def depth_of(body: bytes) -> int:
    """How deep brackets nest; those inside strings do not count.

    >>> depth_of(b'{"a": [1, "]["]}')
    2
    """
    depth = deepest = 0
    for found in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if found.group() in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _read(request: HttpRequest) -> bytes:
    too_large = BodyTooLarge(_("The body is larger than 1 MiB."))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > BYTES_MAX:
        raise too_large
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise too_large from error
    if len(body) > BYTES_MAX:
        raise too_large
    return body


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
