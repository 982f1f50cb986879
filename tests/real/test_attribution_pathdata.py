"""10,000 real journeys over 12 channels, against published results of another package."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest

from shared_data import shared_file
from wavepool.engine.attribution import heuristic_credits, removal_effects, weigh_touches
from wavepool.engine.relations import open_relations

FOLDER = "attribution_pathdata"
PEER = "reference_channelattribution_2.2.5"
CONVERSIONS = 19_785
RULES = {"first": "first_touch", "last": "last_touch", "linear": "linear"}


@pytest.fixture(scope="module")
def paths() -> pa.Table:
    with shared_file(FOLDER, "PathData.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    return pa.table(
        {
            "path": pa.array([row["path"].split(" > ") for row in rows], pa.list_(pa.string())),
            "conversions": pa.array([int(row["total_conversions"]) for row in rows], pa.int64()),
            "nulls": pa.array([int(row["total_null"]) for row in rows], pa.int64()),
        }
    )


def reference(name: str) -> dict[str, dict[str, float]]:
    """Numbers of one reference file by channel."""
    with shared_file(FOLDER, f"{PEER}_{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row.pop("channel_name"): {key: float(value) for key, value in row.items()}
            for row in csv.DictReader(lines)
        }


def credits_by_sql(paths: pa.Table, folder: Path) -> dict[str, dict[str, Fraction]]:
    """Conversions by channel under the SQL rules, each path a line and each step a touch."""
    steps = [path.as_py() for path in paths.column("path")]
    columns = {
        "line_id": [line for line, path in enumerate(steps) for _ in path],
        "touch_id": [place for path in steps for place in range(len(path))],
        "touched_at": [place for path in steps for place in range(len(path))],
    }
    conversions = paths.column("conversions").to_pylist()
    rel = open_relations("duckdb", scratch=folder, threads=1, memory_mb=500)
    rel.put(
        "line_touches", pa.table({name: pa.array(v, pa.int64()) for name, v in columns.items()})
    )
    credits: dict[str, dict[str, Fraction]] = {}
    for name, rule in RULES.items():
        weigh_touches(rel, rule=rule, last_share_ppm=0, name="weights")
        found = rel.fetch(
            "select w.line_id, w.touch_id, w.weight, "
            "cast(sum(w.weight) over (partition by w.line_id) as bigint) as total from weights as w"
        )
        credits[name] = {}
        for line, place, weight, total in zip(*(c.to_pylist() for c in found.columns), strict=True):
            channel = steps[line][place]
            part = Fraction(weight * conversions[line], total)
            credits[name][channel] = credits[name].get(channel, Fraction(0)) + part
    rel.close()
    return credits


class TestTheSimpleRules:
    def test_give_what_the_peer_gives(self, paths: pa.Table) -> None:
        peer = reference("heuristic")
        found = heuristic_credits(paths)
        assert {row.channel for row in found} == peer.keys()
        for row in found:
            wanted = peer[row.channel]
            assert row.first == wanted["first_touch_conversions"]
            assert row.last == wanted["last_touch_conversions"]
            # The peer adds up in doubles; ours is exact.
            assert float(row.linear) == pytest.approx(wanted["linear_touch_conversions"], rel=1e-12)

    def test_give_the_published_numbers_of_alpha(self, paths: pa.Table) -> None:
        [alpha] = [row for row in heuristic_credits(paths) if row.channel == "alpha"]
        assert (alpha.first, alpha.last, round(alpha.linear, 6)) == (
            6_308,
            8_447,
            Fraction("7574.718594"),
        )

    def test_are_the_sql_rules_that_pay(self, paths: pa.Table, tmp_path: Path) -> None:
        by_sql = credits_by_sql(paths, tmp_path)
        for row in heuristic_credits(paths):
            for name in RULES:
                assert by_sql[name].get(row.channel, 0) == getattr(row, name), (row.channel, name)
        assert {name: sum(by_sql[name].values()) for name in RULES} == dict.fromkeys(
            RULES, CONVERSIONS
        )


class TestTheMarkovChain:
    def test_is_within_one_percent_of_the_peers_simulation(self, paths: pa.Table) -> None:
        peer = reference("markov_order1")
        found = {row["channel"]: row["conversions"] for row in removal_effects(paths).to_pylist()}
        large = {channel for channel, row in peer.items() if row["total_conversions"] > 100}
        assert len(large) == 10
        for channel in large:
            assert found[channel] == pytest.approx(peer[channel]["total_conversions"], rel=0.01)
        assert sum(found.values()) == pytest.approx(CONVERSIONS, rel=1e-12)

    def test_has_the_peers_removal_effects(self, paths: pa.Table) -> None:
        peer = reference("removal_effects_order1")
        for row in removal_effects(paths).to_pylist():
            wanted = peer[row["channel"]]["removal_effects_conversion"]
            assert row["removal_effect"] == pytest.approx(wanted, abs=0.003)
