"""world, check, settle: from a seed to a digest."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from cli.runs import run, start


class TestWorld:
    def test_prints_its_rows_as_json(self, tmp_path: Path) -> None:
        ran = run("world", tmp_path / "w", "--touches", "1500", "--months", "1", "--json")
        assert ran.exit_code == 0
        assert json.loads(ran.out)["rows"]["touches"] == 1500

    def test_refuses_a_folder_with_files_in_it(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
        ran = run("world", tmp_path, "--touches", "1500")
        assert (ran.exit_code, ran.out) == (1, "")
        assert ran.err.splitlines()[-1] == (
            f"wavepool: {tmp_path} is not empty; a world needs a folder of its own; "
            "name a new folder"
        )

    def test_calls_too_few_touches_wrong_use(self, tmp_path: Path) -> None:
        ran = run("world", tmp_path / "w", "--touches", "5")
        assert ran.exit_code == 2
        assert "1000 <= touches <= 100000000" in ran.err


class TestCheck:
    def test_finds_every_row_of_a_seeded_season_good(self, season: Path) -> None:
        ran = run("check", season, "--json")
        assert ran.exit_code == 0
        found = json.loads(ran.out)
        assert (found["rejected"], found["tables"]["touches"]["good"]) == (0, 4_000)

    def test_exits_3_and_names_row_and_rule_of_a_reject(self, bad_season: Path) -> None:
        ran = run("check", bad_season)
        assert ran.exit_code == 3
        (broken,) = [line for line in ran.out.splitlines() if "999999999" in line]
        assert broken.split()[:2] == ["refunds", "1"]
        assert "1 rows are rejected" in ran.err

    def test_calls_a_missing_table_bad_data(self, tmp_path: Path) -> None:
        ran = run("check", tmp_path)
        assert ran.exit_code == 3
        assert "docs/tables.md lists every table and column" in ran.err


class TestSettle:
    def test_says_that_a_finished_folder_needs_nothing_and_repeats_its_digest(
        self, season: Path, settled: Path
    ) -> None:
        first = json.loads((settled / "manifest.json").read_text(encoding="utf-8"))["digest"]
        ran = run("settle", season, "--out", settled, "--json")
        assert ran.exit_code == 0
        again = json.loads(ran.out)
        assert (again["digest"], again["was_finished"]) == (first, True)
        assert "was finished already; nothing had to be done" in ran.err

    def test_refuses_a_folder_of_another_plan(self, season: Path, settled: Path) -> None:
        ran = run("settle", season, "--out", settled, "--period", "2022-11")
        assert (ran.exit_code, ran.out) == (1, "")
        assert "holds a settlement with another period" in ran.err

    def test_exits_3_on_rejects_and_writes_no_manifest(
        self, bad_season: Path, tmp_path: Path
    ) -> None:
        ran = run("settle", bad_season, "--out", tmp_path / "out")
        assert (ran.exit_code, ran.out) == (3, "")
        assert "or pass --allow-rejects" in ran.err
        assert (tmp_path / "out" / "rejects.parquet").exists()
        assert not (tmp_path / "out" / "manifest.json").exists()

    def test_calls_an_unknown_policy_wrong_use(self, season: Path, tmp_path: Path) -> None:
        ran = run("settle", season, "--out", tmp_path / "out", "--policy", "nobodys")
        assert ran.exit_code == 2
        assert "no packaged policy is named 'nobodys'" in ran.err

    def test_finds_nothing_in_a_month_without_orders(self, season: Path, tmp_path: Path) -> None:
        ran = run("settle", season, "--out", tmp_path / "out", "--period", "2021-01")
        assert ran.exit_code == 3
        assert "check --period and --opening" in ran.err

    def test_goes_on_after_an_interruption_and_ends_at_the_same_digest(
        self, season: Path, settled: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        with start("settle", season, "--out", out) as running:
            assert running.stderr is not None
            for line in running.stderr:
                if "weighing touches" in line:
                    running.send_signal(signal.SIGINT)
                    break
            rest = running.stderr.read()
            running.wait(timeout=60)
        assert running.returncode == 130, rest
        assert rest.splitlines()[-1].startswith("wavepool: interrupted")
        assert not (out / "manifest.json").exists()
        ran = run("settle", season, "--out", out, "--json")
        assert ran.exit_code == 0
        whole = json.loads((settled / "manifest.json").read_text(encoding="utf-8"))
        assert json.loads(ran.out)["digest"] == whole["digest"]
