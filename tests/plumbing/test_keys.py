"""API keys: their text, their term, their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wavepool.plumbing import keys
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import ApiKey, AuditRow

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
HOUR = timedelta(hours=1)


def make(**more: Any) -> keys.NewKey:
    options = {"account_id": 7, "name": "sync", "scopes": ["jobs:read"], "is_live": True, **more}
    return keys.make_key(actor=MACHINE, at=NOW, **options)


class TestTheTextOfAKey:
    def test_is_a_prefix_256_bits_and_a_checksum(self) -> None:
        token = keys.draw_token(is_live=True)
        assert token.startswith("wp_live_")
        assert len(token) == len("wp_live_") + 43 + 6
        assert keys.is_well_formed(token)
        assert keys.draw_token(is_live=False).startswith("wp_test_")

    def test_with_one_wrong_character_is_no_key(self) -> None:
        token = keys.draw_token(is_live=True)
        for place in range(8, len(token)):
            other = "a" if token[place] != "a" else "b"
            assert not keys.is_well_formed(token[:place] + other + token[place + 1 :])

    def test_is_never_drawn_twice(self) -> None:
        assert len({keys.draw_token(is_live=True) for _ in range(1_000)}) == 1_000


class TestAKey:
    def test_is_stored_as_a_digest_only(self, db: None) -> None:
        made = make()
        stored = str(ApiKey.objects.values().get()) + str(list(AuditRow.objects.values()))
        assert made.token not in stored
        assert made.token[20:] not in stored

    def test_opens_until_its_term_is_over(self, db: None) -> None:
        made = make(expires_at=SOON)
        found = keys.find_open_key(made.token, at=SOON - timedelta(seconds=1))
        assert found == made.row
        assert keys.find_open_key(made.token, at=SOON) is None

    def test_lives_a_year_at_most(self, db: None) -> None:
        assert make(expires_at=NOW + timedelta(days=5_000)).row.expires_at == NOW + timedelta(
            days=366
        )

    def test_opens_nothing_once_revoked(self, db: None) -> None:
        made = make()
        for _ in range(2):
            keys.revoke_key(public_id=made.row.public_id, account_id=7, actor=MACHINE, at=NOW)
        assert keys.find_open_key(made.token, at=NOW) is None
        kinds = list(AuditRow.objects.values_list("kind", flat=True))
        assert kinds == ["keys.key_made", "keys.key_revoked"]

    def test_of_somebody_else_looks_missing(self, db: None) -> None:
        made = make()
        with pytest.raises(keys.KeyMissing):
            keys.revoke_key(public_id=made.row.public_id, account_id=8, actor=MACHINE, at=NOW)
        with pytest.raises(keys.KeyMissing):
            keys.rotate_key(
                public_id=made.row.public_id, account_id=8, overlap=HOUR, actor=MACHINE, at=NOW
            )

    def test_that_was_rotated_overlaps_with_its_successor(self, db: None) -> None:
        old = make()
        new = keys.rotate_key(
            public_id=old.row.public_id, account_id=7, overlap=HOUR, actor=MACHINE, at=NOW
        )
        before, after = NOW + HOUR - timedelta(seconds=1), NOW + HOUR
        assert keys.find_open_key(old.token, at=before) is not None
        assert keys.find_open_key(old.token, at=after) is None
        assert keys.find_open_key(new.token, at=after) == new.row
        assert (new.row.replaces_id, new.row.scopes) == (old.row.pk, ["jobs:read"])

    def test_asks_for_declared_rights_only(self, db: None) -> None:
        with pytest.raises(keys.ScopeUnknown) as refused:
            make(scopes=["everything"])
        assert refused.value.names == ("everything",)

    def test_survives_a_new_secret_key_that_keeps_the_old_one(
        self, db: None, settings: Any
    ) -> None:
        made = make()
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key of the tests, and of nothing else"
        assert keys.find_open_key(made.token, at=NOW) == made.row
        settings.SECRET_KEY_FALLBACKS = []
        assert keys.find_open_key(made.token, at=NOW) is None

    def test_notes_its_use_once_a_minute(self, db: None) -> None:
        row = make().row
        for seconds in (0, 30, 59, 60):
            row.refresh_from_db()
            keys.note_use(row, at=NOW + timedelta(seconds=seconds))
        row.refresh_from_db()
        assert row.last_used_at == NOW + timedelta(seconds=60)
