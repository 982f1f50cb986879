"""explain, verify, court: why a line has its amount."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cli.runs import run


def line_of(settled: Path, kind: str) -> str:
    """The first line of a kind, as PERIOD/NUMBER."""
    for period in ("2022-11", "2022-12"):
        rows = pq.read_table(settled / period / "statement_lines.parquet").to_pylist()
        for row in rows:
            if row["kind"] == kind and not row["is_held"] and row["amount_minor"] != 0:
                return f"{period}/{row['leaf_no']}"
    raise LookupError(kind)


@pytest.fixture
def receipt(settled: Path, tmp_path: Path) -> Path:
    path = tmp_path / "receipt.json"
    ran = run("explain", settled, line_of(settled, "commission"), "--receipt", path)
    assert ran.exit_code == 0, ran.err
    return path


def edit(path: Path, **amounts: int) -> None:
    """Change results of a receipt's steps by name."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for step in document["steps"]:
        for name, added in amounts.items():
            if name in step["result"]:
                step["result"][name] += added
    path.write_text(json.dumps(document), encoding="utf-8")


class TestExplain:
    @pytest.mark.parametrize("kind", ["commission", "pool", "refund", "agency"])
    def test_gives_sentence_steps_and_policy_of_every_kind(self, settled: Path, kind: str) -> None:
        ran = run("explain", settled, line_of(settled, kind))
        assert ran.exit_code == 0, ran.err
        assert "Computed" in ran.out
        assert "policy default v1" in ran.out
        assert max(map(len, ran.out.splitlines())) <= 100

    def test_marks_the_winner_among_the_touches(self, settled: Path) -> None:
        ran = run("explain", settled, line_of(settled, "commission"))
        rows = [line for line in ran.out.splitlines() if line.startswith("wins")]
        assert len(rows) == 1

    def test_speaks_chinese(self, settled: Path) -> None:
        ran = run("explain", settled, line_of(settled, "pool"), "--lang", "zh")
        assert "计算过程" in ran.out
        assert "Computed" not in ran.out

    def test_gives_the_same_as_json(self, settled: Path) -> None:
        ran = run("explain", settled, line_of(settled, "commission"), "--json")
        found = json.loads(ran.out)
        assert found["receipt"]["line"]["amount_minor"] == found["line"]["amount_minor"]
        assert [row["is_winner"] for row in found["evidence"]].count(True) == 1

    def test_calls_an_unknown_line_wrong_use(self, settled: Path) -> None:
        ran = run("explain", settled, "2022-11/999999")
        assert (ran.exit_code, ran.out) == (2, "")
        assert "no statement line named '2022-11/999999'" in ran.err

    def test_calls_a_folder_without_manifest_bad_data(self, tmp_path: Path) -> None:
        ran = run("explain", tmp_path, "2022-11/1")
        assert ran.exit_code == 3
        assert "holds no finished settlement" in ran.err


class TestVerify:
    def test_recomputes_a_receipt_and_proves_it_under_its_manifest(
        self, settled: Path, receipt: Path
    ) -> None:
        ran = run("verify", receipt, "--manifest", settled / "manifest.json", "--json")
        assert ran.exit_code == 0
        found = json.loads(ran.out)
        assert (found["ok"], found["membership"], found["origin"]) == (True, "proved", "unsigned")

    def test_says_what_it_cannot_know_without_a_manifest(self, receipt: Path) -> None:
        ran = run("verify", receipt)
        assert ran.exit_code == 0
        assert "arithmetic verified, origin not" in ran.out

    def test_exits_4_and_names_the_step_of_an_edited_number(self, receipt: Path) -> None:
        edit(receipt, commission_minor=1)
        ran = run("verify", receipt)
        assert ran.exit_code == 4
        assert "first at    step commission, result/commission_minor" in ran.out
        assert "does not recompute" in ran.err

    def test_calls_another_document_bad_data(self, settled: Path) -> None:
        ran = run("verify", settled / "manifest.json")
        assert (ran.exit_code, ran.out) == (3, "")

    def test_wants_a_manifest_with_a_key(self, receipt: Path) -> None:
        assert run("verify", receipt, "--public-key", receipt).exit_code == 2


class TestCourt:
    def test_gives_every_rule_the_same_total(self, settled: Path) -> None:
        ran = run("court", settled, "--json")
        assert ran.exit_code == 0
        found = json.loads(ran.out)
        totals = {sum(row[f"{rule}_minor"] for row in found["credits"]) for rule in found["rules"]}
        assert len(found["rules"]) == 7
        assert len(totals) == 1
        assert totals.pop() > 0

    def test_shows_the_evidence_of_one_order(self, settled: Path) -> None:
        ran = run("court", settled, "--rules", "qualified_last,linear")
        assert "Touches of order line" in ran.out
        assert "pay follows qualified_last" in ran.err

    def test_calls_an_unknown_rule_wrong_use(self, settled: Path) -> None:
        ran = run("court", settled, "--rules", "coin")
        assert (ran.exit_code, ran.out) == (2, "")
        assert "no attribution rule 'coin'" in ran.err
