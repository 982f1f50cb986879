"""Proofs: sound books pass, and whatever is changed behind our back is found and named."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from beancount.core.data import Balance, Transaction
from beancount.loader import load_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domains.ledger.small_books import (
    ADA,
    AT,
    BANK,
    BAO,
    BY,
    DEAL,
    HERE,
    YEN,
    balances,
    meddle,
    move,
    post,
)
from wavepool.domains.ledger import operations, queries
from wavepool.domains.ledger.models import Batch, Transfer, Verification
from wavepool.domains.ledger.operations import NewTransfer

pytestmark = pytest.mark.usefixtures("books")


def lively_books() -> None:
    """A little of everything."""
    post("a", move(1_000), move(300, credit=BAO, key="u", subject="order_line:1"))
    post("b", move(5_000, "bank:main:external:JPY", YEN))
    (held, freed) = operations.reserve(
        key="h", transfers=[move(200, ADA, DEAL), move(50, ADA, BAO, key="f")], **HERE
    ).transfer_ids
    operations.post_pending(key="use", transfer_ids=[held], **HERE)
    operations.void_pending(key="free", transfer_ids=[freed], **HERE)
    operations.reserve(key="h2", transfers=[move(5, BAO, ADA)], **HERE)
    (last,) = post("c", move(10, ADA, BAO, kind='a "kind"', subject="back\\slash")).transfer_ids
    operations.reverse(key="r", transfer_id=last, **HERE)


def rules() -> set[str]:
    return {each.rule for each in queries.prove_books().findings}


MEDDLED = [
    ("UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE code = %s", ADA,
     "ledger_account", {"zero sum", "balance"}),
    ("UPDATE ledger_account SET reserved_minor = 0 WHERE code = %s", BAO,
     "ledger_account", {"reservations"}),
    ("UPDATE ledger_transfer SET amount_minor = amount_minor + 1 WHERE subject = %s",
     "order_line:1", "ledger_transfer", {"balance", "sums of a batch", "digest of a batch"}),
    ("UPDATE ledger_transfer SET subject = 'order_line:2' WHERE subject = %s", "order_line:1",
     "ledger_transfer", {"digest of a batch"}),
    ("DELETE FROM ledger_transfer WHERE subject = %s", "order_line:1", "ledger_transfer",
     {"balance", "rows of a batch", "sums of a batch", "digest of a batch"}),
    ("UPDATE ledger_transfer SET credit_id = 99999 WHERE subject = %s", "order_line:1",
     "ledger_transfer", {"accounts of a transfer", "balance"}),
    ("UPDATE ledger_batch SET digest = 'no' WHERE key = %s", "a", "ledger_batch",
     {"digest of a batch", "audit trail of a batch"}),
    ("DELETE FROM ledger_batch WHERE key = %s", "b", "ledger_batch",
     {"accounts of a transfer", "audit trail of a batch"}),
]  # fmt: skip


class TestTheFullProof:
    def test_passes_sound_books(self) -> None:
        lively_books()
        proof = queries.prove_books()
        assert proof.findings == ()
        assert (proof.is_full, proof.batch_count, proof.account_count) == (True, 8, 6)

    @pytest.mark.parametrize(("sql", "value", "table", "expected"), MEDDLED)
    def test_finds_what_was_changed_by_hand(
        self, sql: str, value: str, table: str, expected: set[str]
    ) -> None:
        lively_books()
        meddle(sql, value, table=table)
        assert rules() >= expected

    def test_finds_a_month_that_changed_after_it_was_closed(self) -> None:
        lively_books()
        operations.close_period(period="2026-11", **BY)
        assert rules() == set()
        meddle("UPDATE ledger_transfer SET period = '2026-12' WHERE subject = %s", "order_line:1")
        assert rules() == {"closed month"}

    def test_names_the_place(self) -> None:
        lively_books()
        meddle(MEDDLED[0][0], ADA, table="ledger_account")
        found = {each.rule: each for each in queries.prove_books().findings}
        assert (found["balance"].place, found["zero sum"].found) == (ADA, "1")


class TestTheProofOfWhatIsNew:
    def test_reads_only_later_batches(self) -> None:
        lively_books()
        last = Batch.objects.order_by("pk").last()
        assert last is not None
        post("new", move(7))
        proof = queries.prove_books(since=last.pk)
        assert (proof.findings, proof.batch_count, proof.is_full) == ((), 1, False)

    def test_finds_a_change_among_them(self) -> None:
        lively_books()
        last = Batch.objects.order_by("pk").last()
        assert last is not None
        post("new", move(7, subject="new"))
        meddle("UPDATE ledger_transfer SET amount_minor = 8 WHERE subject = %s", "new")
        found = {each.rule for each in queries.prove_books(since=last.pk).findings}
        assert {"balance", "digest of a batch"} <= found

    def test_keeps_its_result_and_begins_after_the_last_sound_one(self) -> None:
        lively_books()
        assert operations.verify_new_books(**BY).is_full
        kept = Verification.objects.get()
        assert (kept.reconciles, kept.batch_count) == (True, 8)
        assert queries.last_sound_batch() == kept.up_to_batch_id


class TestAClosedMonth:
    def test_takes_no_more_transfers(self) -> None:
        lively_books()
        operations.close_period(period="2026-11", **BY)
        with pytest.raises(operations.PeriodClosed):
            post("late", move(1))
        with pytest.raises(operations.PeriodClosed):
            operations.post_many(key="late", transfers=[move(1)], **HERE)
        held = Transfer.objects.get(state="pending").pk
        with pytest.raises(operations.PeriodClosed):
            operations.post_pending(key="late", transfer_ids=[held], **HERE)
        post("late", move(1), period="2026-12")
        assert queries.prove_books().findings == ()

    def test_closes_once(self) -> None:
        operations.close_period(period="2026-11", **BY)
        with pytest.raises(operations.PeriodClosedBefore):
            operations.close_period(period="2026-11", **BY)

    def test_repeats_what_was_posted_before(self) -> None:
        made = post("a", move(5))
        operations.close_period(period="2026-11", **BY)
        assert post("a", move(5)) == made


class TestTheTrialBalance:
    def test_has_equal_columns(self) -> None:
        lively_books()
        balance = queries.trial_balance()
        totals = {each.currency: (each.debit_minor, each.credit_minor) for each in balance.totals}
        assert totals == {"CNY": (1_300, 1_300), "JPY": (5_000, 5_000)}
        assert balance.is_balanced


class TestTheJournal:
    def test_is_read_and_checked_by_beancount(self) -> None:
        lively_books()
        text = "\n".join(queries.journal_lines(until=AT.date()))
        entries, errors, _options = load_string(text)
        assert errors == []
        assert sum(isinstance(each, Transaction) for each in entries) == 6
        assert sum(isinstance(each, Balance) for each in entries) == 6

    def test_does_not_pass_there_when_a_balance_is_wrong_by_one(self) -> None:
        lively_books()
        meddle(MEDDLED[0][0], ADA, table="ledger_account")
        _entries, errors, _options = load_string("\n".join(queries.journal_lines(until=AT.date())))
        assert len(errors) == 1


class TestAnyBooks:
    @given(
        steps=st.lists(
            st.tuples(
                st.sampled_from(["post", "reserve", "use", "release"]),
                st.sampled_from([BANK, ADA, BAO, DEAL]),
                st.sampled_from([BANK, ADA, BAO, DEAL]),
                st.integers(1, 400),
            ),
            max_size=12,
        )
    )
    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_reconcile_and_match_a_plain_account_of_them(self, steps: list) -> None:
        run = Batch.objects.count()
        expected, held = Counter(balances()), []
        for number, (verb, debit, credit, amount_minor) in enumerate(steps):
            command = {"key": f"{run}-{number}", **HERE}
            asked = [move(amount_minor, debit, credit)]
            with suppress(operations.LedgerRefusal):
                if verb == "reserve":
                    made = operations.reserve(transfers=asked, **command)
                    held.append((made.transfer_ids, asked[0]))
                elif verb == "post":
                    operations.post(transfers=asked, **command)
                    book(expected, asked[0])
                elif held:
                    ids, reservation = held.pop()
                    if verb == "use":
                        operations.post_pending(transfer_ids=ids, **command)
                        book(expected, reservation)
                    else:
                        operations.void_pending(transfer_ids=ids, **command)
        assert balances() == {code: value for code, value in expected.items() if value}
        assert queries.prove_books().findings == ()


def book(balances_minor: Counter[str], transfer: NewTransfer) -> None:
    """Double entry, as plain as it gets."""
    balances_minor[transfer.debit] -= transfer.amount_minor
    balances_minor[transfer.credit] += transfer.amount_minor
