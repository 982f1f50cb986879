"""The tour through the demonstration, where no demonstration stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from wavepool.domains.credits.models import Run
from wavepool.domains.people.models import Account, Creator, Membership
from wavepool.domains.statements.models import Close, Take
from wavepool.site.demo.roles import ROLES
from wavepool.site.demo.tour import NoMarket, stops

pytestmark = pytest.mark.django_db
AT: Final = datetime(2026, 11, 12, tzinfo=UTC)


def close_a_month() -> None:
    """A month of somebody's own is closed and issued."""
    run = Run.objects.create(
        public_id="run_final", kind="final", period="2026-10", state="done", as_of=AT,
        finished_at=AT, confirmed_at=AT, key="k", digest="d", periods=["2026-10"],
    )  # fmt: skip
    take = Take.objects.create(period="2026-10", run=run, is_final=True, as_of=AT, taken_at=AT)
    Close.objects.create(
        period="2026-10", take=take, digest="c" * 64, findings=[], prepared_at=AT, prepared_by=1,
        approved_at=AT, approved_by=2, approved_name="Fay", posting_at=AT, posted_at=AT,
        locked_at=AT, issued_at=AT,
    )  # fmt: skip


class TestTheTour:
    def test_is_not_there_before_a_month_is_closed(self) -> None:
        with pytest.raises(NoMarket):
            stops()

    def test_is_not_there_in_a_market_without_its_people(self, world: Any) -> None:
        close_a_month()
        with pytest.raises(NoMarket):
            stops()

    def test_is_not_there_where_its_people_have_no_workspace(self, world: Any) -> None:
        close_a_month()
        for role in ROLES:
            Account.objects.get_or_create(email=role.email, defaults={"name": role.name})
        assert Creator.objects.exists()
        assert not Membership.objects.filter(account__email=ROLES[0].email).exists()
        with pytest.raises(NoMarket):
            stops()
