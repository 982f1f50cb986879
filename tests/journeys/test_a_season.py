"""The business story of a season, told through the commands that a user types."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

COMMAND = str(Path(sys.executable).with_name("wavepool"))
SIX_SCENES = {"headlines", "good_goods", "must_buy", "love_shopping", "short_video", "buy_world"}
MICRO = 1_000_000


@dataclass(frozen=True)
class Story:
    """A generated season and its settlement."""

    season: Path
    out: Path

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a result table, over all periods."""
        return [
            row
            for path in sorted(self.out.glob(f"*/{table}.parquet"))
            for row in pq.read_table(path).to_pylist()
        ]

    def explained(self, row: dict[str, Any], receipt: Path) -> dict[str, Any]:
        """What `explain --json` says of a statement line; writes its receipt."""
        name = f"{row['period']}/{row['leaf_no']}"
        said = run("explain", str(self.out), name, "--receipt", str(receipt), "--json")
        document: dict[str, Any] = json.loads(said.stdout)
        return document


def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Type a command; its exit code must be as said."""
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("season")
    season, out = folder / "season", folder / "settled"
    run("world", str(season), "--touches", "120000", "--seed", "7")
    run("check", str(season))
    run("settle", str(season), "--out", str(out), "--integrity")
    return Story(season, out)


class TestASeason:
    def test_puts_six_scenes_into_one_big_pool_and_balances_it(self, story: Story) -> None:
        scenes = {row["scene_id"] for row in story.rows("payee_scenes")}
        assert scenes >= SIX_SCENES
        accounts = story.rows("pool_accounts")
        assert {row["pool_id"] for row in accounts} == {"big"}
        for row in accounts:
            inflow = row["legs_minor"] + row["subsidy_minor"] + row["freed_minor"]
            outflow = row["reversals_minor"] + row["deficit_in_minor"]
            available = (inflow - outflow) * MICRO + row["residue_in_micro"]
            left = row["residue_out_micro"] - row["deficit_out_minor"] * MICRO
            assert available == row["distributed_micro"] + left
        assert sum(row["distributed_micro"] for row in accounts) > 0

    def test_attributes_every_order_line_once(self, story: Story) -> None:
        lines = pq.read_table(story.season / "order_lines.parquet").column("line_id").to_pylist()
        credited = Counter(row["line_id"] for row in story.rows("credits"))
        assert credited == Counter(lines)
        outcomes = {row["outcome"] for row in story.rows("credits")}
        assert outcomes >= {"direct", "indirect", "organic", "host"}

    def test_pays_by_value_and_not_by_sales_alone(self, story: Story) -> None:
        shares = {(row["payee_id"]): row["entitlement_micro"] for row in story.rows("pool_shares")}
        sales = Counter[int]()
        for row in story.rows("credits"):
            if row["pool_id"] is not None:
                sales[row["payee_id"]] += row["pool_minor"]
        without_sales = [payee for payee, micro in shares.items() if micro and not sales[payee]]
        assert without_sales, "somebody earns from the pool without having sold in it"

    def test_explains_a_payout_line_down_to_its_order_and_its_touches(
        self, story: Story, tmp_path: Path
    ) -> None:
        line = next(
            row
            for row in story.rows("statement_lines")
            if row["kind"] == "commission" and not row["is_held"]
        )
        said = story.explained(line, tmp_path / "receipt.json")
        assert said["path"]["line_id"] == int(line["ref_id"])
        assert [touch["is_winner"] for touch in said["evidence"]].count(True) == 1

    def test_gives_receipts_that_anyone_recomputes_offline(
        self, story: Story, tmp_path: Path
    ) -> None:
        receipt = tmp_path / "receipt.json"
        line = next(row for row in story.rows("statement_lines") if row["kind"] == "pool")
        story.explained(line, receipt)
        manifest = str(story.out / "manifest.json")
        run("verify", str(receipt), "--manifest", manifest)
        document = json.loads(receipt.read_text(encoding="utf-8"))
        account = next(step for step in document["steps"] if step["name"] == "account")
        account["inputs"]["subsidy_minor"] += 1
        edited = tmp_path / "edited.json"
        edited.write_text(json.dumps(document), encoding="utf-8")
        refused = run("verify", str(edited), "--manifest", manifest, code=4)
        assert "account" in refused.stdout + refused.stderr

    def test_pays_farmers_and_counts_the_village_programme(self, story: Story) -> None:
        creators = pq.read_table(story.season / "creators.parquet").to_pylist()
        farmers = {row["creator_id"] for row in creators if row["kind"] == "farmer"}
        days = [row for row in story.rows("creator_days") if row["creator_id"] in farmers]
        assert sum(row["effective_sessions"] for row in days) > 0
        assert sum(row["received_minor"] for row in days) > 0

    def test_awards_programmes_inside_their_budgets(self, story: Story) -> None:
        cards = story.rows("budget_cards")
        assert {row["programme_id"] for row in cards} == {
            "new_anchor_cash",
            "retention_cash",
            "agency_base",
            "agency_frame",
            "village_cohort",
        }
        assert all(row["spent_minor"] <= row["budget_minor"] for row in cards)
        assert sum(row["spent_minor"] for row in cards) > 0
        once = [
            (row["once_key"], row["person_id"])
            for row in story.rows("awards")
            if row["subject_kind"] == "creator"
        ]
        assert len(once) == len(set(once)), "nobody is paid the same reward twice"

    def test_parks_self_purchases_with_evidence(self, story: Story) -> None:
        holds = [row for row in story.rows("holds") if row["cause"] == "self_purchase"]
        assert holds
        assert all(json.loads(row["evidence"]) for row in holds)
        held = {row["ref_id"] for row in story.rows("statement_lines") if row["is_held"]}
        assert {str(row["line_id"]) for row in holds if row["amount_minor"]} <= held

    def test_settled_again_gives_the_same_digest_and_says_so(self, story: Story) -> None:
        before = json.loads((story.out / "manifest.json").read_text(encoding="utf-8"))
        again = run("settle", str(story.season), "--out", str(story.out), "--integrity", "--json")
        assert json.loads(again.stdout)["digest"] == before["digest"]


class TestAPolicy:
    def test_is_compared_with_another_before_it_binds(self) -> None:
        changes = json.loads(run("policy", "diff", "default", "pool_per_scene", "--json").stdout)
        assert changes
