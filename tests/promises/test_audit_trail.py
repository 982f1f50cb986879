"""The audit trail is tamper-evident: every change by raw SQL is found, and where.

The attacker owns the database: drops the triggers, edits, deletes, swaps, cuts
the end off, writes the head anew. The heads written outside are out of reach.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import DatabaseError, connection, transaction

from wavepool.plumbing import audit
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.audit import guards
from wavepool.plumbing.models import AuditHead, AuditRow

ROWS = 24
TAMPERINGS = 1_000
START = datetime(2026, 11, 1, tzinfo=UTC)
TEXTS = ("kind", "subject", "actor", "data", "previous", "digest")


class Tampering(NamedTuple):
    """What an attacker did, and the first row that is not what it was."""

    name: str
    first_bad: int


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "audit-heads"


@pytest.fixture
def trail(db: None, folder: Path) -> None:
    """A trail with a head exported half-way and at its end; the triggers are dropped."""
    for number in range(1, ROWS + 1):
        audit.record(
            kind="tests.counted",
            subject=f"thing_{number}",
            actor=MACHINE,
            at=START + timedelta(minutes=number),
            data={"number": number, "池": ["a", None, 2]},
        )
        if number in {ROWS // 2, ROWS}:
            audit.export_head(at=START)
    with connection.cursor() as cursor:
        for statement in guards.DROP[connection.vendor]:
            cursor.execute(statement)


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def edit(chance: random.Random) -> Tampering:
    """Change one character of one column of one row, or its time."""
    number = chance.randint(1, ROWS)
    column = chance.choice((*TEXTS, "at"))
    if column == "at":
        moved = START + timedelta(days=1, seconds=chance.randint(1, 10**6))
        run("UPDATE plumbing_auditrow SET at = %s WHERE number = %s", moved, number)
        return Tampering("edit at", number)
    text = str(AuditRow.objects.values_list(column, flat=True).get(number=number))
    place = chance.randrange(len(text))
    other = chance.choice([each for each in "0f7ab" if each != text[place]])
    text = text[:place] + other + text[place + 1 :]
    run(f"UPDATE plumbing_auditrow SET {column} = %s WHERE number = %s", text, number)
    return Tampering(f"edit {column}", number)


def reseal(chance: random.Random) -> Tampering:
    """Change a row and give it a digest that fits."""
    number = chance.randint(1, ROWS)
    row = AuditRow.objects.get(number=number)
    row.data = '{"number":0}'
    run(
        "UPDATE plumbing_auditrow SET data = %s, digest = %s WHERE number = %s",
        row.data,
        audit.seal(row),
        number,
    )
    return Tampering("reseal", number)


def delete(chance: random.Random) -> Tampering:
    """Delete a row from the middle."""
    number = chance.randint(1, ROWS - 1)
    run("DELETE FROM plumbing_auditrow WHERE number = %s", number)
    return Tampering("delete", number)


def delete_and_close_up(chance: random.Random) -> Tampering:
    """Delete a row and number the later ones anew, so that no gap shows."""
    number = chance.randint(1, ROWS - 1)
    run("DELETE FROM plumbing_auditrow WHERE number = %s", number)
    run("UPDATE plumbing_auditrow SET number = -number WHERE number > %s", number)
    run("UPDATE plumbing_auditrow SET number = -number - 1 WHERE number < 0")
    return Tampering("delete and close up", number)


def swap(chance: random.Random) -> Tampering:
    """Let two rows trade places."""
    first, second = sorted(chance.sample(range(1, ROWS + 1), 2))
    run("UPDATE plumbing_auditrow SET number = 1000 WHERE number = %s", first)
    run("UPDATE plumbing_auditrow SET number = %s WHERE number = %s", first, second)
    run("UPDATE plumbing_auditrow SET number = %s WHERE number = 1000", second)
    return Tampering("swap", first)


def cut(chance: random.Random) -> Tampering:
    """Cut the end off, and let the head agree."""
    last = chance.randint(0, ROWS - 1)
    run("DELETE FROM plumbing_auditrow WHERE number > %s", last)
    if chance.random() < 0.7:
        row = AuditRow.objects.filter(number=last).first()
        digest = row.digest if row else audit.GENESIS
        run("UPDATE plumbing_audithead SET number = %s, digest = %s", last, digest)
    return Tampering("cut", last + 1)


def forge_on(chance: random.Random) -> Tampering:
    """Append a row that nobody recorded; the head knows nothing of it."""
    last = AuditRow.objects.get(number=ROWS)
    last.number, last.previous = ROWS + 1, last.digest
    last.digest = audit.seal(last)
    last.save(force_insert=True)
    return Tampering("forge on", ROWS + 1)


ATTACKS: tuple[Callable[[random.Random], Tampering], ...] = (
    edit,
    edit,
    edit,
    reseal,
    delete,
    delete_and_close_up,
    swap,
    cut,
    forge_on,
)


@pytest.fixture
def without_row_limits() -> Iterator[None]:
    """The attacker drops the CHECK as well; renumbering passes through negative numbers."""
    if connection.vendor == "postgresql":
        run("ALTER TABLE plumbing_auditrow DROP CONSTRAINT audit_number")
    else:
        run("PRAGMA ignore_check_constraints = ON")
    yield
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = OFF")


def tamper(count: int, seed: int) -> list[tuple[Tampering, audit.TrailReport]]:
    """Tamper and verify, each time with an intact trail before and after."""
    chance = random.Random(seed)
    seen = []
    for _ in range(count):
        with transaction.atomic():
            done = chance.choice(ATTACKS)(chance)
            seen.append((done, audit.verify_trail()))
            transaction.set_rollback(True)
    return seen


class TestTheAuditTrail:
    def test_shows_every_tampering_and_its_first_row(
        self, trail: None, without_row_limits: None
    ) -> None:
        seen = tamper(TAMPERINGS, seed=22)
        missed = [(done, report) for done, report in seen if report.first_bad != done.first_bad]
        assert missed == []
        assert len({done.name for done, _ in seen}) >= 12

    def test_is_called_intact_when_nobody_touched_it(self, db: None, folder: Path) -> None:
        for number in range(1, 6):
            audit.record(
                kind="tests.counted", subject=str(number), actor=MACHINE, at=START, data={}
            )
        audit.export_head(at=START)
        report = audit.verify_trail()
        assert report.is_intact
        assert (report.rows, report.heads, report.unknown_heads) == (5, 1, 0)

    def test_written_anew_from_end_to_end_disagrees_with_the_exported_head(
        self, trail: None
    ) -> None:
        rows = list(AuditRow.objects.order_by("number"))
        previous = rows[14].digest
        for row in rows[15:]:  # from row 16 on, the attacker computes all digests anew
            row.previous, row.data = previous, "{}"
            row.digest = previous = audit.seal(row)
            row.save()
        AuditHead.objects.update(digest=previous)
        report = audit.verify_trail()
        assert (report.problem, report.first_bad, report.last_bad) == ("rewritten", 13, 24)

    def test_verifies_only_what_is_new_when_asked(self, trail: None) -> None:
        assert audit.verify_trail(since=20).rows == 12
        run("UPDATE plumbing_auditrow SET data = '{}' WHERE number = 21")
        assert audit.verify_trail(since=20).first_bad == 21

    def test_names_a_head_file_that_was_forged(self, trail: None, folder: Path) -> None:
        path = folder / f"{ROWS:012d}.json"
        path.chmod(0o600)
        path.write_text(path.read_text().replace("2026-11-01", "2026-11-02"))
        report = audit.verify_trail()
        assert report.forged_heads == (path.name,)
        assert not report.is_intact

    def test_says_that_its_triggers_are_gone(self, trail: None) -> None:
        missing = audit.verify_trail().missing_guards
        assert set(missing) >= {"audit_no_update", "audit_no_delete"}

    def test_digests_every_text_as_the_checker_does(self, db: None, folder: Path) -> None:
        """One store puts the digested text together by itself; not a byte may differ."""
        texts = [chr(code) for code in range(1, 0x2100)]
        texts += ["\u2028\u2029", "\ufeff", "\uffff", "池", "\U0001f4b0", '\\"/\b\f\n\r\t\x7f']
        for number, at in enumerate((START, START.replace(year=999, microsecond=7)), start=1):
            for kind, subject, data in (
                ("tests.all", "a", {"text": "".join(texts)}),
                ('tests."\\', "池\n\t\x01\u2028", {"数": [1.5, None, -(2**70)], "": True}),
                ("tests.empty", "", {}),
            ):
                audit.record(kind=kind, subject=subject, actor=MACHINE, at=at, data=data)
            assert AuditRow.objects.count() == 3 * number
        assert audit.verify_trail().is_intact

    def test_begins_by_itself_where_its_head_is_not_there(self, db: None, folder: Path) -> None:
        AuditHead.objects.all().delete()
        row = audit.record(kind="tests.first", subject="a", actor=MACHINE, at=START, data={})
        assert (row.number, row.previous) == (1, audit.GENESIS)
        assert audit.verify_trail().is_intact


class TestTheStore:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE plumbing_auditrow SET kind = 'other'",
            "DELETE FROM plumbing_auditrow",
        ],
    )
    def test_refuses_to_change_the_trail(self, db: None, statement: str) -> None:
        audit.record(kind="tests.counted", subject="a", actor=MACHINE, at=START, data={})
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run(statement)
        assert AuditRow.objects.count() == 1
        assert audit.missing_guards() == ()


class TestSabotage:
    def test_without_the_chain_the_check_misses_tampering(
        self, trail: None, without_row_limits: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Rows that are not recomputed: only gaps and ends show."""
        monkeypatch.setattr(
            "wavepool.plumbing.audit.verify._check_row", lambda row, digest: ("", 0)
        )
        seen = tamper(100, seed=22)
        assert any(report.first_bad != done.first_bad for done, report in seen)

    def test_without_the_exported_heads_a_cut_end_is_missed(
        self, trail: None, without_row_limits: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("wavepool.plumbing.audit.verify.list_heads", tuple)
        seen = tamper(300, seed=22)
        cuts = [report for done, report in seen if done.name == "cut"]
        assert any(not report.problem for report in cuts)
