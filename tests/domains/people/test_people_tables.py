"""Rows of people as the engine reads them: checked by its own contracts."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from wavepool.domains.people import operations, tables
from wavepool.domains.people.models import ChannelAccount, Creator, Payee
from wavepool.engine.columns import CONTRACTS, check, list_rejects, load_frames
from wavepool.engine.columns.contract import Kind
from wavepool.engine.relations import open_relations
from wavepool.plumbing.actor import MACHINE
from worlds.people import in_force

JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def people_at_work(world: Any) -> None:
    """A contract of two versions, two payees in turn, an introduction, a shop's host."""
    operations.open_agency_payee(world.agency, as_of=JUNE)
    operations.open_shop_payee(world.shop, as_of=JUNE)
    host = operations.become_creator(
        handle="tea-host",
        name="Tea host",
        role="shop-staff-host",
        shop_slug="bao-tea",
        actor=world.actor("bao"),
        as_of=JUNE,
    )
    operations.pay_host_through_shop(creator_id=host.pk, actor=MACHINE, as_of=JUNE)
    company = Payee.objects.create(
        kind="company", name="Ada Ltd", holder=world.ada, created_at=JUNE, verified_at=JUNE
    )
    operations.set_payee(
        creator_id=world.creator.pk, payee_id=company.pk, actor=MACHINE, as_of=JUNE
    )
    operations.set_payee(
        creator_id=world.creator.pk,
        payee_id=world.agency.payee.pk,
        actor=MACHINE,
        as_of=JUNE + 9 * DAY,
    )
    contract = in_force(world, as_of=JUNE)
    operations.propose_change(
        contract_id=contract.pk,
        side="creator",
        terms=operations.ContractTerms(direct_ppm=100_000, pool_ppm=0, award_ppm=0),
        actor=world.actor("ada"),
        as_of=JUNE + DAY,
    )
    operations.agree_to_version(
        contract_id=contract.pk,
        number=2,
        side="agency",
        actor=world.actor("chen"),
        as_of=JUNE + 2 * DAY,
    )
    introduction = operations.claim_introduction(
        agency_id=world.agency.pk,
        creator_id=world.creator.pk,
        evidence="A training record.",
        introduced_at=JUNE - DAY,
        actor=world.actor("chen"),
        as_of=JUNE,
    )
    operations.confirm_introduction(
        introduction_id=introduction.pk,
        creator_id=world.creator.pk,
        actor=world.actor("ada"),
        as_of=JUNE,
    )
    ChannelAccount.objects.create(
        creator=world.creator, channel="weitao", external_id="a", name="Ada", since_at=JUNE
    )


class TestTheTables:
    def test_pass_the_engines_contracts(self, world: Any, tmp_path: Path) -> None:
        people_at_work(world)
        frames = dict(tables.engine_tables())
        empty = {name: _empty(table) for name, table in CONTRACTS.items() if name not in frames}
        with closing(open_relations(scratch=tmp_path, threads=1, memory_mb=500)) as rel:
            checked = check(rel, load_frames(rel, {**frames, **empty}))
            assert list_rejects(rel).to_pylist() == []
        assert {name: checked.tables[name].good for name in frames} == {
            "creators": 2,
            "accounts": 1,
            "payees": 3,
            "creator_payees": 3,
            "agencies": 1,
            "shops": 1,
            "contracts": 6,
            "introductions": 1,
            "identity_links": 3,
        }

    def test_hold_the_split_of_every_moment(self, world: Any) -> None:
        people_at_work(world)
        rows = [
            (row["income_type"], row["split_ppm"], row["valid_from"], row["valid_to"])
            for row in tables.contracts().to_pylist()
            if row["income_type"] == "direct"
        ]
        assert rows == [
            ("direct", 200_000, JUNE, JUNE + 2 * DAY),
            ("direct", 100_000, JUNE + 2 * DAY, None),
        ]

    def test_link_an_owner_to_what_it_owns(self, world: Any) -> None:
        links = tables.identity_links().to_pylist()
        assert [(row["left_id"], row["right_id"], row["kind"]) for row in links] == [
            (f"buyer:{world.ada.pk}", f"creator:{world.creator.pk}", "self"),
            (f"buyer:{world.bao.pk}", f"shop:{world.shop.pk}", "self"),
        ]

    def test_of_an_empty_store_are_empty(self, db: None) -> None:
        assert {table.num_rows for table in tables.engine_tables().values()} == {0}
        assert Creator.objects.count() == 0


def _empty(table: Any) -> Any:
    kinds = {
        Kind.INT: pa.int64(),
        Kind.TIME: pa.timestamp("ms", tz="UTC"),
        Kind.FLAG: pa.bool_(),
        Kind.ID: pa.int64(),
        Kind.TEXT: pa.string(),
    }
    return pa.table(
        {column.name: pa.array([], type=kinds[column.kind]) for column in table.columns}
    )
