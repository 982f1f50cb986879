"""A season from tables in memory, settled, and its results as tables of the same kind."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wavepool.engine import columns
from wavepool.engine.columns import ColumnMap, FrameKind
from wavepool.engine.incentives import Programmes, binding_programmes
from wavepool.engine.policy import Policy, default_policy, ensure_binding
from wavepool.engine.relations import open_relations
from wavepool.engine.seasons.explaining import Explanation, explain_line
from wavepool.engine.seasons.explaining.settlement import Settlement
from wavepool.engine.seasons.plan import Plan, SeasonHasRejects, Settled
from wavepool.engine.seasons.run import Say
from wavepool.engine.seasons.settle import known_to, settle_season

_REJECTS = "select * from rejects order by table_name, row_key, rule, column_name, row_no"


class FramesHaveRejects(Exception):
    """Rows of the frames were rejected and the caller did not allow it; nothing was settled.

    `rejects` is a frame of the caller's kind: table_name, row_key, row_no (from
    1), rule, column_name, value; one row per broken rule.
    """

    def __init__(self, rejected: int, *, rejects: Any, first: str) -> None:
        super().__init__(f"{rejected} input rows are rejected, the first: {first}")
        self.rejected = rejected
        self.rejects = rejects


class TableNotFound(LookupError):
    """The settlement has no such table in the periods asked for."""

    def __init__(self, name: str, *, period: str | None, known: Sequence[str]) -> None:
        where = "" if period is None else f" in {period}"
        super().__init__(f"no table {name!r}{where}; there are {', '.join(known) or 'none'}")
        self.name = name
        self.period = period
        self.known = tuple(known)


@dataclass(frozen=True)
class CheckedFrames:
    """What a check found: counts by table and rule, and every reject as a frame."""

    checked: columns.Checked
    rejects: Any

    @property
    def rejected(self) -> int:
        """Return the number of rows rejected in all tables."""
        return self.checked.rejected


class SettledFrames:
    """A settlement of frames; its tables are read when they are asked for.

    `out` is the folder that holds them, as `wavepool settle` writes it. Where
    the caller named none it is a temporary one, which goes with this object or
    at `close`; frames that were taken out stay.
    """

    def __init__(
        self, settled: Settled, *, kind: FrameKind, rejects: Any, place: Path | None
    ) -> None:
        self.out = settled.out
        self.periods = settled.periods
        self.digest = settled.digest
        self.rejected = settled.rejected
        self.rejects = rejects
        self.kind = kind
        self._settlement = Settlement(settled.out)
        self._remove = (
            None
            if place is None
            else weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        )

    def __repr__(self) -> str:  # type: ignore[explicit-override]
        """Say what was settled, and not where. `override` came to `typing` with 3.12 only."""
        return (
            f"SettledFrames({self.periods[0]} to {self.periods[-1]}, "
            f"{self.rejected} rejected, digest {self.digest[:12]}…)"
        )

    def __enter__(self) -> SettledFrames:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary folder, if there is one; a named folder stays."""
        if self._remove is not None:
            self._remove()

    def table(self, name: str, *, period: str | None = None) -> Any:
        """Read a table of results, such as "statements" or "state/carries".

        Args:
            name: a file of OUT/<period>/ without its ending; docs/output.md lists them.
            period: one period; without it all periods stand one after the other.

        Returns:
            A frame of the kind that was given; the column `period` comes first.

        Raises:
            TableNotFound: no period asked for has such a table.
        """
        wanted = self.periods if period is None else (period,)
        found = [
            _with_period(self._settlement.table(each, name), each)
            for each in wanted
            if self._settlement.has(each, name)
        ]
        if not found:
            raise TableNotFound(name, period=period, known=self.table_names())
        return columns.frame_of(pa.concat_tables(found), self.kind)

    def table_names(self) -> tuple[str, ...]:
        """List the tables that any period has."""
        names = {
            path.relative_to(self.out / period).with_suffix("").as_posix()
            for period in self.periods
            for path in (self.out / period).rglob("*.parquet")
        }
        return tuple(sorted(names))

    def explain(self, line: str) -> Explanation:
        """Explain a statement line, as `explain_line`; its evidence is a frame of the given kind.

        Raises:
            LineNotFound: no line, or more than one, has this name.
        """
        found = explain_line(self.out, line)
        return replace(found, evidence=columns.frame_of(found.evidence, self.kind))

    def manifest(self) -> bytes:
        """Return the manifest's bytes, which `verify_with_manifest` takes."""
        return self._settlement.manifest_bytes


def check_frames(
    frames: Mapping[str, Any],
    *,
    policy: Policy | None = None,
    columns_map: ColumnMap | None = None,
    memory_mb: int = 4_000,
) -> CheckedFrames:
    """Judge every row of a season in memory and settle nothing.

    Arguments and errors are those of `settle_frames`; rejected rows are
    returned, not raised.
    """
    tables, names = _read(frames, columns_map)
    checked, rejects = _judge(
        tables, policy or default_policy(), columns_map=names, memory_mb=memory_mb
    )
    return CheckedFrames(checked, columns.frame_of(rejects, _kind_of(frames)))


def settle_frames(
    frames: Mapping[str, Any],
    *,
    policy: Policy | None = None,
    programmes: Sequence[Programmes] | None = None,
    out: Path | None = None,
    period: str | None = None,
    opening: Path | SettledFrames | None = None,
    columns_map: ColumnMap | None = None,
    allow_rejects: bool = False,
    is_looking_for_rings: bool = False,
    signing_key: bytes | None = None,
    threads: int = 2,
    memory_mb: int = 4_000,
    say: Say = lambda _: None,
) -> SettledFrames:
    """Settle tables in memory, period after period, and give results back as tables.

    The frames are written as Parquet to a temporary folder and settled from there by
    `settle_season`: frames and a folder of the same rows go one way and have one digest.

    Args:
        frames: by the names of docs/tables.md: Arrow tables, pandas or Polars frames, DuckDB
            relations. None states that there are no such rows; nothing is left out in silence.
        policy: the default policy if absent.
        programmes: those that the policy names if absent; () for none.
        out: a folder for the results; it stays. A temporary one if absent.
        opening: an earlier settlement to open from.
        say: is told the progress, line by line.

    Returns:
        Results as frames of one kind: that of the first frame given.

    Raises:
        FramesHaveRejects: rows were rejected and `allow_rejects` is off.
        PolicyRefused: the linter has something against the policy.
        ProgrammeInvalid, ProgrammesRefused: a document that it names may not pay.
        UnknownFrame, MissingTable, MissingColumn, WrongType: as `load_frames`.
        NothingToSettle, AnotherRunInFolder, BooksDoNotBalance: as `settle_season`.
    """
    rules = policy or default_policy()
    ensure_binding(rules)
    chosen = binding_programmes(rules.programmes) if programmes is None else programmes
    tables, names = _read(frames, columns_map)
    place = Path(tempfile.mkdtemp(prefix="wavepool-"))
    plan = Plan(
        season=place / "season",
        out=out or place / "out",
        policy=rules,
        programmes=chosen,
        period=period,
        opening=opening.out if isinstance(opening, SettledFrames) else opening,
        columns_map=names,
        allow_rejects=allow_rejects,
        is_looking_for_rings=is_looking_for_rings,
        threads=threads,
        memory_mb=memory_mb,
        signing_key=signing_key,
    )
    return _settle(plan, tables, kind=_kind_of(frames), place=place, say=say)


def _settle(
    plan: Plan, tables: Mapping[str, pa.Table], *, kind: FrameKind, place: Path, say: Say
) -> SettledFrames:
    """Settle in `place`; where rows are bad, judge the frames once more, which numbers them."""
    with ExitStack() as cleaning:
        cleaning.callback(shutil.rmtree, place, ignore_errors=True)
        _write(tables, plan.season)
        try:
            settled = settle_season(plan, say=say)
        except SeasonHasRejects as error:
            rows = _rejects(plan, tables)
            first = _sentence(rows.slice(0, 1).to_pylist()[0])
            rejects = columns.frame_of(rows, kind)
            raise FramesHaveRejects(error.rejected, rejects=rejects, first=first) from error
        rows = _rejects(plan, tables) if settled.rejected else columns.REJECT_SCHEMA.empty_table()
        is_named = not plan.out.is_relative_to(place)
        found = SettledFrames(
            settled,
            kind=kind,
            rejects=columns.frame_of(rows, kind),
            place=None if is_named else place,
        )
        if not is_named:
            shutil.rmtree(plan.season)
            cleaning.pop_all()
        return found


def _rejects(plan: Plan, tables: Mapping[str, pa.Table]) -> pa.Table:
    return _judge(tables, plan.policy, columns_map=plan.columns_map, memory_mb=plan.memory_mb)[1]


def _judge(
    tables: Mapping[str, pa.Table],
    policy: Policy,
    *,
    columns_map: ColumnMap | None,
    memory_mb: int,
) -> tuple[columns.Checked, pa.Table]:
    with tempfile.TemporaryDirectory(prefix="wavepool-") as scratch:
        rel = open_relations("duckdb", scratch=Path(scratch), memory_mb=memory_mb)
        try:
            loaded = columns.load_frames(rel, tables, columns_map=columns_map)
            checked = columns.check(rel, loaded, known=known_to(policy))
            return checked, rel.fetch(_REJECTS)
        finally:
            rel.close()


def _read(
    frames: Mapping[str, Any], columns_map: ColumnMap | None
) -> tuple[dict[str, pa.Table], ColumnMap]:
    """Frames as Arrow tables under their contract names, and the names map to read them by."""
    tables = columns.arrow_tables(frames)
    given = columns_map or ColumnMap()
    absent = frames.keys() - tables.keys()
    # The map may name a file for a table; frames come under the contract's own names.
    named = {
        name: replace(
            given.of(name), table=name, is_absent=given.of(name).is_absent or name in absent
        )
        for name in columns.CONTRACTS
    }
    return tables, ColumnMap(named)


def _write(tables: Mapping[str, pa.Table], season: Path) -> None:
    season.mkdir()
    for name, rows in tables.items():
        pq.write_table(rows.combine_chunks(), season / f"{name}.parquet")


def _kind_of(frames: Mapping[str, Any]) -> FrameKind:
    for frame in frames.values():
        if frame is not None:
            return columns.frame_kind(frame)
    return FrameKind.ARROW


def _with_period(rows: pa.Table, period: str) -> pa.Table:
    names = [name for name in rows.column_names if name != "period"]
    column = (
        rows.column("period")
        if "period" in rows.column_names
        else pa.repeat(pa.scalar(period), rows.num_rows)
    )
    return rows.select(names).add_column(0, "period", column)


def _sentence(row: Mapping[str, Any]) -> str:
    return f"{row['table_name']} row {row['row_no']}, {row['column_name']} {row['value']!r}: {row['rule']}"
