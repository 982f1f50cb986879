"""Heads and columns of both files, as they stand in them."""

from __future__ import annotations

from typing import Final

HEAD: Final = ("批次号", "付款日期", "总笔数", "总金额(元)")
LINES: Final = ("序号", "收款账号", "收款户名", "金额(元)", "备注")
RESULT_HEAD: Final = HEAD
RESULT_LINES: Final = (*LINES, "状态", "失败原因", "流水号")
PAID: Final = "成功"
FAILED: Final = "失败"
ENCODINGS: Final = ("gb18030", "utf-8")
MOST_LINES: Final = 1_000
#: A spreadsheet would run a cell that begins with one of these.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe goes before what it would.

    >>> harmless("=1+1"), harmless("Ada")
    ("'=1+1", 'Ada')
    """
    return f"'{text}" if text.startswith(RISKY) else text


def bare(text: str) -> str:
    """A cell as it was before `harmless`.

    >>> bare("'=1+1"), bare("Ada"), bare("'tis")
    ('=1+1', 'Ada', "'tis")
    """
    inner = text[1:]
    return inner if text.startswith("'") and inner.startswith(RISKY) else text
