"""What goes wrong: one line, an exit code, and nothing on stdout."""

from __future__ import annotations

import errno
import json
from importlib.metadata import EntryPoint
from pathlib import Path

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from cli.runs import process, run
from wavepool.cli import build_app
from wavepool.cli.faults import FAULTS, fault_of
from wavepool.cli.guarded import GuardedGroup
from wavepool.engine.incentives import ProgrammeInvalid
from wavepool.engine.policy import default_policy
from wavepool.engine.postings import BooksDoNotBalance
from wavepool.engine.receipts import SigningUnavailable
from wavepool.engine.relations import RelationsError, UnreadableParquet

CASES = [
    (
        BooksDoNotBalance("entries sum to zero", currency="CNY", expected=0, found=1),
        4,
        "entries sum to zero in CNY: expected 0, found 1; pay nothing from this folder; "
        "this is a fault of wavepool, please report it",
    ),
    (
        OSError(errno.ENOSPC, "No space left on device", "out/x.parquet"),
        1,
        "the disk is full (out/x.parquet); free some space and run the same command, it goes on",
    ),
    (
        duckdb.IOException("Could not write file: No space left on device"),
        1,
        "the disk is full; free some space and run the same command, it goes on",
    ),
    (
        duckdb.OutOfMemoryException("failed to allocate\nmore"),
        1,
        "out of memory: failed to allocate; lower --memory-mb",
    ),
    (PermissionError(errno.EACCES, "Permission denied", "out"), 1, "Permission denied (out)"),
    (
        KeyboardInterrupt(),
        130,
        "interrupted; nothing is half written. The same command goes on where it stopped",
    ),
    (
        # DuckDB's words for a signal that came between two tasks of a query.
        RuntimeError("Query interrupted"),
        130,
        "interrupted; nothing is half written. The same command goes on where it stopped",
    ),
    (
        UnreadableParquet(Path("touches.parquet"), "no magic bytes"),
        3,
        "touches.parquet: not readable as Parquet: no magic bytes; write the file again",
    ),
    (
        SigningUnavailable(),
        1,
        "signatures are not available here: needs wavepool[signing]; "
        "pip install 'wavepool[signing]'",
    ),
    (RelationsError("unknown engine 'x'"), 1, "unknown engine 'x'"),
]


class TestAnInterruption:
    def test_is_one_also_when_closing_down_said_something_else(self) -> None:
        def close_down() -> None:
            try:
                raise KeyboardInterrupt
            finally:
                raise duckdb.ConnectionException("closed")

        with pytest.raises(duckdb.ConnectionException) as caught:
            close_down()
        assert fault_of(caught.value).exit_code == 130

    def test_is_none_where_the_words_are_others(self) -> None:
        app = typer.Typer(cls=GuardedGroup)

        @app.callback()
        def _group() -> None: ...

        @app.command("fail")
        def _fail() -> None:
            raise RuntimeError("a fault of ours")

        ran = CliRunner().invoke(app, ["fail"])
        assert isinstance(ran.exception, RuntimeError)
        assert ran.exit_code == 1


class TestFaults:
    @pytest.mark.parametrize(("error", "exit_code", "text"), CASES)
    def test_have_one_line_and_a_code(
        self, error: BaseException, exit_code: int, text: str
    ) -> None:
        fault = fault_of(error)
        assert (fault.exit_code, fault.text) == (exit_code, text)

    @pytest.mark.parametrize(("error", "exit_code", "text"), CASES)
    def test_end_a_command_without_a_traceback(
        self, error: BaseException, exit_code: int, text: str
    ) -> None:
        app = typer.Typer(cls=GuardedGroup)

        @app.callback()
        def _group() -> None: ...

        @app.command("fail")
        def _fail() -> None:
            raise error

        result = CliRunner().invoke(app, ["fail"])
        assert (result.exit_code, result.stdout) == (exit_code, "")
        assert result.stderr == f"wavepool: {text}\n"

    def test_leave_an_error_without_a_name_as_it_is(self) -> None:
        assert not issubclass(AttributeError, FAULTS)

    def test_tell_a_full_disk_behind_stdout(self) -> None:
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            ran = process("policy", "show", "--json", stdout=full)
        assert ran.exit_code == 1
        assert ran.err == (
            "wavepool: the disk is full; free some space and run the same command, it goes on\n"
        )


class TestStreams:
    def test_keep_data_and_notices_apart_and_colours_away(self, season: Path) -> None:
        ran = process("check", season, "--json", environment={"NO_COLOR": "1"})
        assert ran.exit_code == 0
        assert json.loads(ran.out)["rejected"] == 0
        assert ran.err == "reading the season\n"
        assert "\x1b[" not in ran.out + ran.err

    def test_have_no_colour_codes_in_explanations_without_a_terminal(self, settled: Path) -> None:
        ran = process(
            "court", settled, "--top", "3", environment={"NO_COLOR": "1", "FORCE_COLOR": "1"}
        )
        assert ran.exit_code == 0
        assert "\x1b[3" not in ran.out


class TestPolicy:
    def test_finds_the_default_fit_to_bind(self) -> None:
        ran = run("policy", "check", "--json")
        assert ran.exit_code == 0
        assert json.loads(ran.out)["digest"] == default_policy().digest
        assert json.loads(ran.out)["findings"] == []

    def test_shows_a_text_that_reads_back_as_the_same_policy(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_text(run("policy", "show").out, encoding="utf-8")
        ran = run("policy", "diff", "default", path)
        assert (ran.exit_code, ran.out) == (0, "")
        assert "the two policies say the same" in ran.err

    def test_says_in_words_what_changes(self) -> None:
        ran = run("policy", "diff", "default", "pool_per_scene")
        assert "policy.id: 'default' -> 'pool_per_scene'" in ran.out

    def test_exits_3_on_a_policy_that_may_not_bind(self, tmp_path: Path) -> None:
        path = tmp_path / "greedy.toml"
        text = default_policy().to_toml()
        path.write_text(text.replace("fee_ppm = 100000", "fee_ppm = 900000"), encoding="utf-8")
        ran = run("policy", "check", path)
        assert ran.exit_code == 3
        assert "may not bind" in ran.err

    def test_exits_3_with_the_line_of_an_unknown_key(self, tmp_path: Path) -> None:
        path = tmp_path / "typo.toml"
        path.write_text(
            default_policy().to_toml().replace("notice_days", "notise_days"), encoding="utf-8"
        )
        ran = run("policy", "check", path)
        assert (ran.exit_code, ran.out) == (3, "")
        assert "line " in ran.err
        assert "notise_days" in ran.err

    def test_exits_3_on_a_programme_document_that_is_not_there(self, tmp_path: Path) -> None:
        path = tmp_path / "lost.toml"
        path.write_text(
            default_policy().to_toml().replace("incentives_2022", "incentives_1999"),
            encoding="utf-8",
        )
        ran = run("policy", "check", path)
        assert ran.exit_code == 3
        assert (
            fault_of(
                ProgrammeInvalid("policy.programmes", rule="names a document", value="x")
            ).exit_code
            == 3
        )
        assert "incentives_1999" in ran.err

    def test_calls_a_file_that_is_not_there_wrong_use(self) -> None:
        assert run("policy", "check", "nowhere.toml").exit_code == 2


class TestPlugins:
    def test_a_missing_one_is_listed_with_what_it_needs(self) -> None:
        serve = EntryPoint("serve", "no_such_module:app [site]", "wavepool.commands")
        app = build_app([serve])
        listed = CliRunner().invoke(app, ["--help"])
        assert "needs wavepool[site]" in listed.stdout
        called = CliRunner().invoke(app, ["serve", "--port", "80"])
        assert (called.exit_code, called.stdout) == (1, "")
        assert called.stderr == (
            "wavepool: serve needs wavepool[site]; pip install 'wavepool[site]'\n"
        )

    def test_a_missing_one_leaves_an_own_command_of_its_name_alone(self) -> None:
        demo = EntryPoint("demo", "no_such_module:app [site]", "wavepool.commands")
        listed = CliRunner().invoke(build_app([demo]), ["demo", "--help"])
        assert "Generate a season" in listed.stdout

    def test_an_installed_one_runs_as_a_command(self) -> None:
        same = EntryPoint("compare", "wavepool.cli.policies:policy_diff", "wavepool.commands")
        ran = CliRunner().invoke(build_app([same]), ["compare", "default", "default"])
        assert ran.exit_code == 0


class TestVersion:
    def test_is_printed_on_stdout(self) -> None:
        ran = run("--version")
        assert (ran.exit_code, ran.out) == (0, "wavepool 0.1.0\n")

    def test_no_command_shows_the_commands(self) -> None:
        ran = run()
        assert "settle" in ran.out + ran.err
