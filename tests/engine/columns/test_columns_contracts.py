"""The contracts themselves, and the page that is written from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavepool.engine.columns import CONTRACTS, Kind, Table, tables_page
from wavepool.engine.columns.failing import POLICY_KEYS, column_rules

PAGE = Path(__file__).resolve().parents[3] / "docs" / "tables.md"
REWRITE = (
    'python -c "from wavepool.engine.columns import tables_page; print(tables_page(), end=str())"'
)


class TestContracts:
    def test_name_every_input_table(self) -> None:
        assert sorted(CONTRACTS) == [
            "accounts",
            "agencies",
            "budgets",
            "cancellations",
            "channels",
            "contracts",
            "creator_payees",
            "creators",
            "feedback",
            "identity_links",
            "introductions",
            "items",
            "order_lines",
            "payees",
            "pieces",
            "plans",
            "refunds",
            "rulings",
            "scenes",
            "sessions",
            "shops",
            "subsidies",
            "touch_items",
            "touches",
            "viewers",
        ]

    def test_are_versioned_where_terms_change(self) -> None:
        versioned = [table.name for table in CONTRACTS.values() if table.is_versioned]
        assert versioned == ["creator_payees", "contracts", "plans"]

    def test_make_two_tables_optional(self) -> None:
        optional = [table.name for table in CONTRACTS.values() if table.is_optional]
        assert optional == ["viewers", "touch_items"]

    @pytest.mark.parametrize("table", CONTRACTS.values(), ids=lambda table: table.name)
    def test_name_keys_and_references_that_exist(self, table: Table) -> None:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        earlier = list(CONTRACTS)[: list(CONTRACTS).index(table.name)]
        for reference in table.references:
            assert reference.column in names
            assert reference.table in [*earlier, *POLICY_KEYS]
        for rule in table.rules:
            assert rule.column in names

    @pytest.mark.parametrize("table", CONTRACTS.values(), ids=lambda table: table.name)
    def test_join_only_ids_of_one_family(self, table: Table) -> None:
        for reference in table.references:
            if reference.table in CONTRACTS:
                target = CONTRACTS[reference.table]
                mine, other = table.column(reference.column), target.column(target.key[0])
                assert (mine.kind, mine.family) == (other.kind, other.family)
                assert len(target.key) == 1

    def test_give_every_id_a_family(self) -> None:
        for table in CONTRACTS.values():
            for column in table.columns:
                assert bool(column.family) == (column.kind is Kind.ID)


class TestThePage:
    def test_says_what_the_contracts_say(self) -> None:
        assert PAGE.read_text(encoding="utf-8") == tables_page(), f"write it anew: {REWRITE}"

    def test_names_every_column_and_rule(self) -> None:
        page = tables_page()
        for table in CONTRACTS.values():
            assert f"## {table.name}" in page
            assert all(f"| `{column.name}` |" in page for column in table.columns)
            assert all(rule.meaning in page for rule in table.rules)

    def test_names_the_rules_that_every_column_implies(self) -> None:
        implied = {
            rule.name
            for table in CONTRACTS.values()
            for column in table.columns
            for rule in column_rules(column, is_text=True, is_unsure=True)
        }
        page = " ".join(tables_page().split())
        assert len(implied) == 15
        assert [name for name in sorted(implied) if f"`{name}`" not in page] == []
