"""Season folders and frames: what is found, under whose names, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.columns.good_rows import GOOD, NOON, arrow, changed, relations, season
from wavepool.engine.columns import (
    CONTRACTS,
    AmbiguousTable,
    ColumnMap,
    MissingColumn,
    MissingTable,
    TableCount,
    UnknownFrame,
    UnreadableFile,
    WrongType,
    check,
    list_rejects,
    load_frames,
    load_season,
    parse_column_map,
)
from wavepool.engine.relations import Relations

NO_ROWS = {name: arrow(name, []) for name in CONTRACTS}


@pytest.fixture(scope="module")
def rel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relations]:
    with relations(tmp_path_factory.mktemp("load")) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The good season as a folder: one Parquet file per table."""
    place = tmp_path / "season"
    place.mkdir()
    for name, table in season().items():
        pq.write_table(table, place / f"{name}.parquet")
    return place


def all_absent_but(*names: str) -> str:
    return "\n".join(f"[{name}]\nabsent = true" for name in CONTRACTS if name not in names)


class TestASeasonFolder:
    def test_of_parquet_files_is_read_and_clean(self, rel: Relations, folder: Path) -> None:
        loaded = load_season(rel, folder)
        assert check(rel, loaded).is_clean
        assert loaded.tables["touches"].source == "touches.parquet"
        assert not loaded.tables["touches"].has_row_no
        assert set(loaded.id_types.values()) == {"int64"}

    def test_may_hold_a_folder_of_files_per_table(self, rel: Relations, folder: Path) -> None:
        (folder / "touches.parquet").unlink()
        for day in (1, 2):
            place = folder / "touches" / f"day={day}"
            place.mkdir(parents=True)
            rows = [changed("touches", touch_id=day)]
            pq.write_table(arrow("touches", rows), place / "part.parquet")
        (folder / "touches" / "_started").mkdir()
        (folder / "touches" / "_started" / "part.parquet").write_bytes(b"half")
        assert load_season(rel, folder).tables["touches"].source == "2 Parquet files"
        assert rel.fetch("select touch_id from raw_touches order by 1").column(0).to_pylist() == [
            1,
            2,
        ]

    def test_may_lack_optional_tables(self, rel: Relations, folder: Path) -> None:
        for name in ("viewers", "touch_items"):
            (folder / f"{name}.parquet").unlink()
        loaded = load_season(rel, folder)
        assert loaded.tables["viewers"].source == "absent"
        assert check(rel, loaded).tables["viewers"] == TableCount(0, 0, 0)
        assert rel.columns("viewers") == {
            "viewer_id": "bigint",
            "trust_ppm": "bigint",
            "tier": "text",
        }

    def test_must_have_the_others(self, rel: Relations, folder: Path) -> None:
        (folder / "refunds.parquet").unlink()
        with pytest.raises(MissingTable, match="table refunds: not found in season; add"):
            load_season(rel, folder)

    def test_may_declare_that_there_are_none(self, rel: Relations, folder: Path) -> None:
        (folder / "refunds.parquet").unlink()
        names = parse_column_map("[refunds]\nabsent = true")
        assert load_season(rel, folder, columns_map=names).tables["refunds"].source == "absent"

    def test_holds_a_table_once(self, rel: Relations, folder: Path) -> None:
        (folder / "scenes.csv").write_text("scene_id,name_zh,name_en\n")
        with pytest.raises(AmbiguousTable, match=r"scenes.parquet, scenes.csv; keep one"):
            load_season(rel, folder)

    def test_must_have_each_column(self, rel: Relations, folder: Path) -> None:
        table = arrow("items", [GOOD["items"]]).drop_columns(["shop_id"])
        pq.write_table(table, folder / "items.parquet")
        with pytest.raises(MissingColumn) as caught:
            load_season(rel, folder)
        assert str(caught.value) == (
            "table items, column shop_id: no column 'shop_id' among item_id, category; add it, or "
            "name it under [items] of the names map, or give default.shop_id there"
        )

    def test_must_have_fitting_types(self, rel: Relations, folder: Path) -> None:
        table = pa.table({"item_id": [1], "shop_id": [1], "category": [True]})
        pq.write_table(table, folder / "items.parquet")
        with pytest.raises(WrongType, match="table items, column category: found bool"):
            load_season(rel, folder)

    def test_fills_absent_and_null_values_with_defaults(self, rel: Relations, folder: Path) -> None:
        table = pa.table({"payee_id": [1, 2], "kind": ["person", "shop"]})
        pq.write_table(table, folder / "payees.parquet")
        load_season(rel, folder)
        assert rel.fetch("select trust_days from raw_payees").column(0).to_pylist() == [15, 15]
        assert rel.fetch("select valid_to from raw_plans").column(0).to_pylist() == [
            4_102_444_800_000
        ]


class TestADamagedFile:
    @pytest.mark.parametrize("keep", [0, 3, 200, -1])
    def test_is_named_when_truncated(self, rel: Relations, folder: Path, keep: int) -> None:
        path = folder / "touches.parquet"
        path.write_bytes(path.read_bytes()[:keep])
        with pytest.raises(UnreadableFile, match=r"table touches: cannot read .*export the file"):
            load_season(rel, folder)

    def test_is_named_when_it_is_one_of_many(self, rel: Relations, folder: Path) -> None:
        (folder / "touches").mkdir()
        (folder / "touches.parquet").rename(folder / "touches" / "a.parquet")
        (folder / "touches" / "b.parquet").write_bytes(b"PAR1")
        with pytest.raises(UnreadableFile, match=r"b\.parquet"):
            load_season(rel, folder)

    def test_is_named_when_its_columns_differ(self, rel: Relations, folder: Path) -> None:
        (folder / "items").mkdir()
        (folder / "items.parquet").rename(folder / "items" / "a.parquet")
        text_ids = arrow("items", [changed("items", item_id="i", shop_id="s")], id_type=pa.string())
        pq.write_table(text_ids, folder / "items" / "b.parquet")
        with pytest.raises(UnreadableFile, match="item_id, shop_id; write all files"):
            load_season(rel, folder)

    def test_is_named_when_the_folder_is_empty(self, rel: Relations, folder: Path) -> None:
        (folder / "items.parquet").unlink()
        (folder / "items").mkdir()
        with pytest.raises(UnreadableFile, match=r"no \.parquet file inside"):
            load_season(rel, folder)


class TestACsvFile:
    TEXT = 'scene_id, name_zh ,name_en\nheadlines,淘宝头条,Headlines\nlist,"必买,清单",\n'

    def read(self, rel: Relations, folder: Path, content: bytes, *, more: str = "") -> list[object]:
        (folder / "scenes.csv").write_bytes(content)
        names = parse_column_map(all_absent_but("scenes") + "\n[scenes]\n" + more)
        load_season(rel, folder, columns_map=names)
        rows = rel.fetch(
            "select scene_id, name_zh, name_en, row_no from raw_scenes order by row_no"
        )
        return [tuple(row.values()) for row in rows.to_pylist()]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_is_read_in_every_usual_encoding(
        self, rel: Relations, tmp_path: Path, encoding: str
    ) -> None:
        assert self.read(rel, tmp_path, self.TEXT.encode(encoding)) == [
            ("headlines", "淘宝头条", "Headlines", 1),
            ("list", "必买,清单", None, 2),
        ]

    def test_is_read_in_the_encoding_that_is_named(self, rel: Relations, tmp_path: Path) -> None:
        content = "scene_id,name_zh,name_en\na,好,b\n".encode("big5")
        assert self.read(rel, tmp_path, content, more='encoding = "big5"') == [("a", "好", "b", 1)]

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (b"", "no header"),
            (b"scene_id,name_zh,name_zh\n", "two columns named name_zh"),
            (b"scene_id,name_zh,name_en\na,b\n", "CSV parse error"),
            (b"scene_id,name_zh,name_en\na,\xff\xff,b\n", "not text in utf-8 or gb18030"),
        ],
    )
    def test_is_refused_when_broken(
        self, rel: Relations, tmp_path: Path, content: bytes, found: str
    ) -> None:
        with pytest.raises(UnreadableFile, match=found):
            self.read(rel, tmp_path, content)

    def test_rejects_values_that_cannot_be_read(self, rel: Relations, folder: Path) -> None:
        (folder / "order_lines.parquet").unlink()
        (folder / "order_lines.csv").write_text(
            "line_id,order_id,buyer_id,shop_id,item_id,quantity,currency,amount,paid_at\n"
            "1,1,1,1,1,1,CNY,10.00,2022-04-15T12:00:00+08:00\n"
            "2,1,1,1,1,1,CNY,10.005,2022-04-15\n"
            "3,1,1,1,1,one,CNY,ten,2022-04-15\n"
            "4,1,1,1,1,1,CNY,99999999999999999999,soon\n"
        )
        names = parse_column_map(
            "[order_lines]\npaid_minor = {column = 'amount', scale = 100}\n"
            "[refunds]\nabsent = true\n[cancellations]\nabsent = true\n"
        )
        found = check(rel, load_season(rel, folder, columns_map=names))
        assert found.tables["order_lines"] == TableCount(read=4, good=1, rejected=3)
        assert rel.fetch("select paid_minor, paid_at from order_lines").to_pylist() == [
            {"paid_minor": 1_000, "paid_at": 1_649_995_200_000}
        ]
        assert [tuple(row.values())[1:] for row in list_rejects(rel).to_pylist()] == [
            ("2", 2, "fraction of a minor unit", "paid_minor", "10.005"),
            ("3", 3, "not a number", "paid_minor", "ten"),
            ("3", 3, "not a number", "quantity", "one"),
            ("4", 4, "huge amount", "paid_minor", "99999999999999999999"),
            ("4", 4, "not a time", "paid_at", "soon"),
        ]


class TestIdFamilies:
    def test_are_text_when_any_stored_column_is(self, rel: Relations) -> None:
        shops = arrow("shops", [changed("shops", shop_id="s1", payee_id="p1")], id_type=pa.string())
        loaded = load_frames(rel, {**NO_ROWS, "shops": shops})
        assert loaded.id_types["shop"] == loaded.id_types["payee"] == "text"
        assert loaded.id_types["item"] == "int64"
        check(rel, loaded)
        assert rel.columns("items") == {"item_id": "bigint", "shop_id": "text", "category": "text"}

    @pytest.mark.parametrize(
        ("ids", "kind"), [("1\n20", "int64"), ("1\n007", "text"), ("1\nx", "text")]
    )
    def test_of_csv_files_alone_follow_the_values(
        self, rel: Relations, tmp_path: Path, ids: str, kind: str
    ) -> None:
        rows = "\n".join(f"{channel_id},c" for channel_id in ids.splitlines())
        (tmp_path / "channels.csv").write_text(f"channel_id,name\n{rows}\n")
        names = parse_column_map(all_absent_but("channels"))
        assert load_season(rel, tmp_path, columns_map=names).id_types["channel"] == kind

    def test_of_csv_files_follow_parquet_where_there_is_any(
        self, rel: Relations, folder: Path
    ) -> None:
        (folder / "channels.parquet").unlink()
        (folder / "channels.csv").write_text("channel_id,name\n1,a\nx,b\n")
        loaded = load_season(rel, folder)
        assert loaded.id_types["channel"] == "int64"
        assert check(rel, loaded).tables["channels"] == TableCount(read=2, good=1, rejected=1)


class TestOwnNames:
    def test_lead_to_files_columns_units_and_constants(self, rel: Relations, folder: Path) -> None:
        (folder / "plans.parquet").unlink()
        sheet = pa.table(
            {
                "Plan No": [1],
                "店铺": [1],
                "rate %": ["5.5"],
                "since": [NOON // 1_000],
                "note": ["new"],
            }
        )
        pq.write_table(sheet, folder / "commission_plans.parquet")
        names = parse_column_map(
            """
            [plans]
            table = "commission_plans"
            plan_id = "Plan No"
            shop_id = "店铺"
            rate_ppm = {column = "rate %", scale = 10000}
            valid_from = {column = "since", unit = "s"}
            default.kind = "shop"
            """
        )
        loaded = load_season(rel, folder, columns_map=names)
        assert check(rel, loaded).is_clean
        assert loaded.tables["plans"].unused == ("note",)
        assert rel.fetch(
            "select plan_id, kind, shop_id, rate_ppm, valid_from from plans"
        ).to_pylist() == [
            {"plan_id": 1, "kind": "shop", "shop_id": 1, "rate_ppm": 55_000, "valid_from": NOON}
        ]

    def test_that_lead_nowhere_are_missing_columns(self, rel: Relations, folder: Path) -> None:
        names = parse_column_map('[items]\ncategory = "kind"')
        with pytest.raises(MissingColumn, match="column category: no column 'kind' among item_id"):
            load_season(rel, folder, columns_map=names)

    def test_of_an_optional_column_that_lead_nowhere_are_missing_too(
        self, rel: Relations, folder: Path
    ) -> None:
        names = parse_column_map('[touches]\nslot = "place"')
        with pytest.raises(MissingColumn, match="column slot"):
            load_season(rel, folder, columns_map=names)


class TestFrames:
    def test_of_every_library_are_read(self, rel: Relations) -> None:
        frames = {
            **NO_ROWS,
            "payees": pa.table({"payee_id": [1], "kind": pa.array(["person"]).dictionary_encode()}),
            "shops": pd.DataFrame({"shop_id": [1], "payee_id": [1], "currency": ["CNY"]}),
            "items": pl.DataFrame(
                {"item_id": [1, 2], "shop_id": [1, 1], "category": ["tea", None]},
                schema_overrides={"category": pl.Categorical},
            ),
            "channels": duckdb.sql("select 1 as channel_id, 'c' as name"),
        }
        found = check(rel, load_frames(rel, frames))
        counts = {
            name: found.tables[name].good for name in ("payees", "shops", "items", "channels")
        }
        assert counts == {"payees": 1, "shops": 1, "items": 1, "channels": 1}
        assert [row["row_no"] for row in list_rejects(rel).to_pylist()] == [2]

    def test_with_nulls_in_integer_columns_are_read(self, rel: Relations) -> None:
        row = {**GOOD["creators"], "shop_id": None, "first_live_at": None}
        rows = pd.DataFrame([row, {**row, "creator_id": 2, "shop_id": 1, "person_id": None}])
        check(rel, load_frames(rel, {**season(), "creators": rows}))
        found = rel.fetch("select creator_id, person_id, shop_id from creators order by 1")
        assert found.to_pylist() == [
            {"creator_id": 1, "person_id": 1, "shop_id": None},
            {"creator_id": 2, "person_id": None, "shop_id": 1},
        ]

    @pytest.mark.parametrize("frame", [[{"item_id": 1}], pd.DataFrame({"item_id": [1, "x"]})])
    def test_that_are_no_tables_are_refused(self, rel: Relations, frame: object) -> None:
        with pytest.raises(UnknownFrame, match="table items"):
            load_frames(rel, {**NO_ROWS, "items": frame})

    def test_of_no_known_name_are_refused(self, rel: Relations) -> None:
        with pytest.raises(UnknownFrame, match="table goods: no such table"):
            load_frames(rel, {**NO_ROWS, "goods": NO_ROWS["items"]})

    def test_must_be_complete(self, rel: Relations) -> None:
        with pytest.raises(MissingTable, match="table scenes: not found in the frames given"):
            load_frames(rel, {}, columns_map=ColumnMap())
