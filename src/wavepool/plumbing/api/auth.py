"""Who calls: a bearer key becomes an actor with scopes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from wavepool.plumbing import clock, keys
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.throttles import Limit, client_address

#: Unknown keys that one address may try. A key that worked from there is not counted.
KEY_GUESSES: Final = Limit(name="api_key.address", limit=30, window_s=300)
_REMEMBERED_S: Final = 3_600
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}

ReadActor = Callable[[int], Actor | None]
_readers: list[ReadActor] = []


class KeyRefused(PlatformError):
    """No key, or one that opens nothing: unknown, expired and revoked look the same."""

    kind = "api.key_refused"
    status = 401


class ScopeMissing(PlatformError):
    """The key is good, but does not carry this right."""

    kind = "api.scope_missing"
    status = 403

    def __init__(self, scope: str) -> None:
        super().__init__(
            _("This key lacks the right %(scope)s; make one that has it.") % {"scope": scope}
        )
        self.scope = scope


class TestKeyReadsOnly(PlatformError):
    """Test keys look; live keys act."""

    __test__ = False
    kind = "api.test_key_reads_only"
    status = 403


class TooManyGuesses(PlatformError):
    """Too many unknown keys from one address."""

    kind = "api.too_many_guesses"
    status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__(_("Too many keys that do not open anything; wait and try again."))
        self.wait_s = wait_s


class NeedsKey(HttpBearer):
    """Take a bearer key that carries a scope; "" asks for a key alone."""

    openapi_description = "An API key, made on the page Account, API keys."

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The key's row; the request's actor becomes the key's.

        Raises:
            KeyRefused, TooManyGuesses, ScopeMissing, TestKeyReadsOnly
        """
        row = _open_key(request, token)
        actor = _readers[0](row.account_id) if row is not None else None
        if row is None or actor is None:
            raise KeyRefused(_("Send a valid API key: Authorization: Bearer wp_live_…"))
        if self.scope and self.scope not in row.scopes:
            raise ScopeMissing(self.scope)
        if not row.is_live and request.method not in _SAFE:
            raise TestKeyReadsOnly(_("A test key reads only; use a live key to change something."))
        keys.note_use(row, at=clock.now())
        request.actor = replace(  # type: ignore[attr-defined]
            actor, name=f"{actor.name} ({row.hint}…)", scopes=frozenset(row.scopes)
        )
        return row


def needs(scope: str) -> NeedsKey:
    """The guard of an operation that asks for a scope; the scope must be declared."""
    assert scope in keys.scopes(), f"declare the scope {scope} with register_scope"
    return NeedsKey(scope)


def read_actors_with(reader: ReadActor) -> None:
    """Tell how an account's id becomes an actor; None for a closed account."""
    _readers[:] = [reader]


def check_party(request: HttpRequest, *, kind: str, party_id: int) -> None:
    """Refuse what lies outside the one workspace that a key is confined to.

    Raises:
        NotFound: foreign looks like missing.
    """
    row = request.auth  # type: ignore[attr-defined]
    if row.party_kind and (row.party_kind, row.party_id) != (kind, party_id):
        raise NotFound(_("There is no such thing."))


def _open_key(request: HttpRequest, token: str) -> Any:
    """Find the key; a strange one takes a slot of its address before it is looked up."""
    if not keys.is_well_formed(token):
        return None
    at, address = clock.now(), client_address(request)
    mark = f"api-key:{address}:{keys.token_digests(token)[0]}"
    if cache.get(mark):
        return keys.find_open_key(token, at=at)
    if not KEY_GUESSES.take(address, at=at):
        raise TooManyGuesses(KEY_GUESSES.wait_s(address, at=at))
    row = keys.find_open_key(token, at=at)
    if row is not None:
        KEY_GUESSES.give_back(address)
        cache.set(mark, 1, _REMEMBERED_S)
    return row
