"""Posting: the only door to money."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from domains.ledger.small_books import ADA, AT, BANK, BAO, BY, DEAL, HERE, YEN, balances, move, post
from wavepool.domains.ledger import operations, queries
from wavepool.domains.ledger.models import Batch, Entry, LedgerAccount, Transfer
from wavepool.domains.ledger.operations import AccountName
from wavepool.plumbing.models import AuditRow

migration = import_module("wavepool.domains.ledger.migrations.0002_immutable")
pytestmark = pytest.mark.usefixtures("books")
LARGEST = 2**63 - 1


class TestPost:
    def test_moves_an_amount_from_debit_to_credit(self) -> None:
        made = post("a", move(1_234))
        assert balances() == {BANK: -1_234, ADA: 1_234}
        assert (made.transfer_count, made.sums_minor) == (1, {"CNY": 1_234})

    def test_judges_linked_transfers_together(self) -> None:
        post("a", move(100, ADA, BAO, key="out"), move(100, BANK, ADA, key="in"))
        assert balances() == {BANK: -100, BAO: 100}

    def test_gives_two_entries_that_add_up_to_zero(self) -> None:
        post("a", move(70, kind="commission", subject="order_line:9"))
        seen = Entry.objects.order_by("amount_minor")
        assert [(each.account.code, each.amount_minor) for each in seen] == [(BANK, -70), (ADA, 70)]

    def test_puts_one_row_with_its_digest_on_the_audit_trail(self) -> None:
        made = post("a", move(70), move(30, credit=BAO, key="u"))
        (row,) = AuditRow.objects.filter(kind="ledger.post")
        assert row.subject == f"ledger_batch:{made.batch_id}"
        assert made.digest in row.data

    def test_is_one_statement_where_the_store_can_do_it(self) -> None:
        with CaptureQueriesContext(connection) as seen:
            post("a", move(70), move(30, credit=BAO, key="u"))
        assert len(seen) == 1 or connection.vendor == "sqlite"

    def test_that_is_refused_leaves_nothing_behind_and_spoils_nothing(self) -> None:
        post("a", move(5))
        with transaction.atomic():
            for bad in (move(6, ADA, BAO), move(1, "payee:9:wallet:CNY"), move(1, currency="JPY")):
                with pytest.raises(operations.LedgerRefusal):
                    post("b", bad)
            post("b", move(1, ADA, BAO))
        assert list(Batch.objects.order_by("pk").values_list("key", flat=True)) == ["a", "b"]
        assert AuditRow.objects.filter(kind="ledger.post").count() == 2
        assert queries.prove_books().findings == ()

    def test_tells_many_rows_and_few_by_one_digest(self) -> None:
        few = post("few", *(move(1, key=str(n)) for n in range(3)))
        many = post("many", *(move(1, key=str(n)) for n in range(300)))
        assert Batch.objects.get(key="few").digest == few.digest
        assert len(many.transfer_ids) == 300
        assert balances() == {BANK: -303, ADA: 303}


class TestTheSameKey:
    def test_with_the_same_transfers_gives_the_same_result_and_moves_nothing(self) -> None:
        first = post("a", move(500), move(20, credit=BAO, key="u"))
        assert post("a", move(500), move(20, credit=BAO, key="u")) == first
        assert balances() == {BANK: -520, ADA: 500, BAO: 20}

    @pytest.mark.parametrize("other", [{"amount_minor": 501}, {"credit": BAO}, {"subject": "x"}])
    def test_with_anything_else_is_refused(self, other: dict[str, object]) -> None:
        post("a", move(500))
        with pytest.raises(operations.KeyReused):
            post("a", move(**{"amount_minor": 500, **other}))
        assert balances() == {BANK: -500, ADA: 500}

    def test_in_another_month_is_refused(self) -> None:
        post("a", move(500))
        with pytest.raises(operations.KeyReused):
            post("a", move(500), period="2026-12")


REFUSED = [
    (operations.InsufficientFunds, [move(1, ADA, BAO)]),
    (operations.InsufficientFunds, [move(5), move(6, ADA, BAO, key="u")]),
    (operations.CurrencyMismatch, [move(1, credit=YEN)]),
    (operations.CurrencyMismatch, [move(1, currency="JPY")]),
    (operations.AccountMissing, [move(1, credit="payee:9:wallet:CNY")]),
    (operations.BadTransfer, []),
    (operations.BadTransfer, [move(0)]),
    (operations.BadTransfer, [move(-5)]),
    (operations.BadTransfer, [move(1, credit=BANK)]),
    (operations.BadTransfer, [move(1), move(2)]),
    (operations.BadTransfer, [move(1, key="")]),
    (operations.BadTransfer, [move(1, key="a\tb")]),
    (operations.BadTransfer, [move(1, subject="s" * 81)]),
    (operations.AmountOutOfRange, [move(2**63)]),
    (operations.AmountOutOfRange, [move(LARGEST), move(1, credit=BAO, key="u")]),
]


class TestARefusal:
    @pytest.mark.parametrize(("error", "transfers"), REFUSED)
    def test_has_its_name_and_leaves_nothing(self, error: type, transfers: list) -> None:
        with pytest.raises(error):
            post("a", *transfers)
        assert balances() == {}
        assert (Batch.objects.count(), Transfer.objects.count()) == (0, 0)

    @pytest.mark.parametrize(("error", "transfers"), [case for case in REFUSED if case[1]])
    def test_is_the_same_in_a_settlement(self, error: type, transfers: list) -> None:
        with pytest.raises(error):
            operations.post_many(key="a", transfers=transfers, **HERE)
        assert balances() == {}
        assert (Batch.objects.count(), Transfer.objects.count()) == (0, 0)

    def test_comes_before_a_balance_wraps(self) -> None:
        post("a", move(LARGEST))
        with pytest.raises(operations.AmountOutOfRange):
            post("b", move(1))
        with pytest.raises(operations.AmountOutOfRange):
            operations.post_many(key="c", transfers=[move(1)], **HERE)
        assert balances() == {BANK: -LARGEST, ADA: LARGEST}

    @pytest.mark.parametrize("period", ["", "2026", "2026-13", "2026-11-01", "nov"])
    def test_is_given_to_what_is_no_month(self, period: str) -> None:
        with pytest.raises(operations.BadPeriod):
            post("a", move(1), period=period)


class TestAccounts:
    def test_that_stand_stay_as_they_are(self) -> None:
        post("a", move(5))
        name = AccountName(owner_kind="payee", owner_id="1", purpose="wallet", currency="CNY")
        assert operations.open_account(name=name, **BY) == ADA
        assert balances() == {BANK: -5, ADA: 5}

    @pytest.mark.parametrize(
        "words",
        [("Payee", "1", "wallet", "CNY"), ("payee", "a:b", "wallet", "CNY"),
         ("payee", "1", "treasure", "CNY"), ("payee", "1", "wallet", "XXZ")],
    )  # fmt: skip
    def test_with_a_word_out_of_place_are_not_opened(self, words: tuple[str, ...]) -> None:
        kind, owner, purpose, currency = words
        name = AccountName(owner_kind=kind, owner_id=owner, purpose=purpose, currency=currency)
        with pytest.raises(operations.BadAccount):
            operations.open_account(name=name, **BY)

    def test_only_receivables_and_the_outside_may_go_below_zero(self) -> None:
        named = LedgerAccount.objects.filter(may_go_negative=True)
        assert set(named.values_list("purpose", flat=True)) == {"external"}
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerAccount.objects.create(
                code="x", owner_kind="x", purpose="wallet", may_go_negative=True, opened_at=AT
            )


BY_HAND = [
    "UPDATE ledger_transfer SET amount_minor = amount_minor + 1",
    "UPDATE ledger_transfer SET credit_id = debit_id + 1",
    "UPDATE ledger_transfer SET state = 'voided'",
    "UPDATE ledger_transfer SET period = '2020-01'",
    "DELETE FROM ledger_transfer",
    "UPDATE ledger_batch SET digest = 'x'",
    "DELETE FROM ledger_batch",
    "DELETE FROM ledger_account",
    "UPDATE ledger_account SET may_go_negative = NOT may_go_negative",
    "UPDATE ledger_account SET code = 'mine'",
    "UPDATE ledger_account SET balance_minor = -1 WHERE purpose = 'wallet'",
]


class TestTheStore:
    @pytest.mark.parametrize("sql", BY_HAND)
    def test_refuses_by_itself(self, sql: str) -> None:
        post("a", move(5))
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    def test_refuses_to_be_emptied(self) -> None:
        if connection.vendor == "sqlite":
            return  # it knows no TRUNCATE; DELETE is refused above
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE ledger_transfer")

    def test_goes_back_and_forth_between_its_migrations(self) -> None:
        build, unbuild = migration.build, migration.unbuild
        with connection.cursor() as cursor:
            editor = SimpleNamespace(connection=connection, execute=cursor.execute)
            unbuild(None, editor)
            build(None, editor)
        post("a", move(5))
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_transfer")

    def test_refuses_to_change_a_reservation_but_by_its_one_step(self) -> None:
        operations.reserve(key="a", transfers=[move(5)], **HERE)
        for sql in (
            "UPDATE ledger_transfer SET amount_minor = 6",
            "UPDATE ledger_transfer SET state = 'posted', posted_at = made_at, decided_by_id = 1,"
            " amount_minor = 6",
            "UPDATE ledger_transfer SET subject = 'other'",
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)


class TestReverse:
    def test_takes_a_transfer_back_by_a_new_one(self) -> None:
        (first,) = post("a", move(90, subject="order_line:1")).transfer_ids
        (second,) = operations.reverse(key="r", transfer_id=first, **HERE).transfer_ids
        back = Transfer.objects.get(pk=second)
        assert (back.reverses_id, back.subject, balances()) == (first, "order_line:1", {})

    def test_happens_once_and_its_repeat_gives_the_same(self) -> None:
        (first,) = post("a", move(90)).transfer_ids
        made = operations.reverse(key="r", transfer_id=first, **HERE)
        assert operations.reverse(key="r", transfer_id=first, **HERE) == made
        with pytest.raises(operations.NotReversible):
            operations.reverse(key="s", transfer_id=first, **HERE)
        with pytest.raises(operations.NotReversible):
            post("s", move(90, ADA, BANK, reverses_id=first), move(90, key="fund"))

    def test_needs_something_that_moved_and_money_that_is_there(self) -> None:
        (held,) = operations.reserve(key="h", transfers=[move(5, key="h")], **HERE).transfer_ids
        (first,) = post("a", move(90)).transfer_ids
        post("b", move(90, ADA, BAO))
        for key, transfer_id, error in (
            ("r", held, operations.NotReversible),
            ("r", first, operations.InsufficientFunds),
            ("r", 10**9, operations.TransferMissing),
        ):
            with pytest.raises(error):
                operations.reverse(key=key, transfer_id=transfer_id, **HERE)


class TestASettlement:
    def test_posts_in_chunks_and_saves_its_place_with_each(self) -> None:
        places: list[int] = []
        rows = [move(n + 1, key=str(n), subject=f"order_line:{n}") for n in range(25)]
        done = operations.post_many(
            key="s", transfers=rows, chunk=10, checkpoint=places.append, **HERE
        )
        assert (done.batch_count, done.transfer_count, done.sums_minor) == (3, 25, {"CNY": 325})
        assert places == [1, 2, 3]
        assert balances() == {BANK: -325, ADA: 325}

    def test_goes_on_after_a_failure_and_posts_nothing_twice(self) -> None:
        rows = [move(1, key=str(n)) for n in range(20)]
        short = [*rows[:15], move(10**6, ADA, BAO, key="15"), *rows[16:]]
        with pytest.raises(operations.InsufficientFunds):
            operations.post_many(key="s", transfers=short, chunk=10, **HERE)
        assert balances() == {BANK: -10, ADA: 10}
        for start in (1, 0, 0):
            operations.post_many(key="s", transfers=rows, chunk=10, start=start, **HERE)
        assert balances() == {BANK: -20, ADA: 20}

    def test_may_hold_reservations_too(self) -> None:
        operations.post_many(
            key="a", transfers=[move(50), move(20, key="h", is_pending=True)], **HERE
        )
        operations.post_many(key="b", transfers=[move(30, ADA, DEAL, is_pending=True)], **HERE)
        assert LedgerAccount.objects.get(code=ADA).available_minor == 20
        with pytest.raises(operations.InsufficientFunds):
            post("c", move(21, ADA, BAO))
