"""Every rule with a bad row and good ones, and what happens when the rule is switched off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from engine.columns.bad_rows import ACROSS_CASES, CASES, ROW_CASES, Case, all_extra_rows
from engine.columns.good_rows import GOOD, relations, row_key, season
from wavepool.engine.columns import CONTRACTS, Checked, Known, Loaded, check, load_frames
from wavepool.engine.columns.failing import Judge, clashing_rows_sql, failing_rows_sql, judge
from wavepool.engine.columns.wording import divided
from wavepool.engine.relations import Relations

KNOWN = Known(scenes=("headlines",), pools={"big": "CNY"})
POLICY = ("policy_scenes", "policy_pools")


@dataclass(frozen=True)
class World:
    rel: Relations
    loaded: Loaded
    checked: Checked
    rejects: list[dict[str, Any]]

    def faults_of(self, table: str, key: str) -> set[tuple[str, str, str | None]]:
        return {
            (row["rule"], row["column_name"], row["value"])
            for row in self.rejects
            if (row["table_name"], row["row_key"]) == (table, key)
        }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The good season and every bad row at once."""
    with relations(tmp_path_factory.mktemp("rules")) as rel:
        loaded = load_frames(rel, season(all_extra_rows()))
        checked = check(rel, loaded, known=KNOWN)
        yield World(rel, loaded, checked, rel.fetch("select * from rejects").to_pylist())


def label(case: Case) -> str:
    return case.label


class TestEachBadRow:
    @pytest.mark.parametrize("case", CASES, ids=label)
    def test_is_rejected_for_its_faults_alone(self, world: World, case: Case) -> None:
        assert world.faults_of(case.table, case.key) == set(case.faults)

    def test_is_the_only_kind_rejected(self, world: World) -> None:
        found = {(row["table_name"], row["row_key"]) for row in world.rejects}
        assert found == {(case.table, case.key) for case in CASES}

    def test_is_counted_once_however_many_rules_it_breaks(self, world: World) -> None:
        assert world.checked.rejected == len(CASES)
        assert len(world.rejects) == sum(len(case.faults) for case in CASES)

    def test_names_its_place_in_a_frame(self, world: World) -> None:
        rows = {row["row_key"]: row["row_no"] for row in world.rejects if row["rule"] == "negative"}
        assert rows == {"103": 4, "113": 14}


class TestEachGoodRow:
    @pytest.mark.parametrize("name", GOOD)
    def test_stands_under_the_name_of_its_table(self, world: World, name: str) -> None:
        table = CONTRACTS[name]
        rows = world.rel.fetch(f"select * from {name}")
        keys = {row_key(table, row) for row in rows.to_pylist()}
        bad = {case.key for case in CASES if case.table == name}
        assert row_key(table, GOOD[name]) in keys
        assert keys & bad == set()
        assert rows.column_names == [column.name for column in table.columns]

    @pytest.mark.parametrize("name", GOOD)
    def test_adds_up_with_the_rejected_to_the_rows_read(self, world: World, name: str) -> None:
        count = world.checked.tables[name]
        read = 1 + len(all_extra_rows().get(name, []))
        bad = sum(case.table == name for case in CASES)
        assert (count.read, count.good, count.rejected) == (read, read - bad, bad)


class TestARuleSwitchedOff:
    @pytest.mark.parametrize("case", [c for c in ROW_CASES if len(c.faults) == 1], ids=label)
    def test_lets_its_bad_row_pass(self, world: World, case: Case) -> None:
        judged = judged_again(world, case)
        rules = [rule for rule in judged.row_rules if not breaks(case, rule.name, rule.column)]
        assert len(rules) == len(judged.row_rules) - 1
        sql = failing_rows_sql(judged, rules, source=f"raw_{case.table}")
        assert case.key not in keys_found(world, case, sql)

    @pytest.mark.parametrize("case", ACROSS_CASES, ids=label)
    def test_lets_its_clash_pass(self, world: World, case: Case) -> None:
        judged = judged_again(world, case)
        with_it = clashing_rows_sql(judged, judged.across_rules, source=f"passed_{case.table}")
        assert case.key in keys_found(world, case, with_it)
        rules = [rule for rule in judged.across_rules if not breaks(case, rule.name, rule.column)]
        assert rules == []


class TestTheCases:
    def test_break_every_declared_rule(self) -> None:
        declared = {(t.name, rule.name) for t in CONTRACTS.values() for rule in t.rules}
        broken = {(case.table, fault[0]) for case in CASES for fault in case.faults}
        assert declared - broken == {("subsidies", "pool of two currencies")}


class TestEveryColumn:
    @pytest.mark.parametrize("name", GOOD)
    def test_that_must_be_filled_is_watched(self, world: World, name: str) -> None:
        table = CONTRACTS[name]
        judged = judge(table, world.loaded, known=POLICY, gone=())
        watched = {rule.column for rule in judged.row_rules if rule.name == "missing value"}
        assert watched == {c.name for c in table.columns if not c.may_be_absent}


def judged_again(world: World, case: Case) -> Judge:
    gone = [name for name, count in world.checked.tables.items() if count.rejected]
    return judge(CONTRACTS[case.table], world.loaded, known=POLICY, gone=gone)


def breaks(case: Case, rule: str, column: str) -> bool:
    return any(fault[:2] == (rule, column) for fault in case.faults)


def keys_found(world: World, case: Case, sql: str) -> set[str]:
    table = CONTRACTS[case.table]
    rows = world.rel.fetch(divided(world.rel, sql)).to_pylist()
    return {row_key(table, row) for row in rows}
