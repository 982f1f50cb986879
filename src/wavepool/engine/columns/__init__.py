"""Column contracts: declare an input table, read it, judge its rows, explain every reject."""

from wavepool.engine.columns.check import (
    REJECT_COLUMNS,
    REJECT_SCHEMA,
    Checked,
    Known,
    RowsLost,
    RuleCount,
    TableCount,
    check,
    list_rejects,
)
from wavepool.engine.columns.contract import (
    Column,
    ColumnsError,
    Form,
    Kind,
    Reference,
    Rule,
    Table,
)
from wavepool.engine.columns.contracts import CONTRACTS
from wavepool.engine.columns.convert import WrongType
from wavepool.engine.columns.files import AmbiguousTable, UnreadableFile
from wavepool.engine.columns.frames import (
    FrameKind,
    UnknownFrame,
    arrow_tables,
    frame_kind,
    frame_of,
)
from wavepool.engine.columns.load import (
    Loaded,
    LoadedTable,
    MissingColumn,
    MissingTable,
    load_frames,
    load_season,
)
from wavepool.engine.columns.names import (
    BadColumnMap,
    ColumnMap,
    Source,
    TableMap,
    parse_column_map,
    read_column_map,
)
from wavepool.engine.columns.reconcile import Reconciled, reconcile
from wavepool.engine.columns.reference import tables_page

__all__ = [
    "CONTRACTS",
    "REJECT_COLUMNS",
    "REJECT_SCHEMA",
    "AmbiguousTable",
    "BadColumnMap",
    "Checked",
    "Column",
    "ColumnMap",
    "ColumnsError",
    "Form",
    "FrameKind",
    "Kind",
    "Known",
    "Loaded",
    "LoadedTable",
    "MissingColumn",
    "MissingTable",
    "Reconciled",
    "Reference",
    "RowsLost",
    "Rule",
    "RuleCount",
    "Source",
    "Table",
    "TableCount",
    "TableMap",
    "UnknownFrame",
    "UnreadableFile",
    "WrongType",
    "arrow_tables",
    "check",
    "frame_kind",
    "frame_of",
    "list_rejects",
    "load_frames",
    "load_season",
    "parse_column_map",
    "read_column_map",
    "reconcile",
    "tables_page",
]
