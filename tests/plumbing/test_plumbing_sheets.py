"""Tables in files: what is written is read again, and nothing foreign is run or unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from wavepool.plumbing.sheets import (
    FORMATS,
    SheetTooLarge,
    SheetUnreadable,
    read_sheet,
    write_sheet,
)

characters = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
)
texts = st.one_of(
    st.text(characters | st.sampled_from("\n\t='\"+-@,;龙井，"), max_size=12),
    st.sampled_from(["=1+1", "'=1+1", "''@a", "'tis", "-5", "_x0041_", "＝1", "a\nb", '"', "0012"]),
)
rows = st.lists(st.tuples(st.just("k"), texts, texts), max_size=6)


def told(data: bytes, **options: str) -> list[tuple[str, ...]]:
    """Rows of a file as they are read."""
    return [tuple(row.values()) for row in read_sheet(data, **options).rows]


class TestWhatIsWritten:
    @given(rows=rows)
    def test_is_read_again_from_every_format(self, rows: list[tuple[str, str, str]]) -> None:
        for each in FORMATS:
            data = write_sheet(["key", "one", "two"], rows, format=each)
            if rows or each != "ndjson":
                assert told(data) == rows

    @given(rows=rows)
    def test_is_read_again_in_every_encoding(self, rows: list[tuple[str, str, str]]) -> None:
        marked = write_sheet(["key", "one", "two"], rows, format="csv", encoding="utf-8-sig")
        chinese = write_sheet(["key", "one", "two"], rows, format="csv", encoding="gb18030")
        assert told(marked) == told(chinese, encoding="gb18030") == rows

    def test_is_never_run_by_a_spreadsheet(self) -> None:
        data = write_sheet(["a"], [["=cmd()"], ["@sum"], ["＝1"]], format="csv")
        assert data.decode().split() == ["a", "'=cmd()", "'@sum", "'＝1"]


class TestAFile:
    @pytest.mark.parametrize(
        ("codec", "read_as"),
        [
            ("utf-8", "CSV, UTF-8"),
            ("utf-8-sig", "CSV, UTF-8"),
            ("utf-16", "CSV, UTF-16"),
            ("gb18030", "CSV, GB18030"),
        ],
    )
    def test_is_known_by_its_bytes(self, codec: str, read_as: str) -> None:
        sheet = read_sheet("SKU, 名称 \n1,联通龙井\n".encode(codec))
        assert (sheet.columns, sheet.read_as) == (("sku", "名称"), read_as)
        assert sheet.rows == ({"sku": "1", "名称": "联通龙井"},)

    def test_of_a_spreadsheet_gives_numbers_as_they_were_typed(self) -> None:
        book = Workbook()
        book.worksheets[0].append(["sku", "price", "stock"])
        book.worksheets[0].append([1001, 12.5, 3.0])
        sink = io.BytesIO()
        book.save(sink)
        assert told(sink.getvalue()) == [("1001", "12.5", "3")]

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"a,a\n1,2\n",
            b"\xff\xfe\xff",
            b"PAR1 nothing",
            b"PK\x03\x04 nothing",
            b'{"a": 1}\n[]\n',
            b'{"a": \n',
            b'a,b\n"open',
            b"a\x00b\n",
        ],
    )
    def test_that_is_no_table_is_refused_by_name(self, data: bytes) -> None:
        with pytest.raises(SheetUnreadable):
            read_sheet(data)

    def test_that_unpacks_to_too_much_is_refused(self) -> None:
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.xml", b"0" * (201 << 20))
        with pytest.raises(SheetTooLarge):
            read_sheet(sink.getvalue())

    def test_of_too_many_rows_or_columns_is_refused(self) -> None:
        for text in ("a\n" + "1\n" * 20_001, ",".join(map(str, range(61))) + "\n"):
            with pytest.raises(SheetTooLarge):
                read_sheet(text.encode())
