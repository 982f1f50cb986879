"""Walk routes with every role, and compare what is foreign with what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from promises.route_walk import Route

#: Words that differ between two answers without telling anything.
_NOISE = (
    re.compile(r"req_[0-9A-Z]{26}"),
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(r'nonce="[^"]+"'),
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Sample:
    """Values of one parameter of an address: the reader's own, a foreigner's, nobody's."""

    own: str
    foreign: str
    missing: str


@dataclass(frozen=True)
class Answer:
    """What came back, without what differs by chance."""

    status: int
    body: str
    leads_to: str


class RolledBack(Exception):
    """Ends a request's transaction, so that no request changes the next one's world."""


def ask(
    client: Client, method: str, address: str, *, hidden: tuple[str, ...] = (), **headers: str
) -> Answer:
    """Send one request and take back whatever it wrote; `hidden` words are blanked out."""
    answer: HttpResponseBase | None = None
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    try:
        with transaction.atomic():
            answer = client.generic(
                method,
                address,
                content_type="application/x-www-form-urlencoded",
                headers=headers,
            )
            raise RolledBack
    except RolledBack:
        pass
    assert answer is not None
    # A notice that one request left behind would show in the next one's page.
    client.cookies.clear()
    client.cookies.load(cookies)
    streamed = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    body = streamed.decode("utf-8", "replace")
    leads_to = str(answer.headers.get("Location", ""))
    for noise in _NOISE:
        body = noise.sub("", body)
    for word in sorted(hidden, key=len, reverse=True):
        body, leads_to = body.replace(word, "…"), leads_to.replace(word, "…")
    return Answer(answer.status_code, body, leads_to)


def combinations(route: Route, samples: dict[str, Sample]) -> Iterator[tuple[str, str]]:
    """Pairs of addresses that must answer alike: one names something foreign, one nothing.

    Each parameter in turn is foreign while those before it are the reader's own.
    """
    for place, name in enumerate(route.parameters):
        if samples[name].own == samples[name].foreign:
            continue  # it names nothing that belongs to anybody
        before = {each: samples[each].own for each in route.parameters[:place]}
        after = {each: samples[each].foreign for each in route.parameters[place + 1 :]}
        foreign = route.at({**before, name: samples[name].foreign, **after})
        missing = route.at({**before, name: samples[name].missing, **after})
        yield foreign, missing


def words_of(samples: dict[str, Sample]) -> tuple[str, ...]:
    """Every foreign and missing value: they may stand in an answer that repeats its address."""
    return tuple({word for each in samples.values() for word in (each.foreign, each.missing)})
