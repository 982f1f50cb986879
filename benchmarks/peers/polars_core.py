"""The common core on Polars' streaming engine, as one would write it by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.peers.core import SIGNALS, Terms, Totals, totals

PPM = 1_000_000
NEVER = 4_102_444_800_000


def compute(season: Path, credits: Path, terms: Terms) -> Totals:
    """Compute the four steps from the season's files."""
    won = _won(season, credits, terms)
    influence, signals = _influence(season, terms)
    return totals(won=won, influence=influence, signals=signals, pool_scenes=terms.pool_scenes)


def _scan(season: Path, name: str) -> pl.LazyFrame:
    folder = season / name
    return pl.scan_parquet(folder / "*.parquet" if folder.is_dir() else f"{folder}.parquet")


def _spans(season: Path) -> pl.LazyFrame:
    accounts = _scan(season, "accounts").select("account_id", "creator_id")
    creators = _scan(season, "creators").select("creator_id", host="shop_id")
    versions = _scan(season, "creator_payees").select(
        "creator_id", "payee_id", "valid_from", pl.col("valid_to").fill_null(NEVER)
    )
    return (
        _scan(season, "pieces")
        .select("piece_id", "account_id", "format")
        .join(accounts, on="account_id")
        .join(creators, on="creator_id")
        .join(versions, on="creator_id")
        .select("piece_id", "format", "host", "payee_id", "valid_from", "valid_to")
    )


def _seen(season: Path, terms: Terms) -> pl.LazyFrame:
    scenes = pl.LazyFrame(
        terms.scenes,
        schema={"channel_id": pl.Int64, "format": pl.String, "scene_no": pl.Int64},
        orient="row",
    )
    weight = (
        pl.when("is_clicked")
        .then(pl.max_horizontal("dwell_ms", pl.lit(terms.click_dwell_ms)))
        .otherwise("dwell_ms")
    )
    return (
        _scan(season, "touches")
        .filter(pl.col("touched_at").is_between(terms.starts_at, terms.ends_at, closed="left"))
        .join(_spans(season), on="piece_id")
        .filter(
            pl.col("touched_at") >= pl.col("valid_from"), pl.col("touched_at") < pl.col("valid_to")
        )
        .join(scenes, on=["channel_id", "format"])
        .with_columns(weight=weight)
    )


def _influence(season: Path, terms: Terms) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    seen = _seen(season, terms).select(
        "viewer_id", "payee_id", "scene_no", "weight", "dwell_ms",
        "is_saved", "is_shared", "is_followed",
    )  # fmt: skip
    loads = seen.group_by("viewer_id", "scene_no").agg(load=pl.col("weight").sum())
    trust = _scan(season, "viewers").select("viewer_id", "trust_ppm")
    micro = (
        pl.col("trust_ppm").fill_null(PPM)
        * pl.col("weight")
        // pl.max_horizontal("load", pl.lit(terms.bootstrap_ms))
    )
    flags = {
        "watch": pl.col("dwell_ms") >= terms.watch_ms,
        "save": pl.col("is_saved"),
        "share": pl.col("is_shared"),
        "follow": pl.col("is_followed"),
    }
    sums = (
        seen.join(loads.join(trust, on="viewer_id", how="left"), on=["viewer_id", "scene_no"])
        .with_columns(micro=micro)
        .group_by("payee_id", "scene_no")
        .agg(
            micro=pl.col("micro").sum(),
            **{name: pl.col("micro").filter(flags[name]).sum() for name in SIGNALS},
        )
        .collect(engine="streaming")
        .sort("payee_id", "scene_no")
    )
    signals = tuple(int(sums[name].sum()) for name in SIGNALS)
    return sums.select("payee_id", "scene_no", "micro").rows(), signals


def _won(season: Path, credits: Path, terms: Terms) -> tuple[int, ...]:
    lines = _scan(season, "order_lines").filter(
        pl.col("paid_at").is_between(terms.starts_at, terms.ends_at, closed="left")
    )
    items = _scan(season, "items").select("item_id", own_shop="shop_id")
    buyers = lines.select(viewer_id="buyer_id").unique()
    near = (
        _seen(season, terms)
        .join(buyers, on="viewer_id", how="semi")
        .filter(pl.col("is_clicked") | (pl.col("dwell_ms") >= terms.dwell_min_ms))
        .select("touch_id", "viewer_id", "touched_at", "item_id", "shop_id", "format", "host")
    )
    own = near.join(items, on="item_id", how="left").with_columns(
        shop=pl.coalesce("own_shop", "shop_id")
    )
    shelf = (
        near.drop("item_id")
        .join(_scan(season, "touch_items"), on="touch_id")
        .join(items, on="item_id")
        .with_columns(shop="own_shop")
    )
    columns = ["touch_id", "viewer_id", "touched_at", "item_id", "shop", "format", "host"]
    goods = pl.concat([own.select(columns), shelf.select(columns)])
    rank = (
        pl.when(pl.col("item_id").ne_missing(pl.col("line_item")))
        .then(3)
        .when(pl.col("format") == "live")
        .then(1)
        .otherwise(2)
    )
    winners = (
        lines.select(
            "line_id", "paid_at", viewer_id="buyer_id", shop="shop_id", line_item="item_id"
        )
        .join(goods, on=["viewer_id", "shop"])
        .filter(
            pl.col("touched_at") > pl.col("paid_at") - terms.window_ms,
            pl.col("touched_at") <= pl.col("paid_at"),
            pl.col("host").is_null() | (pl.col("host") == pl.col("shop")),
        )
        .with_columns(rank=rank, before=-pl.col("touched_at"))
        .group_by("line_id")
        .agg(pl.col("touch_id").sort_by("rank", "before", "touch_id").first())
    )
    return _cut(lines, winners, credits, terms)


def _cut(
    lines: pl.LazyFrame, winners: pl.LazyFrame, credits: Path, terms: Terms
) -> tuple[int, ...]:
    rates = pl.scan_parquet(credits).select("line_id", "rate_ppm", "direct_ppm", "pool_id")
    base = (
        pl.col("paid_minor")
        + pl.col("platform_coupon_minor")
        - pl.col("shipping_minor")
        - pl.col("tax_minor")
    )
    cut = (
        lines.join(winners, on="line_id", how="left")
        .join(rates, on="line_id")
        .with_columns(commission=pl.max_horizontal(base, pl.lit(0)) * pl.col("rate_ppm") // PPM)
        .with_columns(fee=pl.col("commission") * terms.fee_ppm // PPM)
        .with_columns(
            direct=pl.when(pl.col("pool_id").is_null())
            .then(pl.col("commission") - pl.col("fee"))
            .otherwise(pl.col("commission") * pl.col("direct_ppm") // PPM)
        )
        .select(
            pl.col("touch_id").count().alias("won"),
            pl.col("touch_id").sum(),
            pl.col("commission").sum(),
            pl.col("direct").sum(),
            pl.col("fee").sum(),
            (pl.col("commission") - pl.col("direct") - pl.col("fee")).sum().alias("pool"),
        )
        .collect(engine="streaming")
    )
    return cut.row(0)
