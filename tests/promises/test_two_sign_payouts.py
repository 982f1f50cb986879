"""Promise: no money leaves by one person's hand, and what was signed is what leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from wavepool.domains.payouts import operations, queries
from wavepool.domains.payouts.models import Batch, Payout, PayoutAccount, Resolution
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.models import Approval
from wavepool.site.api import describe
from worlds.cast import make_cast
from worlds.payday import NOON, Payday, open_payday, payout_of, wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def payday(db: None, tmp_path: Path) -> Iterator[Payday]:
    kept = operations.list_rails()
    yield open_payday(make_cast(), tmp_path)
    operations.use_rails(*kept)


class _Undo(Exception):
    """Takes a try back."""


def through(batch: Batch, ways: Iterator[tuple[str, Callable[[], Any]]]) -> list[str]:
    """Try each way, name those after which the batch counts as signed."""
    found = []
    for name, attempt in ways:
        with suppress(PlatformError, IntegrityError, _Undo), transaction.atomic():
            attempt()
            batch.refresh_from_db()
            if batch.state in Batch.SIGNED:
                found.append(name)
            raise _Undo
    return found


def post(payday: Payday, name: str, batch: Batch, deed: str) -> None:
    client = Client()
    client.force_login(getattr(payday.world, name))
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": clock.now().timestamp()}
    ]
    session.save()
    digest = queries.digest_of(batch)
    client.post(f"/staff/payouts/{batch.public_id}/{deed}/", {"seen_digest": digest})


def ways_in(payday: Payday, batch: Batch) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every way on which Eve, who made the batch and asked, could sign it herself."""
    said = {"seen_digest": queries.digest_of(batch), "as_of": NOON}
    named = {"batch_id": batch.public_id, **said}
    eve = payday.actor("eve")
    approval = approvals.find_approval(subject=batch.subject)
    assert approval is not None
    yield "operation", lambda: operations.sign_batch(**named, actor=eve)
    yield "alone", lambda: operations.sign_alone(**named, actor=eve)
    yield "page", lambda: post(payday, "eve", batch, "sign")
    yield "page, alone", lambda: post(payday, "eve", batch, "sign-alone")
    yield "machine", lambda: operations.sign_batch(**named, actor=MACHINE)
    key = replace(payday.actor("fay"), scopes=frozenset({"payout_batches:read"}))
    yield "API key", lambda: operations.sign_batch(**named, actor=key)
    old = replace(payday.actor("fay"), mfa_at=None)
    yield "no second factor", lambda: operations.sign_batch(**named, actor=old)
    row = Batch.objects.filter(pk=batch.pk)
    signed = {"state": "approved", "approved_digest": batch.digest}
    yield "row, by her", lambda: row.update(**signed, approved_by=payday.world.eve.pk)
    yield "row, by nobody", lambda: row.update(**signed)
    other = {**signed, "approved_digest": "0" * 64, "approved_by": payday.world.fay.pk}
    yield "row, another content", lambda: row.update(**other)


class TestOnePersonAlone:
    def test_gets_through_nowhere(self, payday: Payday) -> None:
        batch = payday.ask(payday.make())
        # More than one person may sign alone: the threshold of the policy in force is 50,000.00.
        Payout.objects.filter(batch=batch).update(amount_minor=3_000_000)
        batch = again(payday, batch)
        assert len(list(ways_in(payday, batch))) == 10
        assert through(batch, ways_in(payday, batch)) == []

    def test_gets_through_when_the_guard_is_off(
        self, payday: Payday, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sabotage: everybody counts as a second person.

        Eve wrote a part of what Fay asked about in Ada's name, which no row of the batch knows.
        """
        (batch,) = operations.propose_batches(actor=MACHINE, as_of=NOON)
        batch = payday.ask(batch, by="fay")
        Batch.objects.filter(pk=batch.pk).update(asked_by=payday.world.ada.pk)
        batch.refresh_from_db()
        approval = Approval.objects.filter(subject=batch.subject)
        approval.update(makers=[payday.world.eve.pk], requested_by=payday.world.ada.pk)
        doors = [each for each in through(batch, ways_in(payday, batch)) if "row" not in each]
        assert doors == []
        monkeypatch.setattr(approvals, "is_second_person", lambda account_id, *, makers: True)
        assert "operation" in through(batch, ways_in(payday, batch))

    def test_signs_alone_up_to_the_threshold_of_a_day(self, payday: Payday) -> None:
        batch = payday.make()
        said: dict[str, Any] = {"actor": payday.actor("eve"), "as_of": NOON}
        given = {"batch_id": batch.public_id, "seen_digest": queries.digest_of(batch)}
        assert not queries.needs_two(batch, at=NOON)
        operations.sign_alone(**given, **said)
        payday.work()
        assert wallet(payday.ada) == (0, 0)
        # What was signed alone within a day counts together: no way around by small batches.
        Batch.objects.filter(pk=batch.pk).update(total_minor=4_999_999)
        assert queries.needs_two(Batch(currency="CNY", total_minor=2), at=NOON)

    def test_does_not_sign_alone_above_it(self, payday: Payday) -> None:
        batch = payday.make()
        Batch.objects.filter(pk=batch.pk).update(total_minor=6_000_000)
        batch.refresh_from_db()
        with pytest.raises(operations.AboveThreshold):
            operations.sign_alone(
                batch_id=batch.public_id,
                seen_digest=queries.digest_of(batch),
                actor=payday.actor("eve"),
                as_of=NOON,
            )
        batch.refresh_from_db()
        assert batch.state == "draft"

    def test_finds_no_door_of_the_api_that_writes(self) -> None:
        ours = {path: set(ways) for path, ways in describe()["paths"].items() if "payout" in path}
        assert len(ours) == 3
        assert set().union(*ours.values()) == {"get"}


def again(payday: Payday, batch: Batch) -> Batch:
    """Ask anew for the content as it is now."""
    Batch.objects.filter(pk=batch.pk).update(
        state="draft", digest="", asked_by=None, total_minor=6_000_000
    )
    return payday.ask(Batch.objects.get(pk=batch.pk))


def changes(payday: Payday, batch: Batch) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every way to change what is in a batch after it was signed."""
    ada = Payout.objects.filter(batch=batch, payee=payday.ada)
    yield "amount", lambda: ada.update(amount_minor=120_001)
    yield "less", lambda: ada.update(amount_minor=1)
    other = PayoutAccount.objects.get(payee=payday.chen, replaced_at=None)
    yield "account", lambda: ada.update(account=other)
    yield (
        "number",
        lambda: PayoutAccount.objects.filter(payee=payday.ada).update(number_hash="0" * 64),
    )
    yield "holder", lambda: PayoutAccount.objects.filter(payee=payday.ada).update(name="Mallory")
    yield "left out", lambda: ada.update(state="cancelled", why="by hand")
    yield "line", lambda: ada.update(line_no=77)
    yield "rail", lambda: Batch.objects.filter(pk=batch.pk).update(rail="batch-file")
    yield (
        "left out on the page",
        lambda: operations.leave_out(
            batch_id=batch.public_id,
            payout_id=ada.get().public_id,
            reason="after the signature",
            actor=payday.actor("eve"),
            as_of=NOON,
        ),
    )


def sent_after(payday: Payday, batch: Batch, change: Callable[[], Any]) -> bool:
    """Whether anything is reserved or sent once a signed batch was changed."""
    with suppress(_Undo), transaction.atomic():
        change()
        for payout_id in queries.list_planned(batch):
            with suppress(PlatformError):
                operations.reserve_payout(payout_id=payout_id, actor=MACHINE, as_of=NOON)
        leaves = Payout.objects.filter(state="reserved").exists()
        raise _Undo
    return leaves


class TestAChange:
    def test_of_anything_voids_the_signature(self, payday: Payday) -> None:
        batch = payday.signed()
        found = [name for name, do in changes(payday, batch) if sent_after(payday, batch, do)]
        assert found == []
        assert sent_after(payday, batch, lambda: None)

    def test_is_sent_when_the_guard_is_off(
        self, payday: Payday, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sabotage: nobody compares what was signed with what is there."""
        batch = payday.signed()
        signed = queries.digest_of(batch)
        monkeypatch.setattr(queries, "digest_of", lambda _batch: signed)
        found = [name for name, do in changes(payday, batch) if sent_after(payday, batch, do)]
        assert "less" in found

    def test_between_the_signature_and_the_job_sends_nothing_and_is_a_draft_again(
        self, payday: Payday
    ) -> None:
        batch = payday.signed()
        Payout.objects.filter(payee=payday.chen).update(amount_minor=1)
        payday.work()
        batch.refresh_from_db()
        assert (batch.state, batch.approved_by) == ("draft", None)
        assert "changed after it was signed" in batch.why
        assert payday.bank.every() == []
        assert wallet(payday.ada) == (120_000, 0)
        assert not Approval.objects.filter(subject=batch.subject, decision="approved").exists()

    def test_of_what_was_seen_is_not_signed(self, payday: Payday) -> None:
        batch = payday.ask(payday.make())
        seen = queries.digest_of(batch)
        Payout.objects.filter(payee=payday.chen).update(amount_minor=1)
        with pytest.raises(approvals.ContentChanged):
            operations.sign_batch(
                batch_id=batch.public_id, seen_digest=seen, actor=payday.actor("fay"), as_of=NOON
            )


class TestAResolution:
    def test_takes_two_as_well(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        wish = operations.propose_resolution(
            payout_id=payout_of(payday.ada).public_id,
            deed="returned",
            reason="the bank's report",
            actor=payday.actor("eve"),
            as_of=NOON,
        )
        said: dict[str, Any] = {
            "public_id": wish.public_id,
            "seen_digest": wish.digest,
            "as_of": NOON,
        }
        for actor in (payday.actor("eve"), MACHINE, replace(payday.actor("fay"), mfa_at=None)):
            with pytest.raises(PlatformError):
                operations.agree_resolution(**said, actor=actor)
        with pytest.raises(IntegrityError), transaction.atomic():
            Resolution.objects.filter(pk=wish.pk).update(
                outcome="applied", decided_by=payday.world.eve, decided_at=NOON
            )
        assert payout_of(payday.ada).state == "paid"
        operations.agree_resolution(**said, actor=payday.actor("fay"))
        assert payout_of(payday.ada).state == "returned"
