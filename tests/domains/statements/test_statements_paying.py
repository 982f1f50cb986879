"""What a payout paid: the oldest statements first, once for each payout, and what came back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from wavepool.domains.payouts.queries import spread, unpaid_statements
from wavepool.domains.statements import operations
from wavepool.domains.statements.models import Statement, StatementPayment
from wavepool.domains.statements.operations.paying import _allocated
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import AuditRow
from worlds.rules_desk import DAY, NOW, RulesDesk, add_payee, make_desk


@pytest.fixture
def desk(world: Any) -> RulesDesk:
    """Three months are issued: 300, 500 and 400 yuan."""
    made = make_desk(world)
    for net_minor, period in ((30_000, "2026-07"), (50_000, "2026-08"), (40_000, "2026-09")):
        made.statement(net_minor, period=period)
    return made


def pay(
    desk: RulesDesk,
    amount_minor: int,
    payout: str = "po_1",
    *,
    parts: dict[int, int] | None = None,
    **changes: Any,
) -> Any:
    """A payout paid Ada so much, the oldest statements first where no parts are named."""
    given = {"payee_id": desk.ada.pk, "currency": "CNY", "actor": MACHINE, "as_of": NOW}
    if parts is None:
        unpaid = unpaid_statements([desk.ada.pk], currency="CNY").get(desk.ada.pk, [])
        spread_out = spread(amount_minor, unpaid)
        parts = {each.statement_id: each.amount_minor for each in spread_out}
    return operations.note_paid(parts=parts, payout=payout, **{**given, **changes})


def give_back(desk: RulesDesk, amount_minor: int, payout: str = "po_1", **changes: Any) -> Any:
    """The money of a payout came back."""
    given = {"payee_id": desk.ada.pk, "currency": "CNY", "actor": MACHINE, "as_of": NOW + DAY}
    return operations.note_returned(
        amount_minor=amount_minor, payout=payout, **{**given, **changes}
    )


def paid() -> list[tuple[int, bool]]:
    """How much of each month is paid, and whether it is paid whole."""
    rows = Statement.objects.order_by("period").values_list("paid_minor", "paid_at")
    return [(minor, at is not None) for minor, at in rows]


class TestAPayment:
    def test_pays_the_oldest_first(self, desk: RulesDesk) -> None:
        rows = pay(desk, 60_000)
        assert [(row.statement.period, row.amount_minor) for row in rows] == [
            ("2026-07", 30_000),
            ("2026-08", 30_000),
        ]
        assert paid() == [(30_000, True), (30_000, False), (0, False)]
        pay(desk, 60_000, "po_2")
        assert paid() == [(30_000, True), (50_000, True), (40_000, True)]

    def test_counts_once_for_each_payout(self, desk: RulesDesk) -> None:
        first = pay(desk, 60_000)
        assert [row.pk for row in pay(desk, 60_000)] == [row.pk for row in first]
        assert paid() == [(30_000, True), (30_000, False), (0, False)]
        assert AuditRow.objects.filter(kind="statements.paid").count() == 1

    @pytest.mark.parametrize("change", ["amount", "payee", "currency"])
    def test_is_not_noted_again_with_something_else(self, desk: RulesDesk, change: str) -> None:
        pay(desk, 60_000)
        other = {
            "amount": {},
            "payee": {"payee_id": add_payee("Other").pk},
            "currency": {"currency": "USD"},
        }[change]
        with pytest.raises(operations.PaymentDiffers):
            pay(desk, 59_999 if change == "amount" else 60_000, **other)

    def test_of_more_than_is_owed_notes_nothing(self, desk: RulesDesk) -> None:
        pay(desk, 100_000)
        september = Statement.objects.get(period="2026-09")
        with pytest.raises(operations.MoreThanOwed) as refused:
            pay(desk, 20_001, "po_2", parts={september.pk: 20_001})
        assert (refused.value.amount_minor, refused.value.owed_minor) == (20_001, 20_000)
        assert StatementPayment.objects.filter(payout="po_2").count() == 0
        assert paid() == [(30_000, True), (50_000, True), (20_000, False)]

    def test_is_of_the_statements_that_the_payout_names(self, desk: RulesDesk) -> None:
        """An older one that is owed again meanwhile stays owed: the payout told another story."""
        august = Statement.objects.get(period="2026-08")
        rows = pay(desk, 50_000, parts={august.pk: 50_000})
        assert [(row.statement, row.amount_minor) for row in rows] == [(august, 50_000)]
        assert paid() == [(0, False), (50_000, True), (0, False)]

    def test_of_somebody_elses_statement_notes_nothing(self, desk: RulesDesk) -> None:
        august = Statement.objects.get(period="2026-08")
        with pytest.raises(operations.MoreThanOwed) as refused:
            pay(desk, 1, parts={august.pk: 1}, payee_id=add_payee("Other").pk)
        assert refused.value.owed_minor == 0
        assert not StatementPayment.objects.exists()

    def test_leaves_estimated_statements_and_other_currencies_alone(self, desk: RulesDesk) -> None:
        desk.statement(70_000, period="2026-06", issued_at=None)
        desk.statement(70_000, period="2026-06", currency="USD")
        pay(desk, 120_000)
        assert paid() == [(0, False), (0, False), (30_000, True), (50_000, True), (40_000, True)]

    @pytest.mark.parametrize(("amount", "payout"), [(0, "po"), (-5, "po"), (5, ""), (5, "x" * 81)])
    def test_is_of_something_and_has_a_name(
        self, desk: RulesDesk, amount: int, payout: str
    ) -> None:
        with pytest.raises(operations.NothingToPay):
            pay(desk, amount, payout)

    @pytest.mark.parametrize("changes", [{"amount_minor": 0}, {"payout": ""}])
    def test_is_guarded_by_the_store(self, desk: RulesDesk, changes: dict[str, Any]) -> None:
        statement = Statement.objects.order_by("period").first()
        given = {"statement": statement, "payout": "p", "amount_minor": 1, "paid_at": NOW}
        with pytest.raises(IntegrityError), transaction.atomic():
            StatementPayment.objects.create(**{**given, **changes})

    def test_of_one_statement_stands_once_in_the_store(self, desk: RulesDesk) -> None:
        rows = pay(desk, 10_000)
        rows[0].pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            rows[0].save()


class TestAReturn:
    def test_makes_the_statements_owed_again(self, desk: RulesDesk) -> None:
        pay(desk, 20_000, "po_0")
        pay(desk, 60_000)
        give_back(desk, 60_000)
        assert paid() == [(20_000, False), (0, False), (0, False)]
        pay(desk, 100_000, "po_2")
        assert paid() == [(30_000, True), (50_000, True), (40_000, True)]

    def test_counts_once(self, desk: RulesDesk) -> None:
        pay(desk, 60_000)
        give_back(desk, 60_000)
        give_back(desk, 60_000)
        assert paid() == [(0, False), (0, False), (0, False)]
        assert AuditRow.objects.filter(kind="statements.returned").count() == 1

    def test_ends_the_payout(self, desk: RulesDesk) -> None:
        pay(desk, 60_000)
        give_back(desk, 60_000)
        with pytest.raises(operations.PaymentReturned):
            pay(desk, 60_000)

    def test_is_of_the_whole_payout(self, desk: RulesDesk) -> None:
        pay(desk, 60_000)
        with pytest.raises(operations.PaymentDiffers):
            give_back(desk, 30_000)

    def test_of_what_was_never_paid_is_not_found(self, desk: RulesDesk) -> None:
        with pytest.raises(NotFound):
            give_back(desk, 60_000)


class TestAllocation:
    @settings(deadline=None)
    @given(
        nets=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=6),
        amount=st.integers(min_value=1, max_value=6 * 10**6),
    )
    def test_gives_out_the_amount_or_all_that_is_owed(
        self, nets: list[tuple[int, int]], amount: int
    ) -> None:
        rows = [
            Statement(pk=place, net_minor=max(pair), paid_minor=min(pair))
            for place, pair in enumerate(nets, 1)
        ]
        unpaid = {row.pk: row.net_minor - row.paid_minor for row in rows}
        owed = {pk: minor for pk, minor in unpaid.items() if minor}
        parts = spread(amount, [row for row in rows if row.pk in owed])
        assert sum(part.amount_minor for part in parts) == min(amount, sum(owed.values()))
        assert [part.statement_id for part in parts] == list(owed)[: len(parts)]
        full = [owed[part.statement_id] for part in parts]
        assert [part.amount_minor for part in parts][:-1] == full[:-1]
        # What was spread is what is noted, to the last cent.
        noted = _allocated(
            rows,
            {part.statement_id: part.amount_minor for part in parts},
            payout="p",
            as_of=NOW,
        )
        assert [(row.statement_id, row.amount_minor) for row in noted] == [
            (part.statement_id, part.amount_minor) for part in parts
        ]
