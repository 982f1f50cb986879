"""Sign-in with limits that hold: allauth asks here before it looks at a password."""

from __future__ import annotations

import secrets
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from wavepool.domains.orders import operations as orders
from wavepool.domains.orders import queries as orders_queries
from wavepool.plumbing import clock
from wavepool.plumbing.throttles import Limit, client_address, same_name

#: Guesses at one account by devices that never signed in to it. It cannot lock its owner out:
#: a device that did sign in counts by itself.
ACCOUNT_GUESSES: Final = Limit(name="sign_in.account", limit=5, window_s=300)
DEVICE_GUESSES: Final = Limit(name="sign_in.device", limit=5, window_s=300)
ADDRESS_GUESSES: Final = Limit(name="sign_in.address", limit=30, window_s=300)

DEVICE_COOKIE: Final = "__Host-device" if settings.IS_SECURE else "device"
DEVICE_DAYS: Final = 180
_SALT: Final = "wavepool.device"
_ACCOUNTS_PER_DEVICE: Final = 5


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's account adapter with our throttles in front of every password check."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Take a slot for the address and one for the account, or refuse unseen."""
        name = same_name(credentials.get("email") or credentials.get("username") or "")
        limit, key = ACCOUNT_GUESSES, name
        device = known_device(request, name)
        if device:
            limit, key = DEVICE_GUESSES, f"{device}:{name}"
        at, address = clock.now(), client_address(request)
        if not ADDRESS_GUESSES.take(address, at=at) or not limit.take(key, at=at):
            raise self.validation_error("too_many_login_attempts")
        self._taken = ((ADDRESS_GUESSES, address), (limit, key))

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth calls this after a right password: the slots come back."""
        for limit, key in self._taken:
            limit.give_back(key)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in, and take along what this browser put into a cart before."""
        super().login(request, user)
        take_cart_along(request, account_id=user.pk)

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        """Remember that this device signed in to this account."""
        response: HttpResponse = super().post_login(request, user, **options)
        remember_device(request, response, same_name(user.email))
        return response


def take_cart_along(request: HttpRequest, *, account_id: int) -> None:
    """Make the cart that a browser filled unsigned the account's."""
    cart = request.session.pop(orders_queries.CART_IN_SESSION, "")
    if cart:
        orders.merge_carts(public_id=cart, account_id=account_id, as_of=clock.now())


def known_device(request: HttpRequest, name: str) -> str:
    """Id of a device that signed in to this account before; "" for an unknown one."""
    device = _read_device(request)
    return str(device["id"]) if _mark(name) in device["accounts"] else ""


def remember_device(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Add an account to the device's signed cookie, the five latest at most."""
    device = _read_device(request)
    accounts = [_mark(name), *(each for each in device["accounts"] if each != _mark(name))]
    device = {"id": device["id"], "accounts": accounts[:_ACCOUNTS_PER_DEVICE]}
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(device, salt=_SALT),
        max_age=DEVICE_DAYS * 24 * 3600,
        secure=settings.IS_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read_device(request: HttpRequest) -> dict[str, Any]:
    said = request.COOKIES.get(DEVICE_COOKIE, "")
    try:
        device = signing.loads(said, salt=_SALT, max_age=DEVICE_DAYS * 24 * 3600)
    except signing.BadSignature:
        return {"id": secrets.token_hex(12), "accounts": []}
    return dict(device)


def _mark(name: str) -> str:
    """An account as the cookie names it, which tells a reader of the cookie nothing."""
    return salted_hmac(_SALT, name, algorithm="sha256").hexdigest()[:24]
