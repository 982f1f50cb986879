"""A command takes effect once, however often and from however many sides it is sent."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connections

from promises.boundaries import count_boundaries, kill_at
from promises.own_store import own_store, rows, store_template
from wavepool.plumbing import idempotency
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.idempotency import Answer, CommandInFlight, json_answer, once
from wavepool.plumbing.models import AnsweredCommand

__all__ = ["own_store", "store_template"]
pytestmark = pytest.mark.both_stores
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BAO = Actor(account_id=8, name="Bao")
KEYS = 200
SENDERS = 20


@pytest.fixture
def till(own_store: str) -> None:
    """Where the effects land; nothing there would notice a second one."""
    rows("CREATE TABLE effects (key text, receipt text)")


def pay(key: str) -> Answer:
    receipt = uuid.uuid4().hex
    rows("INSERT INTO effects (key, receipt) VALUES (%s, %s)", key, receipt)
    return json_answer({"receipt": receipt})


def send(key: str) -> Answer:
    return once(key=key, scope="tests.pay", body=b"{}", actor=BAO, at=NOW, run=lambda: pay(key))


def effects() -> Counter[str]:
    return Counter(key for (key,) in rows("SELECT key FROM effects"))


class Senders:
    """Twenty clients, each with a connection of its own, that send the same command at once."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(SENDERS)
        self.refused = 0
        self.bodies: dict[str, set[bytes]] = {}
        self.lock = threading.Lock()

    def run(self, keys: list[str]) -> None:
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self.send_all, [keys] * SENDERS))

    def send_all(self, keys: list[str]) -> None:
        try:
            for key in keys:
                self.barrier.wait(timeout=60)
                self.note(key)
        finally:
            connections.close_all()

    def note(self, key: str) -> None:
        try:
            body = send(key).body
        except CommandInFlight:
            with self.lock:
                self.refused += 1
            return
        with self.lock:
            self.bodies.setdefault(key, set()).add(body)


def keys(count: int) -> list[str]:
    return [f"key-{number}" for number in range(count)]


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sabotage: no answer is remembered."""
    monkeypatch.setattr(idempotency, "_remembered", lambda _row: None)
    monkeypatch.setattr(AnsweredCommand, "save", lambda _row, **_how: None)


class TestTwentySendersOfTwoHundredKeys:
    def test_cause_one_effect_each_and_see_one_answer(self, till: None) -> None:
        senders = Senders()
        senders.run(keys(KEYS))
        assert effects() == Counter(keys(KEYS))
        assert {key: len(bodies) for key, bodies in senders.bodies.items()} == dict.fromkeys(
            keys(KEYS), 1
        )
        # Whoever was told to ask again gets what the others got.
        for key in keys(KEYS):
            assert {send(key).body} == senders.bodies[key]
        assert AnsweredCommand.objects.filter(expires_at=None).count() == KEYS

    def test_cause_more_when_answers_are_forgotten(self, till: None, forgetful: None) -> None:
        Senders().run(keys(5))
        assert max(effects().values()) > 1

    def test_are_told_while_the_command_runs(self, till: None, own_store: str) -> None:
        """PostgreSQL says so; on SQLite the second sender waits for the first one's answer."""
        inside, over = threading.Event(), threading.Event()
        answers: list[bytes] = []

        def slow() -> Answer:
            inside.set()
            over.wait(timeout=60)
            return pay("slow")

        def first() -> None:
            try:
                asked = {"scope": "tests.pay", "body": b"{}", "actor": BAO, "at": NOW}
                answers.append(once(key="slow", run=slow, **asked).body)  # type: ignore[arg-type]
            finally:
                connections.close_all()

        thread = threading.Thread(target=first)
        thread.start()
        inside.wait(timeout=60)
        if own_store == "postgresql":
            with pytest.raises(CommandInFlight):
                send("slow")
        over.set()
        answers.append(send("slow").body) if own_store == "sqlite" else None
        thread.join()
        answers.append(send("slow").body)
        assert len(set(answers)) == 1
        assert effects() == Counter(["slow"])


class TestACommandKilledAtEveryBoundary:
    def test_takes_effect_once_when_it_is_sent_again(self, till: None) -> None:
        total = count_boundaries(lambda: send("counted") and None)
        for boundary in range(1, total + 1):
            kill_at(boundary, lambda: send("killed") and None)
            first, second = send("killed"), send("killed")
            assert first.body == second.body
            assert effects()["killed"] == 1
            rows("DELETE FROM effects")
            AnsweredCommand.objects.all().delete()
        assert total >= 10

    def test_does_not_when_its_answer_is_written_apart(self, till: None) -> None:
        def send_apart(key: str) -> None:
            """The broken control: the effect is committed before the key is."""
            known = AnsweredCommand.objects.filter(key=key).exists()
            answer = json_answer(None) if known else pay(key)
            once(key=key, scope="tests", body=b"", actor=BAO, at=NOW, run=lambda: answer)

        counts = []
        for boundary in range(1, count_boundaries(lambda: send_apart("counted")) + 1):
            key = f"killed-{boundary}"
            kill_at(boundary, lambda key=key: send_apart(key))  # type: ignore[misc]
            send_apart(key)
            counts.append(effects()[key])
        assert set(counts) == {1, 2}
