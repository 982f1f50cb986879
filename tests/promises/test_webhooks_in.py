"""Webhooks that come in: only the sender's own, only of now, each once, kept before it is understood."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.events import operations
from wavepool.domains.events.models import HookEndpoint, InboundHook
from wavepool.domains.events.operations import hooks
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"b" * 32).decode()
BODY = b'{"type":"orders/paid","timestamp":"2026-11-02T09:00:00Z","data":{"id":1}}'
SENT = str(int(AT.timestamp()))


@pytest.fixture
def endpoint() -> HookEndpoint:
    """An endpoint with a secret."""
    return operations.add_endpoint(
        connector="shopify", name="A shop", secret=SECRET, actor=MACHINE, as_of=AT
    )


def headers(
    secret: str = SECRET,
    *,
    name: str = "msg_1",
    sent: str = SENT,
    body: bytes = BODY,
) -> dict[str, str]:
    """Headers of a signed message."""
    signed = f"{name}.{sent}.".encode() + body
    return {
        "webhook-id": name,
        "webhook-timestamp": sent,
        "webhook-signature": hooks.signature_of(signed, hooks.key_of(secret)),
    }


def receive(
    endpoint: HookEndpoint, given: dict[str, str], *, body: bytes = BODY, at: datetime = AT
) -> bool:
    """Hand a message in."""
    return operations.receive_hook(
        connector="shopify", endpoint=endpoint.public_id, headers=given, body=body, as_of=at
    )


def flipped(text: str) -> list[str]:
    """A text with each bit of each character turned, where that is still a character."""
    return [
        text[:place] + chr(ord(each) ^ 1 << bit) + text[place + 1 :]
        for place, each in enumerate(text)
        for bit in range(7)
    ]


def flips_taken(endpoint: HookEndpoint) -> list[str]:
    """What was taken though a bit of it was turned; nothing is the promise."""
    good, taken = headers(), []
    for name in good:
        for text in flipped(good[name]):
            try:
                receive(endpoint, {**good, name: text})
                taken.append(f"{name}: {text!r}")
            except operations.HookRefused:
                pass
    for place in range(len(BODY)):
        for bit in range(8):
            body = bytearray(BODY)
            body[place] ^= 1 << bit
            try:
                receive(endpoint, good, body=bytes(body))
                taken.append(f"body {place}.{bit}")
            except operations.HookRefused:
                pass
    return taken


class TestAMessage:
    def test_is_known_by_a_published_signature(self) -> None:
        # The example of the specification of Standard Webhooks.
        key = hooks.key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        signed = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'
        assert hooks.signature_of(signed, key) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    def test_of_the_sender_is_kept_as_it_came(self, endpoint: HookEndpoint) -> None:
        assert receive(endpoint, headers())
        row = InboundHook.objects.get()
        assert (bytes(row.body), row.message_id, row.state) == (BODY, "msg_1", "waiting")

    def test_comes_once(self, endpoint: HookEndpoint) -> None:
        assert [receive(endpoint, headers()) for _ in range(3)] == [True, False, False]
        assert InboundHook.objects.count() == 1

    def test_with_any_bit_turned_is_refused(self, endpoint: HookEndpoint) -> None:
        assert flips_taken(endpoint) == []
        assert not InboundHook.objects.exists()

    def test_with_a_bit_turned_is_taken_where_nobody_compares(
        self, endpoint: HookEndpoint, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hooks, "_fits", lambda *_args: True)
        assert len(flips_taken(endpoint)) > 500

    @pytest.mark.parametrize(
        ("minutes", "is_taken"), [(-5.1, False), (-5, True), (5, True), (5.1, False)]
    )
    def test_is_of_now(self, endpoint: HookEndpoint, minutes: float, is_taken: bool) -> None:  # noqa: FBT001
        at = AT + timedelta(minutes=minutes)
        if is_taken:
            assert receive(endpoint, headers(), at=at)
            return
        with pytest.raises(operations.HookRefused) as refused:
            receive(endpoint, headers(), at=at)
        assert refused.value.why == "time"

    def test_holds_by_either_secret_for_a_day(self, endpoint: HookEndpoint) -> None:
        operations.rotate_secret(
            public_id=endpoint.public_id, secret=OTHER, actor=MACHINE, as_of=AT
        )
        assert receive(endpoint, headers())
        assert receive(endpoint, headers(OTHER, name="msg_2"))
        later = AT + timedelta(days=1)
        sent = str(int(later.timestamp()))
        with pytest.raises(operations.HookRefused):
            receive(endpoint, headers(name="msg_3", sent=sent), at=later)
        assert receive(endpoint, headers(OTHER, name="msg_3", sent=sent), at=later)

    def test_may_carry_several_signatures(self, endpoint: HookEndpoint) -> None:
        given = headers()
        given["webhook-signature"] = (
            f"v1a,x {headers(OTHER)['webhook-signature']} " + (given["webhook-signature"])
        )
        assert receive(endpoint, given)

    def test_finds_no_closed_endpoint(self, endpoint: HookEndpoint) -> None:
        operations.end_endpoint(public_id=endpoint.public_id, actor=MACHINE, as_of=AT)
        with pytest.raises(NotFound):
            receive(endpoint, headers())

    def test_leaves_no_secret_in_the_store(self, endpoint: HookEndpoint) -> None:
        endpoint.refresh_from_db()
        assert SECRET.removeprefix("whsec_") not in endpoint.secret


class TestTheAddress:
    def test_answers_2xx_and_keeps_what_came(self, endpoint: HookEndpoint) -> None:
        client, address = Client(), f"/hooks/shopify/{endpoint.public_id}/"
        sent = str(int(datetime.now(UTC).timestamp()))
        given = headers(sent=sent)
        answers = [
            client.post(address, BODY, content_type="application/json", headers=given)
            for _ in range(2)
        ]
        assert [(each.status_code, each.json()["new"]) for each in answers] == [
            (202, True),
            (200, False),
        ]

    def test_refuses_strangers_and_too_much(self, endpoint: HookEndpoint) -> None:
        client, address = Client(), f"/hooks/shopify/{endpoint.public_id}/"
        many = b"x" * (operations.BODY_MAX + 1)
        for body, status in ((BODY, 401), (many, 413)):
            answer = client.post(address, body, content_type="application/json")
            assert answer.status_code == status
        assert client.get(address).status_code == 405
        assert client.post("/hooks/shopify/hook_none/", BODY, content_type="a/b").status_code == 404


class TestUnderstanding:
    def test_happens_later_and_once_and_keeps_what_failed(
        self, endpoint: HookEndpoint, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[str] = []

        def understand(hook: InboundHook) -> None:
            if hook.message_id == "msg_2":
                raise operations.HookFailed("Nobody knows this order.")
            seen.append(hook.message_id)

        monkeypatch.setattr(hooks, "_CONNECTORS", {})
        for number in (1, 2, 3):
            receive(endpoint, headers(name=f"msg_{number}"))
        assert operations.understand_hooks() == (0, 0)
        operations.on_hook("shopify", understand)
        assert operations.understand_hooks() == (2, 1)
        assert operations.understand_hooks() == (0, 0)
        assert seen == ["msg_1", "msg_3"]
        rows: dict[str, Any] = {row.message_id: row for row in InboundHook.objects.all()}
        assert (rows["msg_2"].state, rows["msg_2"].why) == ("failed", "Nobody knows this order.")
