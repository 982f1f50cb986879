"""Throttling that holds under concurrency: exactly the limit is looked at, never one more."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.core.context import request_context
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from wavepool.plumbing import keys, throttles
from wavepool.plumbing.models import ThrottleCounter
from wavepool.site import adapters, forms
from worlds.parallel import run_parallel, shared_store

GUESSES = 80
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
RIGHT = "a long right password"
TOO_MANY = "Too many failed login attempts"
WRONG = "The email address and/or password you specified are not correct"


class CountedHasher(MD5PasswordHasher):
    """A light hasher that counts how often a password was looked at."""

    looked_at: list[str] = []  # noqa: RUF012  shared by all threads on purpose

    def encode(self, password: str, salt: str) -> str:
        self.looked_at.append(password)
        return super().encode(password, salt)


@pytest.fixture
def hasher(settings: Any) -> Iterator[list[str]]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountedHasher"]
    CountedHasher.looked_at.clear()
    yield CountedHasher.looked_at
    CountedHasher.looked_at.clear()


@pytest.fixture
def ada(transactional_db: None, hasher: list[str]) -> Any:
    """An account with a confirmed address and a password."""
    return make_account("ada@example.com")


def make_account(email: str) -> Any:
    account = get_user_model().objects.create_user(email, RIGHT)
    account.emailaddress_set.create(email=email, verified=True, primary=True)
    CountedHasher.looked_at.clear()
    return account


def sign_in(
    email: str, password: str, *, client: Client | None = None, **headers: str
) -> HttpResponse:
    data = {"login": email, "password": password}
    return (client or Client()).post("/accounts/login/", data, **headers)


def verdict(answer: HttpResponse) -> str:
    if answer.status_code == 302:
        return "in"
    text = answer.content.decode()
    return "refused" if TOO_MANY in text else "wrong" if WRONG in text else "?"


def guess(number: int) -> str:
    """A wrong guess in yet another spelling of the name, from a made-up place."""
    spellings = ("ada@example.com", "Ada@Example.com", " ADA@EXAMPLE.COM ", "ada@EXAMPLE.com")
    forged = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{number}"}
    return verdict(sign_in(spellings[number % 4], f"wrong guess {number}", **forged))


class TestASlot:
    @pytest.mark.parametrize("threads", [1, 10, 40])
    def test_is_taken_exactly_as_often_as_the_limit_says(
        self, transactional_db: None, tmp_path: Path, threads: int
    ) -> None:
        def take(number: int) -> bool:
            return throttles.reserve("tests.limit", "one", limit=5, window_s=300, at=NOW)

        with shared_store(tmp_path):
            got = run_parallel(take, range(GUESSES), threads=threads)
        assert sum(got) == 5

    def test_is_free_again_when_the_window_is_over(self, db: None) -> None:
        def take(at: datetime) -> bool:
            return throttles.reserve("tests.limit", "one", limit=1, window_s=60, at=at)

        seconds = (0, 1, 59, 60, 61)
        got = [take(NOW + timedelta(seconds=each)) for each in seconds]
        assert got == [True, False, False, True, False]

    def test_comes_back_when_it_was_for_something_honest(self, db: None) -> None:
        limit = throttles.Limit(name="tests.limit", limit=1, window_s=60)
        assert limit.take("one", at=NOW)
        limit.give_back("one")
        assert limit.take("one", at=NOW)
        assert not limit.take("one", at=NOW)
        assert limit.wait_s("one", at=NOW + timedelta(seconds=20)) == 40

    def test_keeps_no_name_in_the_clear(self, db: None) -> None:
        throttles.reserve("tests.limit", "ada@example.com", limit=1, window_s=60, at=NOW)
        assert "ada" not in str(ThrottleCounter.objects.values().get())

    def test_of_long_ago_is_forgotten(self, db: None) -> None:
        throttles.reserve("tests.limit", "one", limit=1, window_s=60, at=NOW)
        assert throttles.forget_stale(at=NOW + timedelta(days=1)) == 0
        assert throttles.forget_stale(at=NOW + timedelta(days=3)) == 1


class TestGuessingAPassword:
    @pytest.mark.parametrize("threads", [1, 10, 40])
    def test_looks_at_five_of_eighty_guesses(
        self, ada: Any, hasher: list[str], tmp_path: Path, threads: int
    ) -> None:
        with shared_store(tmp_path):
            seen = run_parallel(guess, range(GUESSES), threads=threads)
        assert {each: seen.count(each) for each in set(seen)} == {"wrong": 5, "refused": 75}
        assert len(set(hasher)) == 5

    def test_counts_an_address_whatever_names_it_tries_and_says(
        self, transactional_db: None, hasher: list[str]
    ) -> None:
        limit = adapters.ADDRESS_GUESSES.limit
        seen = [
            verdict(sign_in(f"person{n}@example.com", "x", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"))
            for n in range(limit + 5)
        ]
        assert seen == ["wrong"] * limit + ["refused"] * 5

    def test_refuses_even_the_right_password_from_a_strange_device(self, ada: Any) -> None:
        for number in range(5):
            guess(number)
        assert verdict(sign_in("ada@example.com", RIGHT)) == "refused"

    def test_never_locks_out_a_device_that_signed_in_before(self, ada: Any) -> None:
        own = Client()
        assert verdict(sign_in("ada@example.com", RIGHT, client=own)) == "in"
        own.cookies.pop("session")
        for number in range(10):
            guess(number)
        assert verdict(sign_in("ada@example.com", RIGHT)) == "refused"
        assert verdict(sign_in("Ada@example.com", RIGHT, client=own)) == "in"

    def test_gives_a_known_device_no_more_guesses_than_a_strange_one(
        self, ada: Any, hasher: list[str]
    ) -> None:
        own = Client()
        sign_in("ada@example.com", RIGHT, client=own)
        own.cookies.pop("session")
        seen = [verdict(sign_in("ada@example.com", f"x{n}", client=own)) for n in range(8)]
        assert seen == ["wrong"] * 5 + ["refused"] * 3

    def test_does_not_believe_a_cookie_that_somebody_wrote(self, ada: Any) -> None:
        client = Client()
        client.cookies["device"] = "eyJpZCI6ICJ4In0:forged"
        for number in range(5):
            guess(number)
        assert verdict(sign_in("ada@example.com", RIGHT, client=client)) == "refused"

    def test_costs_an_honest_person_no_slots(self, ada: Any) -> None:
        seen = [verdict(sign_in("ada@example.com", RIGHT)) for _ in range(8)]
        assert seen == ["in"] * 8


class TestAnUnknownAccount:
    def test_gets_the_same_page_for_the_same_work(self, ada: Any, hasher: list[str]) -> None:
        pages, looks, queries = [], [], []
        for email in ("ada@example.com", "eva@example.com"):
            for _ in range(7):
                hasher.clear()
                with CaptureQueriesContext(connection) as asked:
                    answer = sign_in(email, "wrong")
                pages.append(plain(answer, email))
                looks.append(len(hasher))
                queries.append(len(asked))
        assert pages[:7] == pages[7:]
        assert looks[:7] == looks[7:] == [looks[0]] * 5 + [0, 0]
        assert max(abs(a - b) for a, b in zip(queries[:7], queries[7:], strict=True)) <= 1

    def test_gets_the_same_answer_when_a_password_is_forgotten(self, ada: Any) -> None:
        answers = []
        for email in ("ada@example.com", "eva@example.com"):
            answer = Client().post("/accounts/password/reset/", {"email": email})
            answers.append((answer.status_code, answer["Location"]))
        assert answers[0] == answers[1]


def plain(answer: HttpResponse, email: str) -> str:
    """A page without what differs between any two requests."""
    text = answer.content.decode().replace(email, "EMAIL")
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    text = re.sub(r'nonce="[^"]+"', "", text)
    return re.sub(r"req_[0-9A-Z]{26}", "", text)


class TestAForgottenPassword:
    def test_sends_three_mails_an_hour_to_one_account(self, ada: Any) -> None:
        for spelling in itertools.islice(
            itertools.cycle(["ada@example.com", "ADA@example.com"]), 6
        ):
            assert (
                Client().post("/accounts/password/reset/", {"email": spelling}).status_code == 302
            )
        assert len(mail.outbox) == forms.RESETS_BY_NAME.limit == 3

    def test_refuses_an_address_that_asks_for_everybody(self, transactional_db: None) -> None:
        limit = forms.RESETS_BY_ADDRESS.limit
        seen = [
            Client().post("/accounts/password/reset/", {"email": f"p{n}@example.com"}).status_code
            for n in range(limit + 2)
        ]
        assert seen == [302] * limit + [200] * 2


class TestASecondFactor:
    @pytest.fixture
    def secret(self, ada: Any) -> str:
        found = totp.generate_totp_secret()
        totp.TOTP.activate(ada, found)
        return found

    @pytest.mark.parametrize("threads", [1, 40])
    def test_opens_once_for_one_code(
        self, ada: Any, secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
    ) -> None:
        """Two processes share no cache, so allauth's own mark is switched off here."""
        monkeypatch.setattr(totp.TOTP, "_mark_code_used", lambda self, code: True)
        seen = self.enter(ada, tmp_path, [code_now(secret)] * 5, threads=threads)
        assert seen.count("in") == 1

    @pytest.mark.parametrize("threads", [1, 10, 40])
    def test_looks_at_five_of_eighty_codes(
        self, ada: Any, secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
    ) -> None:
        looked_at: list[str] = []

        def look(self: Any, code: str) -> bool:
            looked_at.append(code)
            return False

        monkeypatch.setattr(totp.TOTP, "validate_code", look)
        codes = [f"{number:06}" for number in range(GUESSES)]
        seen = self.enter(ada, tmp_path, codes, threads=threads)
        assert len(looked_at) == 5
        assert seen.count("in") == 0

    def enter(self, ada: Any, folder: Path, codes: list[str], *, threads: int) -> list[str]:
        """Enter codes at the second step of as many sign-ins."""

        def enter(code: str) -> str:
            with request_context(RequestFactory().post("/accounts/2fa/authenticate/")):
                form = forms.SecondFactorForm({"code": code}, user=ada)
                return "in" if form.is_valid() else "out"

        with shared_store(folder):
            return run_parallel(enter, codes, threads=threads)

    def test_is_asked_for_and_counted_at_sign_in(self, ada: Any, secret: str) -> None:
        client = Client()
        answer = sign_in("ada@example.com", RIGHT, client=client)
        assert answer["Location"] == "/accounts/2fa/authenticate/"
        seen = [
            client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code
            for _ in range(6)
        ]
        assert seen == [200] * 6
        answer = client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
        assert "Too many wrong codes" in answer.content.decode()


def code_now(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


class TestGuessingAKey:
    @pytest.mark.parametrize("threads", [1, 10, 40])
    def test_looks_at_thirty_of_eighty_guesses(
        self, transactional_db: None, tmp_path: Path, threads: int
    ) -> None:
        def guess_key(number: int) -> int:
            said = f"Bearer {keys.draw_token(is_live=True)}"
            forged = f"203.0.113.{number}"
            headers = {"HTTP_AUTHORIZATION": said, "HTTP_X_FORWARDED_FOR": forged}
            return Client().get("/api/v1/me", **headers).status_code

        with shared_store(tmp_path):
            seen = run_parallel(guess_key, range(GUESSES), threads=threads)
        assert {each: seen.count(each) for each in set(seen)} == {401: 30, 429: 50}


class TestTheAddressOfAClient:
    @pytest.mark.parametrize(
        ("proxies", "said", "address"),
        [
            (0, "203.0.113.9", "198.51.100.1"),
            (1, "203.0.113.9", "203.0.113.9"),
            (1, "8.8.8.8, 203.0.113.9", "203.0.113.9"),
            (2, "8.8.8.8, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
            (2, "203.0.113.9", "198.51.100.1"),
            (1, "2001:db8::1:2:3:4", "2001:db8::/64"),
            (1, "::ffff:203.0.113.9", "203.0.113.9"),
            (1, "nonsense", "unknown"),
        ],
    )
    def test_is_the_one_that_our_own_proxy_saw(
        self, settings: Any, proxies: int, said: str, address: str
    ) -> None:
        settings.PROXIES = proxies
        request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=said, REMOTE_ADDR="198.51.100.1")
        assert throttles.client_address(request) == address


class TestSabotage:
    def test_a_count_that_is_read_and_then_written_lets_more_through(
        self, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The guard off: look first, count afterwards, as cached limits do."""
        monkeypatch.setattr(throttles, "reserve", reserve_by_looking_first())

        def take(number: int) -> bool:
            return throttles.reserve("tests.limit", "one", limit=5, window_s=300, at=NOW)

        with shared_store(tmp_path):
            got = run_parallel(take, range(40), threads=40)
        assert sum(got) > 5

    def test_without_the_slot_every_guess_is_looked_at(
        self, ada: Any, hasher: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(throttles, "reserve", lambda *args, **options: True)
        assert [guess(number) for number in range(12)] == ["wrong"] * 12


def reserve_by_looking_first() -> Callable[..., bool]:
    counted: list[int] = []
    all_have_looked = threading.Barrier(40)

    def reserve(name: str, key: str, *, limit: int, window_s: int, at: datetime) -> bool:
        seen = len(counted)
        all_have_looked.wait(timeout=20)
        counted.append(1)
        return seen < limit

    return reserve
