"""Reservations: set aside, used or released, each once."""

from __future__ import annotations

import pytest

from domains.ledger.small_books import ADA, BANK, BAO, DEAL, HERE, balances, move, post, reserved
from wavepool.domains.ledger import operations, queries
from wavepool.domains.ledger.models import Transfer

pytestmark = pytest.mark.usefixtures("books")


@pytest.fixture
def held() -> int:
    """Ada holds 100, of which 60 are reserved for the deal."""
    post("fund", move(100))
    made = operations.reserve(key="hold", transfers=[move(60, ADA, DEAL)], **HERE)
    return made.transfer_ids[0]


def use(key: str, *ids: int, period: str = "2026-11") -> operations.Posted:
    return operations.post_pending(key=key, transfer_ids=ids, **{**HERE, "period": period})


def release(key: str, *ids: int) -> operations.Posted:
    return operations.void_pending(key=key, transfer_ids=ids, **HERE)


class TestAReservation:
    def test_moves_nothing_and_cannot_be_spent(self, held: int) -> None:
        assert (balances(), reserved(ADA)) == ({BANK: -100, ADA: 100}, 60)
        with pytest.raises(operations.InsufficientFunds) as refusal:
            post("b", move(41, ADA, BAO))
        assert refusal.value.available_minor == 40
        post("c", move(40, ADA, BAO))

    def test_is_refused_beyond_what_is_there(self, held: int) -> None:
        with pytest.raises(operations.InsufficientFunds):
            operations.reserve(key="more", transfers=[move(41, ADA, DEAL)], **HERE)

    def test_moves_when_it_is_used_in_the_month_of_its_use(self, held: int) -> None:
        use("use", held, period="2026-12")
        assert (balances(), reserved(ADA)) == ({BANK: -100, ADA: 40, DEAL: 60}, 0)
        assert Transfer.objects.get(pk=held).period == "2026-12"

    def test_is_free_again_when_it_is_released(self, held: int) -> None:
        release("free", held)
        assert (balances(), reserved(ADA)) == ({BANK: -100, ADA: 100}, 0)
        post("b", move(100, ADA, BAO))

    @pytest.mark.parametrize("first", [use, release])
    @pytest.mark.parametrize("second", [use, release])
    def test_takes_one_step_only(self, held: int, first: type, second: type) -> None:
        made = first("one", held)
        assert first("one", held) == made
        before = balances()
        with pytest.raises(operations.NotPending):
            second("two", held)
        assert (balances(), reserved(ADA)) == (before, 0)

    def test_of_another_key_is_another_command(self, held: int) -> None:
        use("use", held)
        with pytest.raises(operations.KeyReused):
            release("use", held)

    def test_that_is_posted_or_missing_cannot_be_used(self, held: int) -> None:
        (posted,) = post("b", move(1)).transfer_ids
        with pytest.raises(operations.NotPending):
            use("c", held, posted)
        with pytest.raises(operations.TransferMissing):
            use("d", 10**9)
        with pytest.raises(operations.BadTransfer):
            use("e", held, held)
        assert reserved(ADA) == 60

    def test_leaves_books_that_reconcile_at_every_step(self, held: int) -> None:
        (second,) = operations.reserve(
            key="hold 2", transfers=[move(10, ADA, BAO)], **HERE
        ).transfer_ids
        assert queries.prove_books().reconciles
        use("use", held)
        release("free", second)
        assert queries.prove_books().findings == ()
