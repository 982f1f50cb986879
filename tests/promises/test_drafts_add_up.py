"""What people see of a pool adds up to the micro, in every month of a drawn world.

The audit below adds the stored rows up in Python, apart from the operation's own check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from wavepool.domains.pools import operations
from wavepool.domains.pools.models import PeriodDraft, PoolDraft, PoolScene, Share
from wavepool.domains.pools.operations import PoolDoesNotAddUp, taking
from wavepool.domains.scores.queries import FolderTables
from wavepool.engine.policy import Policy
from wavepool.plumbing.actor import MACHINE

pytestmark = pytest.mark.django_db
MICRO = 1_000_000
AT = datetime(2022, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class OneMore:
    """A run in which the value of one share is one more than it should be."""

    source: FolderTables

    @property
    def policy(self) -> Policy:
        return self.source.policy

    @property
    def periods(self) -> tuple[str, ...]:
        return self.source.periods

    def read(
        self, table: str, *, period: str, where: str = "true", params: Sequence[Any] = ()
    ) -> pa.Table:
        found = self.source.read(table, period=period, where=where, params=params)
        if table != "pool_shares":
            return found
        rows = found.to_pylist()
        rows[0]["value"] += 1
        return pa.Table.from_pylist(rows, schema=found.schema)

    def read_opening(self, state: str, *, period: str) -> pa.Table | None:
        return self.source.read_opening(state, period=period)


def take(source: Any, period: str) -> PeriodDraft:
    return operations.take_in_draft(source, run_id="run_1", period=period, as_of=AT, actor=MACHINE)


def differences(draft: PeriodDraft) -> list[str]:
    """What does not add up in the stored rows of a draft, in words."""
    found = []
    for pool in PoolDraft.objects.filter(draft=draft):
        shares = list(Share.objects.filter(draft=draft, pool_id=pool.pool_id))
        scenes = list(PoolScene.objects.filter(draft=draft, pool_id=pool.pool_id))
        came = pool.legs_minor + pool.subsidy_minor + pool.freed_minor
        went = pool.reversals_minor + pool.deficit_in_minor
        legs = pool.legs_minor - pool.reversals_minor
        sums = {
            "in": ((came - went) * MICRO + pool.residue_in_micro, pool.distributable_micro),
            "out": (
                sum(each.entitlement_micro for each in shares)
                + pool.residue_out_micro
                - pool.deficit_out_minor * MICRO,
                pool.distributable_micro,
            ),
            "values": (sum(each.value for each in shares), pool.value_total),
            "scenes": (sum(each.value for each in scenes), pool.value_total),
            "sales": (sum(each.sales_only_minor - each.direct_minor for each in shares), legs),
        }
        found += [f"{pool.pool_id} {name}" for name, (one, other) in sums.items() if one != other]
        found += [
            f"{pool.pool_id} payee {each.payee_id}"
            for each in shares
            if each.entitlement_micro + each.carry_in_micro
            != each.agency_micro + each.paid_minor * MICRO + each.carry_out_micro
        ]
    return found


class TestADraftOfADrawnWorld:
    def test_adds_up_in_every_month(self, world_settled: Path) -> None:
        source = FolderTables(world_settled)
        drafts = [take(source, period) for period in source.periods]
        assert Share.objects.count() > 10
        assert [differences(each) for each in drafts] == [[] for _ in drafts]

    def test_that_does_not_is_never_shown(self, world_settled: Path) -> None:
        source = OneMore(FolderTables(world_settled))
        with pytest.raises(PoolDoesNotAddUp):
            take(source, source.periods[0])
        assert PeriodDraft.objects.get().taken_at is None

    def test_sabotage_the_check_is_taken_away(
        self, world_settled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(taking, "ensure_adds_up", lambda _draft: None)
        source = OneMore(FolderTables(world_settled))
        assert differences(take(source, source.periods[0])) == ["big values"]
