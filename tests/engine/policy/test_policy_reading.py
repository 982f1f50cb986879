from pathlib import Path

import pytest

from wavepool.engine.policy import (
    PolicyInvalid,
    Problem,
    UnreadablePolicy,
    default_policy,
    load_policy,
    load_policy_text,
    packaged_text,
)

DEFAULT = packaged_text("default")


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyInvalid) as caught:
        load_policy_text(text, "test.toml")
    return caught.value.problems


def edited(old: str, new: str) -> str:
    assert DEFAULT.count(old) == 1
    return DEFAULT.replace(old, new)


def line_number(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start))


class TestLoadPolicy:
    def test_reads_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_text(DEFAULT, encoding="utf-8")
        assert load_policy(path) == default_policy()

    def test_accepts_a_byte_order_mark_and_windows_line_ends(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_bytes(b"\xef\xbb\xbf" + DEFAULT.replace("\n", "\r\n").encode())
        assert load_policy(path) == default_policy()

    def test_names_line_and_column_of_a_byte_that_is_not_utf8(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_bytes(b'[policy]\nid = "caf\xe9"\n')
        with pytest.raises(UnreadablePolicy) as caught:
            load_policy(path)
        assert (caught.value.line, caught.value.column) == (2, 10)
        assert caught.value.reason == "not UTF-8"

    def test_names_the_file_in_its_error(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_text("[policy]\n")
        with pytest.raises(PolicyInvalid, match=r"mine\.toml has 17 problems"):
            load_policy(path)


class TestBrokenToml:
    @pytest.mark.parametrize(
        ("text", "line", "column"),
        [
            ("[policy]\nid = \n", 2, 6),
            ("[policy]\nid = 1\nid = 2\n", 3, 7),
            ("[policy\n", 1, 8),
            ('[policy]\nid = "open', 2, 11),
        ],
    )
    def test_is_refused_with_line_and_column(self, text: str, line: int, column: int) -> None:
        with pytest.raises(UnreadablePolicy) as caught:
            load_policy_text(text, "test.toml")
        assert (caught.value.line, caught.value.column) == (line, column)
        assert str(caught.value).startswith(f"test.toml, line {line}, column {column}: ")


class TestWrongDocuments:
    def test_name_an_unknown_key(self) -> None:
        text = edited("window_days = 15 ", "window_days = 15\nwindow_day = 15 ")
        assert problems_of(text) == (
            Problem(
                rule="unknown_key",
                path="attribution.window_day",
                line=line_number(text, "window_day "),
                value=15,
                message="no such key",
            ),
        )

    def test_name_an_unknown_section(self) -> None:
        (problem,) = problems_of(DEFAULT + "\n[extras]\na = 1\n")
        assert (problem.rule, problem.path) == ("unknown_section", "extras")
        assert problem.line == len(DEFAULT.splitlines()) + 2

    def test_name_a_missing_key_at_its_table(self) -> None:
        text = edited("fee_ppm = 100000\n", "")
        (problem,) = problems_of(text)
        assert (problem.rule, problem.path) == ("missing_key", "commission.fee_ppm")
        assert problem.line == line_number(text, "[commission]")

    def test_name_a_missing_section(self) -> None:
        (problem,) = problems_of(edited('[scene_default]\nscene = "open"\n', ""))
        assert (problem.rule, problem.path, problem.line) == (
            "missing_section",
            "scene_default",
            None,
        )

    def test_name_a_missing_header(self) -> None:
        (problem,) = problems_of(DEFAULT[DEFAULT.index("# Which touch earns") :])
        assert (problem.rule, problem.path) == ("missing_section", "policy")

    def test_name_a_header_key_that_stands_outside_its_table(self) -> None:
        (problem,) = problems_of('zone = "UTC"\n' + DEFAULT)
        assert (problem.rule, problem.path, problem.line) == ("unknown_key", "zone", 1)
        assert problem.message == "belongs in the table [policy]"

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("true", "expected an integer, found a boolean (True)"),
            ("15.0", "expected an integer, found a float (15.0)"),
            ('"15"', "expected an integer, found a text ('15')"),
            ("[15]", "expected an integer, found an array"),
            ("{a = 1}", "expected an integer, found a table"),
            ("2022-01-01", "expected an integer, found a date (datetime.date(2022, 1, 1))"),
        ],
    )
    def test_name_a_value_of_the_wrong_type(self, value: str, message: str) -> None:
        text = edited("window_days = 15 ", f"window_days = {value} ")
        (problem,) = problems_of(text)
        assert (problem.rule, problem.path) == ("wrong_type", "attribution.window_days")
        assert problem.line == line_number(text, "window_days")
        assert problem.message == message

    def test_name_the_place_in_an_array(self) -> None:
        (problem,) = problems_of(edited("hold_days = [7, 15, 20]", "hold_days = [7, true, 20]"))
        assert problem.path == "settlement.hold_days[1]"
        assert problem.value is True

    def test_name_the_entry_of_an_array_of_tables(self) -> None:
        text = edited('name_en = "Must-buy List"', "name_en = 3")
        (problem,) = problems_of(text)
        assert problem.path == "scenes[2].name_en"
        assert problem.line == line_number(text, "name_en = 3")

    def test_accept_a_channel_as_integer_or_text_and_nothing_else(self) -> None:
        read = load_policy_text(edited("channel = 3\n", 'channel = "three"\n'))
        assert [rule.channel for rule in read.scene_rules] == [None, 1, 2, "three", 4, 5, 6]
        (problem,) = problems_of(edited("channel = 3\n", "channel = 3.5\n"))
        assert problem.message == "expected an integer or a text, found a float (3.5)"

    def test_name_a_table_where_a_value_stands(self) -> None:
        text = edited("[commission]\nfee_ppm = 100000\n", "")
        (problem,) = problems_of("commission = 3\n" + text)
        assert (problem.rule, problem.path, problem.line) == ("wrong_type", "commission", 1)

    def test_name_an_integer_beyond_64_bits(self) -> None:
        largest = edited("expiry_days = 30\n", "expiry_days = 9223372036854775807\n")
        assert load_policy_text(largest).holds.expiry_days == 2**63 - 1
        (problem,) = problems_of(largest.replace("775807", "775808"))
        assert (problem.rule, problem.path) == ("too_large", "holds.expiry_days")

    def test_list_every_problem_at_once_in_the_order_of_lines(self) -> None:
        text = edited("fee_ppm = 100000\n", "fee = 1\n").replace("[7, 15, 20]", "7")
        with pytest.raises(PolicyInvalid) as caught:
            load_policy_text(text, "test.toml")
        fee, days = line_number(text, "[commission]"), line_number(text, "hold_days")
        assert str(caught.value).splitlines() == [
            "test.toml has 3 problems:",
            f"  line {fee}: commission.fee_ppm: is missing [missing_key]",
            f"  line {fee + 1}: commission.fee: no such key [unknown_key]",
            f"  line {days}: settlement.hold_days: expected an array, found an integer (7) "
            "[wrong_type]",
        ]
