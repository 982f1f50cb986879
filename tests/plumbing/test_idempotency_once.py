"""A command under a key: done once, answered alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.test import RequestFactory

from wavepool.plumbing import idempotency
from wavepool.plumbing.actor import NOBODY, Actor
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.idempotency import Answer, idempotent, json_answer, once
from wavepool.plumbing.models import AnsweredCommand

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA = Actor(account_id=7, name="Ada")
BAO = Actor(account_id=8, name="Bao")


class WalletEmpty(PlatformError):
    """A refusal of the command's own."""

    kind: ClassVar[str] = "tests.wallet_empty"


class Till:
    """Counts how often it really paid."""

    def __init__(self) -> None:
        self.paid = 0

    def pay(self) -> Answer:
        self.paid += 1
        return json_answer({"payout": self.paid, "note": "付款"}, status=201)

    def command(self, **given: Any) -> Answer:
        asked: dict[str, Any] = {"key": "k-1", "scope": "payouts", "body": b"{}", "actor": ADA}
        return once(**{**asked, "at": NOW, "run": self.pay, **given})


@pytest.fixture
def till() -> Till:
    return Till()


class TestTheSameCommand:
    def test_is_answered_with_the_same_bytes_and_done_once(self, till: Till) -> None:
        first, second = till.command(), till.command(at=NOW + timedelta(days=4_000))
        assert first.body == second.body == '{"payout":1,"note":"付款"}'.encode()
        assert (first.status, second.status) == (201, 201)
        assert (first.is_replay, second.is_replay) == (False, True)
        assert till.paid == 1

    def test_with_another_body_is_refused(self, till: Till) -> None:
        till.command()
        with pytest.raises(idempotency.KeyReused) as refused:
            till.command(body=b'{"amount":1}')
        assert (refused.value.status, till.paid) == (422, 1)

    def test_knows_a_body_whatever_the_order_of_its_keys(self, till: Till) -> None:
        till.command(body={"a": 1, "b": NOW})
        assert till.command(body={"b": NOW, "a": 1}).is_replay

    @pytest.mark.parametrize(
        "other", [{"actor": BAO}, {"scope": "refunds"}, {"key": "k-2"}], ids=str
    )
    def test_of_another_actor_scope_or_key_is_another(
        self, till: Till, other: dict[str, Any]
    ) -> None:
        till.command()
        assert not till.command(**other).is_replay

    def test_may_be_tried_again_after_a_refusal(self, till: Till) -> None:
        def refuse() -> Answer:
            raise WalletEmpty("There is not enough money.")

        with pytest.raises(WalletEmpty):
            till.command(run=refuse)
        assert not till.command().is_replay

    @pytest.mark.parametrize("key", ["", "a b", "ключ", "x" * 256, "line\n"])
    def test_asks_for_a_decent_key(self, till: Till, key: str) -> None:
        with pytest.raises(idempotency.KeyMalformed):
            till.command(key=key)

    def test_is_for_somebody(self, till: Till) -> None:
        with pytest.raises(AssertionError, match="anybody"):
            till.command(actor=NOBODY)


class TestWhatIsNotMoney:
    def test_is_forgotten_after_its_time(self, till: Till) -> None:
        week = timedelta(days=7)
        till.command(keep=week)
        assert till.command(at=NOW + timedelta(days=6)).is_replay
        assert not till.command(at=NOW + week, keep=week).is_replay

    def test_alone_is_swept_away(self, till: Till) -> None:
        till.command(key="money")
        till.command(key="draft", keep=timedelta(days=7))
        assert idempotency.forget_expired(at=NOW + timedelta(days=7)) == 1
        assert [row.key for row in AnsweredCommand.objects.all()] == ["money"]


@idempotent("tests.pay", now=lambda: NOW)
def pay(request: Any, amount: int) -> tuple[int, dict[str, int]]:
    return 201, {"amount": amount, "before": AnsweredCommand.objects.count()}


def post(path: str = "/pay/5/", *, key: str | None = "k-1", body: str = "{}") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    request = RequestFactory().post(path, body, content_type="application/json", headers=headers)
    request.actor = ADA
    return pay(request, 5)


class TestAHandlerOfTheApi:
    def test_replays_status_and_bytes_and_says_so(self) -> None:
        first, second = post(), post()
        assert first.content == second.content
        assert (first.status_code, second.status_code) == (201, 201)
        assert json.loads(first.content) == {"amount": 5, "before": 1}
        assert "Idempotency-Replayed" not in first
        assert second["Idempotency-Replayed"] == "true"

    def test_asks_for_a_key(self) -> None:
        with pytest.raises(idempotency.KeyMissing):
            post(key=None)

    @pytest.mark.parametrize("other", [{"body": '{"a":1}'}, {"path": "/pay/6/"}], ids=str)
    def test_refuses_another_request_under_the_key(self, other: dict[str, str]) -> None:
        post()
        with pytest.raises(idempotency.KeyReused):
            post(**other)
