"""Who plays: scenes and their pool, creators by kind, shops, agencies, newcomers."""

from __future__ import annotations

from rich.console import Console

from wavepool.cli.demo.book import MICRO, Book, Row
from wavepool.cli.explaining import percent
from wavepool.cli.terminal import grid
from wavepool.cli.words import Words

KINDS = {
    "talent": ("talent", "达人"),
    "store": ("store anchor", "店铺主播"),
    "farmer": ("farmer anchor", "村播"),
    "shop_host": ("shop's own host", "商家自播"),
    "celebrity": ("celebrity", "明星"),
    "media": ("media", "媒体"),
    "agency": ("agency", "机构"),
}


def read_cast(book: Book) -> Row:
    """Count what was generated; scenes with the value that their content made."""
    first = book.periods[0]
    counts = book.one(
        "select (select count(*) from touches) as touches, (select count(*) from viewers) as viewers, "
        "(select count(*) from pieces) as pieces, (select count(*) from sessions) as sessions, "
        "(select count(*) from order_lines) as order_lines, (select count(*) from shops) as shops, "
        "(select count(*) from items) as items, (select count(*) from agencies) as agencies, "
        "(select count(*) from introductions) as introductions"
    )
    kinds = book.rows(
        "select c.kind as kind, count(*) as creators, "
        "count(case when c.first_live_at >= s.begins_at then 1 end) as newcomers "
        "from creators as c cross join "
        "(select min(touched_at) as begins_at from touches) as s group by c.kind order by 2 desc, 1"
    )
    found = book.rows(
        "select scene_id, cast(sum(touches) as bigint) as touches, "
        "cast(sum(viewers_micro) as bigint) as viewers_micro, cast(sum(value) as bigint) as value "
        "from payee_scenes group by scene_id"
    )
    by_scene = {row["scene_id"]: row for row in found}
    names = {pool.id: pool for pool in book.policy.pools}
    scenes = []
    for scene in book.policy.scenes:
        row = by_scene.get(scene.id, {"touches": 0, "viewers_micro": 0, "value": 0})
        pool = names.get(scene.pool)
        scenes.append(
            {
                "scene_id": scene.id,
                "name_zh": scene.name_zh,
                "name_en": scene.name_en,
                "pool_zh": pool.name_zh if pool else None,
                "pool_en": pool.name_en if pool else None,
                "direct_ppm": scene.direct_ppm,
                **{name: row[name] for name in ("touches", "viewers_micro", "value")},
            }
        )
    return {"first_period": first, **counts, "kinds": kinds, "scenes": scenes}


def print_cast(cast: Row, out: Console, word: Words) -> None:
    """Print the cast and the stage."""
    out.print(
        word(
            f"{cast['touches']:,} touches of {cast['viewers']:,} viewers with {cast['pieces']:,} "
            f"pieces ({cast['sessions']:,} live sessions); {cast['order_lines']:,} order lines "
            f"for {cast['items']:,} items of {cast['shops']:,} shops; {cast['agencies']} agencies, "
            f"{cast['introductions']} introductions.",
            f"{cast['viewers']:,} 位观众与 {cast['pieces']:,} 件内容（其中直播 {cast['sessions']:,} 场）"
            f"产生 {cast['touches']:,} 次触达；{cast['shops']:,} 家店铺 {cast['items']:,} 个商品，"
            f"{cast['order_lines']:,} 笔子订单；{cast['agencies']} 家机构，"
            f"引入主播 {cast['introductions']} 人次。",
        )
    )
    kinds = grid(
        "", [word("creators", "创作者"), word(">people", ">人数"), word(">new", ">新主播")]
    )
    for row in cast["kinds"]:
        kinds.add_row(
            word(*KINDS.get(row["kind"], (row["kind"], row["kind"]))),
            f"{row['creators']:,}",
            f"{row['newcomers']:,}" if row["newcomers"] else "–",
        )
    out.print(kinds)
    out.print()
    total = sum(scene["value"] for scene in cast["scenes"] if scene["pool_en"]) or 1
    scenes = grid(
        word("Scenes", "场景"),
        [
            "",
            "",
            word("pool", "奖池"),
            word(">direct leg", ">直接分成"),
            word(">touches", ">触达"),
            word(">viewers' worth", ">等效观众"),
            word(">share of value", ">价值占比"),
        ],
    )
    for scene in cast["scenes"]:
        in_pool = scene["pool_en"] is not None
        scenes.add_row(
            scene["name_zh"],
            scene["name_en"],
            f"{scene['pool_zh']} {scene['pool_en']}"
            if in_pool
            else word("none: plain CPS", "无：纯 CPS"),
            percent(scene["direct_ppm"]) if in_pool else word("all of it", "全部"),
            f"{scene['touches']:,}",
            f"{scene['viewers_micro'] // MICRO:,}",
            percent(scene["value"] * MICRO // total) if in_pool else "–",
        )
    out.print(scenes)
