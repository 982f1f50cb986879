"""What can go wrong, in one line each: what failed, where, what to do, and the exit code."""

from __future__ import annotations

import errno
import json
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from wavepool.cli.demo.proof import NothingToProve
from wavepool.engine import (
    attribution,
    columns,
    incentives,
    policy,
    receipts,
    relations,
    seasons,
    worlds,
)
from wavepool.engine.money import MoneyError
from wavepool.engine.postings import BooksDoNotBalance
from wavepool.engine.seasons import explaining

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
BAD_DATA: Final = 3
NOT_RECONCILED: Final = 4
INTERRUPTED: Final = 130


@dataclass(frozen=True)
class Fault:
    """One line for a person, and the exit code for a machine."""

    text: str
    exit_code: int


_Kinds = tuple[type[BaseException], ...]
_RULES: Final[tuple[tuple[_Kinds, int, str], ...]] = (
    (
        (seasons.SeasonHasRejects,),
        BAD_DATA,
        "correct the rows (`wavepool check` lists them by rule) or pass --allow-rejects",
    ),
    ((seasons.NothingToSettle,), BAD_DATA, "check --period and --opening"),
    ((seasons.AnotherRunInFolder,), FAILED, ""),
    ((explaining.NotASettlement,), BAD_DATA, "name the OUT of a finished `wavepool settle`"),
    (
        (
            explaining.LineNotFound,
            attribution.NoSuchPeriod,
            attribution.NoSuchLine,
            attribution.UnknownRule,
        ),
        USAGE,
        "",
    ),
    ((columns.BadColumnMap,), BAD_DATA, ""),
    ((columns.ColumnsError,), BAD_DATA, "docs/tables.md lists every table and column"),
    ((relations.UnreadableParquet,), BAD_DATA, "write the file again"),
    ((policy.PolicyInvalid, policy.UnreadablePolicy), BAD_DATA, ""),
    ((policy.PolicyRefused, incentives.ProgrammesRefused), BAD_DATA, ""),
    ((policy.UnknownPackagedPolicy,), USAGE, "a file is named by a path that ends in .toml"),
    (
        (policy.AmbiguousScene, policy.UnknownScene, policy.ChannelsOfAnotherType),
        BAD_DATA,
        "change the policy's [[scene_rules]]",
    ),
    ((policy.UnknownZone,), BAD_DATA, "change `zone` in the policy"),
    (
        (incentives.ProgrammeInvalid, incentives.TableInvalid, incentives.CountersInvalid),
        BAD_DATA,
        "correct the programme document or its tables",
    ),
    (
        (
            BooksDoNotBalance,
            columns.RowsLost,
            incentives.PaidTwice,
            incentives.BudgetOverspent,
            attribution.CourtDoesNotAddUp,
        ),
        NOT_RECONCILED,
        "pay nothing from this folder; this is a fault of wavepool, please report it",
    ),
    (
        (receipts.ReceiptContradictsLine, receipts.ReceiptDiffers),
        NOT_RECONCILED,
        "the folder or the receipt was changed after it was written; settle again elsewhere",
    ),
    (
        (receipts.ReceiptInvalid, receipts.ManifestInvalid, receipts.MerkleIndexUnreadable),
        BAD_DATA,
        "give the file as wavepool wrote it",
    ),
    ((receipts.KeyUnusable,), BAD_DATA, "give an Ed25519 key in PEM form"),
    ((receipts.SigningUnavailable,), FAILED, "pip install 'wavepool[signing]'"),
    ((receipts.UnknownLanguage,), USAGE, ""),
    ((worlds.WorldPlanInvalid, NothingToProve), USAGE, ""),
    ((worlds.WorldFolderNotEmpty,), FAILED, "name a new folder"),
    ((relations.RelationsError,), FAILED, ""),
    ((MoneyError,), BAD_DATA, ""),
    ((json.JSONDecodeError, UnicodeDecodeError), BAD_DATA, "the file is not JSON in UTF-8"),
    ((pa.ArrowInvalid,), BAD_DATA, "the file is damaged or of another form"),
)

FAULTS: Final[_Kinds] = (
    *(kind for kinds, _, _ in _RULES for kind in kinds),
    OSError,
    MemoryError,
    KeyboardInterrupt,
    duckdb.Error,
)


def fault_of(error: BaseException) -> Fault:
    """Say what an error of `FAULTS` means to the person who typed the command."""
    if was_interrupted(error):
        return Fault(
            "interrupted; nothing is half written. The same command goes on where it stopped",
            INTERRUPTED,
        )
    for kinds, code, advice in _RULES:
        if isinstance(error, kinds):
            return Fault(_joined(str(error), advice), code)
    return Fault(_system_text(error), FAILED)


def was_interrupted(error: BaseException | None) -> bool:
    """Whether it is an interruption, or what closing down said while one was under way.

    DuckDB swallows the `KeyboardInterrupt` that arrives within a query and raises
    a plain `RuntimeError` of these words instead, with neither cause nor context.
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt | duckdb.InterruptException):
            return True
        if type(error) is RuntimeError and str(error) == "Query interrupted":
            return True
        error = error.__cause__ or error.__context__
    return False


def _joined(text: str, advice: str) -> str:
    return f"{text}; {advice}" if advice else text


def _system_text(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0]
    if isinstance(error, OSError) and error.errno is not None:
        where = f" ({error.filename})" if error.filename else ""
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return _disk_full(where)
        return f"{error.strerror or text}{where}"
    if "no space left" in text.lower():
        return _disk_full("")
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return _joined(f"out of memory: {text}" if text else "out of memory", "lower --memory-mb")
    return f"the database stopped: {text}" if isinstance(error, duckdb.Error) else text


def _disk_full(where: str) -> str:
    return _joined(
        f"the disk is full{where}", "free some space and run the same command, it goes on"
    )
