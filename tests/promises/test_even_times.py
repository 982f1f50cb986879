"""Promise: the time of an answer does not tell whether an account exists.

What a sign-in costs is counted in `test_throttles.py`: one hash, whoever is named.
Here it is measured, known and unknown in turns, in time of the processor, which
other work on the machine does not lengthen. Seconds of real hashes: thorough runs only.
"""

from __future__ import annotations

import os
import sys
import time
from statistics import median
from typing import Any, Final

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from wavepool.plumbing.models import ThrottleCounter

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "WAVEPOOL_THOROUGH" not in os.environ,
        reason="measures many real password hashes: set WAVEPOOL_THOROUGH=1",
    ),
]
TURNS: Final = 40
#: How far the medians may be apart.
APART_MAX: Final = 0.10


@pytest.fixture
def known(db: None, settings: Any) -> str:
    """A confirmed account whose password is kept as in production."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    account = get_user_model().objects.create_user("ada@example.com", "a long right password")
    account.emailaddress_set.create(email=account.email, verified=True, primary=True)
    return str(account.email)


def seconds_of(email: str) -> float:
    """Processor seconds of one refused sign-in; no slot is used up by those before."""
    ThrottleCounter.objects.all().delete()
    client = Client()
    begun = time.process_time()
    answer = client.post("/accounts/login/", {"login": email, "password": "a wrong guess"})
    passed = time.process_time() - begun
    assert answer.status_code == 200
    assert "Too many" not in answer.content.decode()
    return passed


def apart(known: str, *, turns: int = TURNS) -> float:
    """By which part the medians of known and unknown differ, measured in turns."""
    seen: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(-2, turns):
        for is_known in (turn % 2 == 0, turn % 2 == 1):
            passed = seconds_of(known if is_known else f"nobody-{turn}@example.com")
            if turn >= 0:
                seen[is_known].append(passed)
    ours, others = median(seen[True]), median(seen[False])
    return abs(ours - others) / max(ours, others)


class TestASignIn:
    def test_takes_as_long_for_an_unknown_account(
        self, known: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        found = apart(known)
        with capsys.disabled():
            sys.stdout.write(f"\n{TURNS} sign-ins, known and unknown: medians {found:.1%} apart\n")
        assert found <= APART_MAX

    def test_that_hashes_nothing_for_an_unknown_account_is_seen(
        self, known: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The guard off: a sign-in that stops where nobody has the name."""
        monkeypatch.setattr(get_user_model(), "set_password", lambda _self, _password: None)
        assert apart(known, turns=10) > 3 * APART_MAX
