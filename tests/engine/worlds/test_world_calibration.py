"""A world beside published aggregates, and beside its own truth."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from shared_data import shared_file
from wavepool.engine.worlds import WorldPlan, build_world, sniped_plan


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = build_world(
        tmp_path_factory.mktemp("market"), sniped_plan(WorldPlan(truth_replicas=1)), touches=300_000
    ).folder
    db = duckdb.connect()
    for path in sorted(folder.glob("*.parquet")) + sorted(folder.glob("truth/*.parquet")):
        db.execute(f"create view {path.stem} as from '{path}'").fetchall()
    db.execute(f"create view touches as from '{folder}/touches/*.parquet'").fetchall()
    return db


def numbers(db: duckdb.DuckDBPyConnection, sql: str) -> list[float]:
    return [float(row[0]) for row in db.execute(sql).fetchall()]


def gini(values: Sequence[float]) -> float:
    ranked = sorted(values)
    count, total = len(ranked), sum(ranked)
    weighed = sum(place * value for place, value in enumerate(ranked, start=1))
    return 2 * weighed / (count * total) - (count + 1) / count


def top_share(values: Sequence[float], *, one_in: int) -> float:
    ranked = sorted(values, reverse=True)
    return sum(ranked[: max(1, len(ranked) // one_in)]) / sum(ranked)


def table(path: Path) -> list[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


class TestPublishedAggregates:
    def test_videos_are_as_unequal_as_in_kuairand(self, market: duckdb.DuckDBPyConnection) -> None:
        rows = table(
            shared_file(
                "shortvideo_kuairand_aggregates", "27k_log_standard_video_concentration.csv"
            )
        )
        published = float(rows[0]["top1pct_exposure_share"])
        ours = numbers(
            market, "select count(*) from touches where session_id is null group by piece_id"
        )
        assert abs(top_share(ours, one_in=100) - published) < 0.10
        assert abs(gini(ours) - 0.827070) < 0.07

    def test_hours_follow_kuairand(self, market: duckdb.DuckDBPyConnection) -> None:
        rows = table(shared_file("shortvideo_kuairand_aggregates", "27k_log_standard_hourly.csv"))
        published = [float(row["exposures"]) for row in rows]
        ours = numbers(
            market,
            "select count(*) from touches "
            "group by (touched_at + 28800000) // 3600000 % 24 "
            "order by (touched_at + 28800000) // 3600000 % 24",
        )
        apart = sum(
            abs(a / sum(published) - b / sum(ours)) for a, b in zip(published, ours, strict=True)
        )
        assert apart / 2 < 0.07

    def test_viewers_are_as_unequal_as_in_kuairand(self, market: duckdb.DuckDBPyConnection) -> None:
        rows = table(
            shared_file(
                "shortvideo_kuairand_aggregates", "27k_log_standard_user_stats_distribution.csv"
            )
        )
        ours = numbers(market, "select count(*) from touches group by viewer_id")
        assert abs(gini([float(row["exposures"]) for row in rows]) - gini(ours)) < 0.05

    def test_positive_interactions_are_as_rare_as_in_kuairand(
        self, market: duckdb.DuckDBPyConnection
    ) -> None:
        rows = table(
            shared_file("shortvideo_kuairand_aggregates", "pure_funnel_random_vs_standard.csv")
        )
        rate = {row["metric"]: float(row["standard_rate_pct"]) / 100 for row in rows}
        ours = numbers(
            market,
            "select avg((is_saved or is_shared or is_followed)::int) from touches "
            "union all select avg((dwell_ms >= 10000)::int) from touches",
        )
        assert abs(min(ours) - rate["正向互动率"]) < 0.008
        assert abs(max(ours) - rate["点击/有效播放率"]) < 0.10

    def test_most_viewers_are_active_as_in_kuairec(self, market: duckdb.DuckDBPyConnection) -> None:
        rows = table(shared_file("shortvideo_kuairec_side", "user_features.csv.gz"))
        active = sum(row["user_active_degree"] in {"full_active", "high_active"} for row in rows)
        seen = market.execute("select count(distinct viewer_id) from touches").fetchall()[0][0]
        known = market.execute("select count(*) from viewers").fetchall()[0][0]
        assert active / len(rows) > 0.95
        assert seen / known > 0.95

    def test_top_anchors_are_unequal_as_on_twitch(self, market: duckdb.DuckDBPyConnection) -> None:
        rows = table(shared_file("live_twitch", "top1000_streamers_2019.csv"))
        published = gini([float(row["Watch time(Minutes)"]) for row in rows])
        ours = numbers(
            market,
            "select sum(dwell_ms) as watched from touches join accounts using (account_id) "
            "where session_id is not null group by creator_id order by watched desc "
            "limit (select count(distinct account_id) // 5 from sessions "
            "join pieces using (piece_id))",
        )
        # The published list holds the head of a far larger market; so does ours, of a small one.
        assert abs(gini(ours) - published) < 0.20

    def test_village_rooms_sell_as_much_as_announced(
        self, market: duckdb.DuckDBPyConnection
    ) -> None:
        # CNY 5,000,000,000 over 2,300,000 sessions of 110,000 anchors.
        ours = numbers(
            market,
            "select count(*) / count(distinct creator_id) from sessions "
            "join pieces using (piece_id) join accounts using (account_id) "
            "join creators using (creator_id) where kind = 'farmer' union all "
            "select sum(paid_minor) / (select count(*) from sessions join pieces using (piece_id) "
            "join accounts using (account_id) join creators using (creator_id) "
            "where kind = 'farmer') from order_lines join truth_lines using (line_id) "
            "join creators c on c.creator_id = true_creator_id where c.kind = 'farmer'",
        )
        assert abs(ours[0] - 20.9) < 4
        assert abs(ours[1] - 217_391) < 60_000


CANDIDATES = """
create temp table candidate as
with shown as (
  select touch_id, viewer_id, shop_id, item_id from touches where shop_id is not null
  union all
  select touch_id, viewer_id, i.shop_id, x.item_id from touch_items x join touches using (touch_id)
  join items i on i.item_id = x.item_id
)
select l.line_id, t.touch_id, any_value(t.touched_at) as touched_at,
  any_value(a.creator_id) as creator_id,
  max(case when s.item_id <> l.item_id then 1 when t.session_id is null then 2 else 3 end) as class,
  any_value(t.dwell_ms >= 5000 or t.is_clicked) as is_qualified
from order_lines l
join shown s on s.viewer_id = l.buyer_id and s.shop_id = l.shop_id
join touches t on t.touch_id = s.touch_id
join accounts a on a.account_id = t.account_id
join creators c on c.creator_id = a.creator_id and coalesce(c.shop_id, l.shop_id) = l.shop_id
where t.touched_at > l.paid_at - 1296000000 and t.touched_at <= l.paid_at
group by l.line_id, t.touch_id
"""


def judged(db: duckdb.DuckDBPyConnection, *, order: str, where: str) -> tuple[float, float]:
    """Distance of a rule's credits to the truth, and the snipers' share of its credits."""
    db.execute(
        "create or replace temp table won as select line_id, creator_id from (select *, "
        f"row_number() over (partition by line_id order by {order}, touch_id) as place "
        f"from candidate where {where}) join truth_lines using (line_id) "
        "where place = 1 and true_creator_id is not null and not is_self"
    ).fetchall()
    distance = numbers(
        db,
        "with t as (select true_creator_id as creator_id, count(*) as n from truth_lines "
        "where true_creator_id is not null and not is_self group by 1), "
        "w as (select creator_id, count(*) as n from won group by 1) "
        "select sum(abs(coalesce(t.n, 0) / (select sum(n) from t) "
        "- coalesce(w.n, 0) / (select sum(n) from w))) / 2 from t full join w using (creator_id)",
    )
    sniped = numbers(
        db,
        "select avg(coalesce(cheat_kind = 'sniper', false)::int) from won "
        "join truth_creators using (creator_id)",
    )
    return distance[0], sniped[0]


class TestTruth:
    def test_tells_a_robust_rule_from_a_naive_one(self, market: duckdb.DuckDBPyConnection) -> None:
        market.execute(CANDIDATES).fetchall()
        naive, stolen = judged(market, order="touched_at desc", where="true")
        qualified, slipped = judged(
            market, order="class desc, touched_at desc", where="is_qualified"
        )
        assert naive > 0.20
        assert stolen > 0.20
        assert 0.08 < qualified <= 0.16
        assert slipped <= 0.03

    def test_gives_the_expected_attention_of_payees(
        self, market: duckdb.DuckDBPyConnection
    ) -> None:
        missing = numbers(
            market,
            "select abs(sum(touches) - (select count(*) from touches)) from truth_values",
        )
        assert missing == [0.0]
        assert numbers(market, "select count(*) from truth_values where quality_micro < 0") == [0.0]

    def test_makers_are_loved_and_chasers_sell(self, market: duckdb.DuckDBPyConnection) -> None:
        rows = market.execute(
            "select persona, avg((dwell_ms >= 10000)::int), avg(is_saved::int) from touches "
            "join accounts using (account_id) join truth_creators using (creator_id) "
            "where persona in ('chaser', 'maker') group by persona order by persona"
        ).fetchall()
        chaser, maker = rows
        assert maker[1] > 1.5 * chaser[1]
        assert maker[2] > 3 * chaser[2]
        sold = dict(
            market.execute(
                "select persona, count(*) from truth_lines join truth_creators c "
                "on c.creator_id = true_creator_id group by persona"
            ).fetchall()
        )
        assert sold["chaser"] > 1.5 * sold["maker"]
