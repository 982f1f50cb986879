"""The common core on pandas, as one would write it by hand; the whole season in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.peers.core import SIGNALS, Terms, Totals, totals

PPM = 1_000_000
NEVER = 4_102_444_800_000
TOUCH_COLUMNS = [
    "touch_id", "viewer_id", "piece_id", "channel_id", "item_id", "shop_id", "touched_at",
    "dwell_ms", "is_clicked", "is_saved", "is_shared", "is_followed",
]  # fmt: skip


def compute(season: Path, credits: Path, terms: Terms) -> Totals:
    """Compute the four steps from the season's files."""
    seen = _seen(season, terms)
    influence, signals = _influence(season, seen, terms)
    won = _won(season, seen, credits, terms)
    return totals(won=won, influence=influence, signals=signals, pool_scenes=terms.pool_scenes)


def _read(season: Path, name: str, columns: list[str]) -> pd.DataFrame:
    folder = season / name
    path = folder if folder.is_dir() else season / f"{name}.parquet"
    return pd.read_parquet(path, columns=columns)


def _spans(season: Path) -> pd.DataFrame:
    accounts = _read(season, "accounts", ["account_id", "creator_id"])
    creators = _read(season, "creators", ["creator_id", "shop_id"])
    versions = _read(
        season, "creator_payees", ["creator_id", "payee_id", "valid_from", "valid_to"]
    ).fillna({"valid_to": NEVER})
    hosts = creators.rename(columns={"shop_id": "host"}).fillna({"host": -1})
    return (
        _read(season, "pieces", ["piece_id", "account_id", "format"])
        .merge(accounts, on="account_id")
        .merge(hosts, on="creator_id")
        .merge(versions, on="creator_id")
        .drop(columns=["account_id", "creator_id"])
    )


def _seen(season: Path, terms: Terms) -> pd.DataFrame:
    touches = _read(season, "touches", TOUCH_COLUMNS).fillna({"item_id": -1, "shop_id": -1})
    inside = (touches["touched_at"] >= terms.starts_at) & (touches["touched_at"] < terms.ends_at)
    seen = touches[inside].merge(_spans(season), on="piece_id")
    is_valid = (seen["touched_at"] >= seen["valid_from"]) & (seen["touched_at"] < seen["valid_to"])
    scenes = pd.DataFrame(terms.scenes, columns=["channel_id", "format", "scene_no"])
    seen = seen[is_valid].merge(scenes, on=["channel_id", "format"])
    clicked = np.maximum(seen["dwell_ms"], terms.click_dwell_ms)
    seen["weight"] = np.where(seen["is_clicked"], clicked, seen["dwell_ms"])
    return seen


def _influence(
    season: Path, seen: pd.DataFrame, terms: Terms
) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    trust = _read(season, "viewers", ["viewer_id", "trust_ppm"])
    load = seen.groupby(["viewer_id", "scene_no"])["weight"].transform("sum")
    trusted = seen[["viewer_id"]].merge(trust, on="viewer_id", how="left")["trust_ppm"]
    trust_ppm = trusted.fillna(PPM).astype("int64").to_numpy()
    micro = trust_ppm * seen["weight"].to_numpy() // np.maximum(load, terms.bootstrap_ms)
    frame = seen[["payee_id", "scene_no"]].assign(micro=micro)
    flags = {
        "watch": seen["dwell_ms"] >= terms.watch_ms,
        "save": seen["is_saved"],
        "share": seen["is_shared"],
        "follow": seen["is_followed"],
    }
    sums = frame.groupby(["payee_id", "scene_no"])["micro"].sum().reset_index()
    signals = tuple(int(frame["micro"][flags[name]].sum()) for name in SIGNALS)
    return list(sums.itertuples(index=False, name=None)), signals


def _won(season: Path, seen: pd.DataFrame, credits: Path, terms: Terms) -> tuple[int, ...]:
    lines = pd.read_parquet(season / "order_lines.parquet")
    inside = (lines["paid_at"] >= terms.starts_at) & (lines["paid_at"] < terms.ends_at)
    lines = lines[inside]
    items = _read(season, "items", ["item_id", "shop_id"]).rename(columns={"shop_id": "own_shop"})
    is_near = seen["viewer_id"].isin(lines["buyer_id"]) & (
        seen["is_clicked"] | (seen["dwell_ms"] >= terms.dwell_min_ms)
    )
    columns = ["touch_id", "viewer_id", "touched_at", "item_id", "shop_id", "format", "host"]
    near = seen.loc[is_near, columns]
    own = near.merge(items, on="item_id", how="left")
    own["shop"] = own["own_shop"].fillna(own["shop_id"])
    shelf = _read(season, "touch_items", ["touch_id", "item_id"])
    shelf = near.drop(columns="item_id").merge(shelf, on="touch_id").merge(items, on="item_id")
    shelf["shop"] = shelf["own_shop"]
    columns = ["touch_id", "viewer_id", "touched_at", "item_id", "shop", "format", "host"]
    goods = pd.concat([own[columns], shelf[columns]])
    wanted = lines[["line_id", "paid_at", "buyer_id", "shop_id", "item_id"]].set_axis(
        ["line_id", "paid_at", "viewer_id", "shop", "line_item"], axis=1
    )
    met = wanted.merge(goods, on=["viewer_id", "shop"])
    is_open = (
        (met["touched_at"] > met["paid_at"] - terms.window_ms)
        & (met["touched_at"] <= met["paid_at"])
        & ((met["host"] == -1) | (met["host"] == met["shop"]))
    )
    met = met[is_open]
    is_live = met["format"] == "live"
    same = met["item_id"] == met["line_item"]
    met = met.assign(rank=np.where(~same, 3, np.where(is_live, 1, 2)), before=-met["touched_at"])
    winners = met.sort_values(["line_id", "rank", "before", "touch_id"]).drop_duplicates("line_id")
    return _cut(lines, winners[["line_id", "touch_id"]], credits, terms)


def _cut(
    lines: pd.DataFrame, winners: pd.DataFrame, credits: Path, terms: Terms
) -> tuple[int, ...]:
    rates = pd.read_parquet(credits, columns=["line_id", "rate_ppm", "direct_ppm", "pool_id"])
    cut = lines.merge(winners, on="line_id", how="left").merge(rates, on="line_id")
    added = cut["paid_minor"] + cut["platform_coupon_minor"]
    base = (added - cut["shipping_minor"] - cut["tax_minor"]).clip(lower=0)
    commission = base * cut["rate_ppm"] // PPM
    fee = commission * terms.fee_ppm // PPM
    pooled = commission * cut["direct_ppm"] // PPM
    direct = pooled.where(cut["pool_id"].notna(), commission - fee)
    won = cut["touch_id"].dropna().astype("int64")
    return (
        len(won),
        int(won.sum()),
        int(commission.sum()),
        int(direct.sum()),
        int(fee.sum()),
        int((commission - direct - fee).sum()),
    )
