"""One table for every engine: nulls, texts that look like them, Chinese, flags, large numbers."""

from __future__ import annotations

import pyarrow as pa

HIGHEST = 2**63 - 1
COLUMNS = {"number": "bigint", "word": "text", "flag": "boolean"}
ROWS: tuple[tuple[int | None, str | None, bool | None], ...] = (
    (1, "a", True),
    (-1, "买遍全球", False),
    (None, None, None),
    (HIGHEST, "~", True),
    (-HIGHEST, "", None),
    (0, "a|1:b", False),
    (0, "𠮷野家 é", True),
    (1, "a", True),
)
# Worked out apart: SHA-256 of the sorted SHA-256s of the texts below, in hexadecimal.
TEXTS = (
    "1|1:a|1",
    "-1|4:买遍全球|0",
    "~|~|~",
    "9223372036854775807|1:~|1",
    "-9223372036854775807|0:|~",
    "0|5:a|1:b|0",
    "0|5:𠮷野家 é|1",
    "1|1:a|1",
)


def rows_table(rows: tuple[tuple[int | None, str | None, bool | None], ...] = ROWS) -> pa.Table:
    numbers, words, flags = (list(column) for column in zip(*rows, strict=True))
    return pa.table(
        {
            "number": pa.array(numbers, pa.int64()),
            "word": pa.array(words, pa.string()),
            "flag": pa.array(flags, pa.bool_()),
        }
    )
