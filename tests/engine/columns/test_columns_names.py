"""The names map: what it may say, and that everything else is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavepool.engine.columns import BadColumnMap, Source, parse_column_map, read_column_map


class TestANamesMap:
    def test_says_files_columns_scales_units_and_constants(self) -> None:
        names = parse_column_map(
            """
            [order_lines]
            table = "sales"
            encoding = "gb18030"
            line_id = "sub_order_no"
            paid_minor = {column = "amount", scale = 100}
            paid_at = {column = "pay_time", unit = "s"}
            default.tax_minor = 0
            """
        ).of("order_lines")
        assert (names.table, names.encoding, names.is_absent) == ("sales", "gb18030", False)
        assert names.constants == {"tax_minor": 0}
        assert names.columns == {
            "line_id": Source("sub_order_no"),
            "paid_minor": Source("amount", scale=100),
            "paid_at": Source("pay_time", unit="s"),
        }

    def test_leaves_other_tables_their_own_names(self) -> None:
        assert parse_column_map("").of("touches").table == "touches"

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("[order_lines", "as a whole"),
            ("[orders]", "unknown table"),
            ("touches = 1", "write a section"),
            ("[touches]\nseen_at = 't'", "unknown column"),
            ("[touches]\nsql = 'select 1'", "unknown column"),
            ("[touches]\ntable = '../touches'", "without folders"),
            ("[touches]\nabsent = 'yes'", "true or false"),
            ("[touches]\nencoding = 1", "gb18030"),
            ("[touches]\ndwell_ms = 5", 'write "name"'),
            ("[touches]\ndwell_ms = {scale = 10}", 'write "name"'),
            ("[touches]\ndwell_ms = {column = 'd', factor = 10}", "unknown setting 'factor'"),
            ("[touches]\ndwell_ms = {column = 'd', scale = 3}", "power of ten"),
            ("[touches]\nslot = {column = 'd', scale = 10}", "power of ten"),
            ("[touches]\ndwell_ms = {column = 'd', unit = 's'}", "for times"),
            ("[touches]\ntouched_at = {column = 'd', unit = 'h'}", "s, ms or us"),
            ("[touches]\ndefault = 5", "default.COLUMN"),
            ("[touches]\ndefault.dwell_ms = 'long'", "of type int64"),
            ("[touches]\ndefault.dwell_ms = true", "of type int64"),
            ("[touches]\ndefault.is_clicked = 1", "of type boolean"),
            ("[touches]\ndefault.slot = \"a' or 'a\"", "of type text"),
            ("[touches]\ndwell_ms = 'd'\ndefault.dwell_ms = 1", "keep one of them"),
        ],
    )
    def test_is_refused_when_it_says_anything_else(self, text: str, found: str) -> None:
        with pytest.raises(BadColumnMap, match=found):
            parse_column_map(text)


class TestANamesFile:
    def test_may_carry_a_byte_order_mark(self, tmp_path: Path) -> None:
        (tmp_path / "names.toml").write_text('[items]\nitem_id = "货号"\n', encoding="utf-8-sig")
        names = read_column_map(tmp_path / "names.toml")
        assert names.of("items").columns["item_id"] == Source("货号")

    def test_is_named_when_it_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(BadColumnMap, match=r"names\.toml"):
            read_column_map(tmp_path / "names.toml")
        (tmp_path / "names.toml").write_bytes('[items]\nitem_id = "货号"\n'.encode("gb18030"))
        with pytest.raises(BadColumnMap, match="save it as UTF-8"):
            read_column_map(tmp_path / "names.toml")
