"""An Arrow table becomes rows, the same ones on both stores; what does not fit is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from wavepool.domains.events.models import LakePart
from wavepool.plumbing.bulk import TableMisfit, write_rows
from wavepool.plumbing.models import AnsweredCommand, Job, SafeUpload

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
NAMES = ['a "quoted", name', "line\nbreak", "年货节 🛒", "", "\\.", "NULL"]
LARGEST = 2**63 - 1


def uploads(count: int = 2, **changed: Any) -> pa.Table:
    """Files, each column of which one may replace or leave out with None."""
    columns: dict[str, Any] = {
        "public_id": [f"file_{n}" for n in range(count)],
        "kind": ["image"] * count,
        "media_type": ["image/png"] * count,
        "extension": ["png"] * count,
        "name": [f"{n}.png" for n in range(count)],
        "path": [f"{n}/x.png" for n in range(count)],
        "size_bytes": list(range(count)),
        "sha256": ["0" * 64] * count,
        "account_id": pa.array([7] * count, pa.int64()),
        "party_kind": [""] * count,
        "is_public": [n % 2 == 0 for n in range(count)],
        "created_at": pa.array([NOON] * count, pa.timestamp("us", "UTC")),
    }
    found = {name: each for name, each in {**columns, **changed}.items() if each is not None}
    return pa.table(found)


def jobs(**changed: Any) -> pa.Table:
    """One job that waits."""
    columns: dict[str, Any] = {
        "public_id": ["job_1"],
        "name": ["tests.x"],
        "key": ["k"],
        "state": ["queued"],
        "payload": ['{"words": ["年", "a\\"b"], "n": 9223372036854775807}'],
        "progress_done": [0],
        "progress_note": [""],
        "lease_token": [0],
        "attempts": [0],
        "crashes": [0],
        "error_kind": [""],
        "error_message": [""],
        "requested_name": ["Eve"],
        "created_at": pa.array([NOON], pa.timestamp("us", "UTC")),
    }
    return pa.table({**columns, **changed})


class TestWriteRows:
    def test_gives_back_what_was_written(self) -> None:
        count = len(NAMES)
        sizes = [LARGEST, -LARGEST - 1, 0, 1, 2, 3]
        widths = pa.array([None, 640, None, 0, 1, 2], pa.int64())
        table = uploads(count, name=NAMES, size_bytes=sizes, width=widths)
        assert write_rows(SafeUpload, table) == 6
        rows = SafeUpload.objects.order_by("id")
        assert [row.name for row in rows] == NAMES
        assert [row.size_bytes for row in rows] == sizes
        assert [row.width for row in rows] == [None, 640, None, 0, 1, 2]
        assert [row.height for row in rows] == [None] * 6
        assert [row.is_public for row in rows] == [True, False, True, False, True, False]
        assert [row.created_at for row in rows] == [NOON] * 6

    def test_is_read_and_ordered_like_rows_of_the_models_own(self) -> None:
        own = SafeUpload.objects.create(
            public_id="own", path="own", size_bytes=1, created_at=LATER, kind="image"
        )
        times = pa.array([NOON, LATER + timedelta(seconds=1)], pa.timestamp("us", "UTC"))
        write_rows(SafeUpload, uploads(2, created_at=times))
        found = SafeUpload.objects.order_by("created_at").values_list("public_id", flat=True)
        assert list(found) == ["file_0", "own", "file_1"]
        assert SafeUpload.objects.filter(created_at=NOON).get().public_id == "file_0"
        assert SafeUpload.objects.order_by("id").last() != own

    def test_puts_a_time_of_any_zone_into_utc(self) -> None:
        tokyo = datetime(2026, 3, 1, 21, tzinfo=timezone(timedelta(hours=9)))
        times = pa.array([tokyo], pa.timestamp("ms", "Asia/Tokyo"))
        write_rows(SafeUpload, uploads(1, created_at=times))
        assert SafeUpload.objects.get().created_at == NOON

    def test_takes_json_as_text(self) -> None:
        write_rows(Job, jobs(cursor=pa.array([None], pa.string()), result=["3"]))
        job = Job.objects.get()
        assert job.payload == {"words": ["年", 'a"b'], "n": LARGEST}
        assert (job.cursor, job.result) == (None, 3)
        assert Job.objects.filter(payload__n=LARGEST, cursor__isnull=True).count() == 1

    def test_takes_dates_and_words_of_a_dictionary(self) -> None:
        day = date(2026, 2, 28)
        table = pa.table(
            {
                "table": pa.array(["touches"]).dictionary_encode(),
                "day": pa.array([day], pa.date32()),
                "path": pa.array(["p"], pa.large_string()),
                "batch": pa.array([1], pa.int8()),
                "rows": pa.array([2], pa.uint64()),
                "bytes": [3],
                "sha256": ["s"],
                **{name: times([NOON]) for name in ("first_at", "last_at", "written_at")},
            }
        )
        assert write_rows(LakePart, table) == 1
        part = LakePart.objects.get()
        assert (part.table, part.day, part.rows, part.replaced_at) == ("touches", day, 2, None)

    def test_writes_more_than_one_slice_and_nothing_of_an_empty_table(self) -> None:
        assert write_rows(SafeUpload, uploads(0, account_id=None)) == 0
        assert write_rows(SafeUpload, uploads(20_001)) == 20_001
        assert SafeUpload.objects.count() == 20_001
        assert SafeUpload.objects.order_by("id").last().path == "20000/x.png"  # type: ignore[union-attr]


class TestRowsThatStand:
    def test_keep_their_id_and_take_the_new_values(self) -> None:
        write_rows(SafeUpload, uploads(2, name=["old", "stays"], width=[640, None]))
        first, _second = SafeUpload.objects.order_by("id")
        widths = pa.array([None, 3], pa.int64())
        table = uploads(3).slice(0, 2).append_column("width", widths)
        table = table.set_column(
            table.schema.get_field_index("path"), "path", pa.array(["0/x.png", "2/x.png"])
        ).set_column(0, "public_id", pa.array(["file_0", "file_2"]))
        later = pa.array([LATER, LATER], pa.timestamp("us", "UTC"))
        table = table.set_column(table.schema.get_field_index("created_at"), "created_at", later)
        assert write_rows(SafeUpload, table, over=["path"]) == 2
        found = SafeUpload.objects.order_by("id").values_list("name", "width", "created_at")
        assert list(found) == [
            ("0.png", None, LATER),
            ("stays", None, NOON),
            ("1.png", 3, LATER),
        ]
        assert SafeUpload.objects.get(path="0/x.png").pk == first.pk

    def test_take_json_flags_and_nulls(self) -> None:
        write_rows(Job, jobs(result=["3"]))
        again = jobs(
            payload=['{"n": [1, "年"]}'], result=pa.array([None], pa.string()), cursor=["[2]"]
        )
        write_rows(Job, again, over=["public_id"])
        job = Job.objects.get()
        assert (job.payload, job.result, job.cursor) == ({"n": [1, "年"]}, None, [2])

    def test_are_not_replaced_by_two(self) -> None:
        with pytest.raises(TableMisfit, match="path: two rows in one place"):
            write_rows(SafeUpload, uploads(3, path=["a", "b", "a"]), over=["path"])
        assert not SafeUpload.objects.exists()

    def test_are_refused_where_no_constraint_has_these_columns(self) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            write_rows(SafeUpload, uploads(1), over=["name"])


class TestATableThatDoesNotFit:
    @pytest.mark.parametrize(
        ("column", "values", "why"),
        [
            ("size_bytes", ["1", "2"], "string is not int64"),
            ("size_bytes", [1.0, 2.0], "double is not int64"),
            ("size_bytes", pa.array([2**63, 1], pa.uint64()), "not in range"),
            ("width", [2**31, 0], "0 to 2147483648"),
            ("name", [1, 2], "int64 is not string"),
            ("name", pa.array(["a", None]), "has a null"),
            ("name", ["年" * 121, "b"], "a text of 121 characters, 120 at most"),
            ("name", ["a\0", "b"], "a zero byte"),
            ("is_public", [0, 1], "int64 is not bool"),
            ("created_at", [NOON.replace(tzinfo=None)] * 2, "is not timestamp[us, tz=UTC]"),
            ("created_at", ["2026-03-01", "2026-03-02"], "string is not timestamp[us, tz=UTC]"),
            ("path", None, "is absent"),
            ("colour", ["red", "blue"], "no column that a writer gives"),
            ("id", [1, 2], "no column that a writer gives"),
        ],
    )
    def test_is_refused_whole(self, column: str, values: Any, why: str) -> None:
        with pytest.raises(TableMisfit) as refused:
            write_rows(SafeUpload, uploads(2, **{column: values}))
        assert refused.value.column == column
        assert why in refused.value.why
        assert not SafeUpload.objects.exists()

    def test_is_refused_where_no_table_can_give_a_column(self) -> None:
        table = pa.table({"body": pa.array([b"x"], pa.binary())})
        with pytest.raises(TableMisfit, match=r"AnsweredCommand\.body: binary"):
            write_rows(AnsweredCommand, _with_rest(table))

    def test_below_zero_is_refused_where_the_model_counts(self) -> None:
        with pytest.raises(TableMisfit, match="-1 to -1, 0 to 2147483647"):
            write_rows(Job, jobs(attempts=[-1]))


class TestWhatConstraintsRefuse:
    def test_is_an_integrity_error_that_says_what_and_leaves_nothing(self) -> None:
        with (
            pytest.raises(IntegrityError, match="job_leased_while_running"),
            transaction.atomic(),
        ):
            write_rows(Job, jobs(state=["running"]))
        assert not Job.objects.exists()

    def test_is_named_for_one_row_of_many(self) -> None:
        paths = ["a", "b", "a"]
        with pytest.raises(IntegrityError, match="path"), transaction.atomic():
            write_rows(SafeUpload, uploads(3, path=paths))
        assert not SafeUpload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_writer_without_a_transaction_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="there together or not at all"):
        write_rows(SafeUpload, uploads())


def times(values: list[datetime]) -> pa.Array:
    return pa.array(values, pa.timestamp("us", "UTC"))


def _with_rest(table: pa.Table) -> pa.Table:
    """The table with an answered command's other columns."""
    rest = {
        field.column: times([NOON])
        if field.get_internal_type() == "DateTimeField"
        else [1]
        if "Integer" in field.get_internal_type()
        else ["x"]
        for field in AnsweredCommand._meta.local_concrete_fields
        if field.column not in ("id", "body")
    }
    return pa.table({**rest, "body": table.column("body")})
