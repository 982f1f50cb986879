"""Worlds: the same for the same seed, whole in their references, and honest about the cheats."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavepool.engine.worlds import (
    WorldFacts,
    WorldFolderNotEmpty,
    WorldPlan,
    WorldPlanInvalid,
    build_world,
    honest_plan,
)
from worlds_asked.asking import World

REFERENCES = [
    ("touches", "viewer_id", "viewers", "viewer_id"),
    ("touches", "account_id", "accounts", "account_id"),
    ("touches", "piece_id", "pieces", "piece_id"),
    ("touches", "channel_id", "channels", "channel_id"),
    ("touches", "session_id", "sessions", "session_id"),
    ("touches", "item_id", "items", "item_id"),
    ("touches", "shop_id", "shops", "shop_id"),
    ("touch_items", "touch_id", "touches", "touch_id"),
    ("touch_items", "item_id", "items", "item_id"),
    ("order_lines", "buyer_id", "viewers", "viewer_id"),
    ("order_lines", "item_id", "items", "item_id"),
    ("refunds", "line_id", "order_lines", "line_id"),
    ("cancellations", "line_id", "order_lines", "line_id"),
    ("feedback", "line_id", "order_lines", "line_id"),
    ("feedback", "piece_id", "pieces", "piece_id"),
    ("pieces", "account_id", "accounts", "account_id"),
    ("pieces", "channel_id", "channels", "channel_id"),
    ("sessions", "piece_id", "pieces", "piece_id"),
    ("items", "shop_id", "shops", "shop_id"),
    ("shops", "payee_id", "payees", "payee_id"),
    ("plans", "shop_id", "shops", "shop_id"),
    ("plans", "item_id", "items", "item_id"),
    ("plans", "creator_id", "creators", "creator_id"),
    ("accounts", "creator_id", "creators", "creator_id"),
    ("creators", "shop_id", "shops", "shop_id"),
    ("creator_payees", "creator_id", "creators", "creator_id"),
    ("creator_payees", "payee_id", "payees", "payee_id"),
    ("contracts", "creator_id", "creators", "creator_id"),
    ("contracts", "agency_id", "agencies", "agency_id"),
    ("agencies", "payee_id", "payees", "payee_id"),
    ("introductions", "agency_id", "agencies", "agency_id"),
    ("introductions", "creator_id", "creators", "creator_id"),
    ("truth_creators", "creator_id", "creators", "creator_id"),
    ("truth_lines", "line_id", "order_lines", "line_id"),
    ("truth_viewers", "viewer_id", "viewers", "viewer_id"),
    ("truth_values", "payee_id", "payees", "payee_id"),
]
KEYS = [
    ("touches", "touch_id"),
    ("touch_items", "touch_id, item_id"),
    ("order_lines", "line_id"),
    ("refunds", "refund_id"),
    ("cancellations", "line_id"),
    ("feedback", "feedback_id"),
    ("viewers", "viewer_id"),
    ("pieces", "piece_id"),
    ("sessions", "session_id"),
    ("sessions", "piece_id"),
    ("plans", "plan_id, valid_from"),
    ("accounts", "account_id"),
    ("creators", "creator_id"),
    ("payees", "payee_id"),
    ("creator_payees", "creator_id, valid_from"),
    ("contracts", "contract_id, valid_from"),
    ("introductions", "agency_id, creator_id"),
    ("rulings", "hold_id"),
]


def contents(folder: Path) -> dict[str, object]:
    """Order-independent digest of every table of a folder."""
    world = World(folder)
    names = [path.stem for path in folder.rglob("*.parquet") if path.parent.name != "touches"]
    return {
        name: world.ask(f"select count(*), bit_xor(hash(t::varchar)) from {name} t")
        for name in (*names, "touches")
    }


def unsorted_touches(folder: Path) -> int:
    found = 0
    for part in sorted((folder / "touches").iterdir()):
        found += World(folder).count(
            "select * from (select viewer_id, touched_at, touch_id, "
            "lag(viewer_id) over (order by file_row_number) as v, "
            "lag(touched_at) over (order by file_row_number) as a, "
            "lag(touch_id) over (order by file_row_number) as i "
            f"from read_parquet('{part}', file_row_number = true)) "
            "where v is not null and (viewer_id, touched_at, touch_id) < (v, a, i)"
        )
    return found


class TestBuildWorld:
    @pytest.mark.parametrize("reference", REFERENCES, ids=lambda row: f"{row[0]}.{row[1]}")
    def test_every_reference_is_met(
        self, world: World, reference: tuple[str, str, str, str]
    ) -> None:
        table, column, target, key = reference
        assert (
            world.count(
                f"select {column} from {table} where {column} is not null "
                f"and {column} not in (select {key} from {target})"
            )
            == 0
        )

    @pytest.mark.parametrize("key", KEYS, ids=lambda row: f"{row[0]}({row[1]})")
    def test_every_key_is_unique(self, world: World, key: tuple[str, str]) -> None:
        table, columns = key
        assert (
            world.count(f"select {columns} from {table} group by {columns} having count(*) > 1")
            == 0
        )

    def test_touches_are_as_many_as_asked_and_inside_the_season(
        self, facts: WorldFacts, world: World
    ) -> None:
        assert facts.periods == ("2022-09", "2022-10", "2022-11")
        # 1 September and 1 December 2022, midnight in Asia/Shanghai.
        assert world.ask(
            "select count(*), count(*) filter (where touched_at >= 1661961600000 "
            "and touched_at < 1669824000000) from touches"
        ) == [(60_000, 60_000)]
        assert (
            world.count(
                "from order_lines where paid_at < 1661961600000 or paid_at >= 1669824000000"
            )
            == 0
        )
        assert world.count("from order_lines where received_at >= 1669824000000") > 0
        assert world.count("from order_lines where received_at is null") > 0

    def test_touches_agree_with_their_pieces_sessions_and_items(self, world: World) -> None:
        for wrong in (
            "from touches t join pieces p using (piece_id) where t.account_id <> p.account_id",
            "from touches t join pieces p using (piece_id) where t.touched_at < p.published_at",
            "from touches t join pieces p using (piece_id) "
            "where (p.format = 'live') <> (t.session_id is not null)",
            "from touches t join sessions s using (session_id) "
            "where t.touched_at < s.started_at or t.touched_at >= s.ended_at",
            "from touches t join items i using (item_id) where t.shop_id <> i.shop_id",
            "from order_lines l join items i using (item_id) where l.shop_id <> i.shop_id",
        ):
            assert world.count(wrong) == 0, wrong

    def test_refunds_never_exceed_what_was_paid(self, world: World) -> None:
        assert (
            world.count(
                "select line_id from refunds join order_lines using (line_id) "
                "group by line_id, paid_minor having sum(refund_minor) > paid_minor"
            )
            == 0
        )
        assert world.count("from refunds where refund_minor <= 0") == 0
        assert (
            world.count(
                "from cancellations join order_lines using (line_id) where received_at is not null"
            )
            == 0
        )

    def test_versions_never_overlap(self, world: World) -> None:
        for table, same in (
            ("contracts", "a.creator_id = b.creator_id and a.income_type = b.income_type"),
            ("creator_payees", "a.creator_id = b.creator_id"),
            ("plans", "a.plan_id = b.plan_id"),
        ):
            assert (
                world.count(
                    f"from {table} a join {table} b on {same} and a.valid_from < b.valid_from "
                    "where b.valid_from < a.valid_to"
                )
                == 0
            )
            assert world.count(f"from {table} where valid_from >= valid_to") == 0

    def test_parts_hold_disjoint_viewers_in_order(self, facts: WorldFacts, world: World) -> None:
        assert len(list((facts.folder / "touches").iterdir())) == 2
        assert unsorted_touches(facts.folder) == 0
        ends = world.ask(
            "select min(viewer_id), max(viewer_id) from "
            f"read_parquet('{facts.folder}/touches/*.parquet', filename = true) "
            "group by filename order by filename"
        )
        assert int(str(ends[0][1])) < int(str(ends[1][0]))

    def test_the_smallest_world_has_everybody(self, tmp_path: Path) -> None:
        small = World(build_world(tmp_path / "w", touches=1_000).folder)
        assert small.count("from touches") == 1_000
        assert small.count("from creators") == 30
        assert small.count("from agencies") == 3
        assert small.count("from order_lines") == 60
        assert {row[0] for row in small.ask("select distinct persona from truth_creators")} == {
            "chaser",
            "closer",
            "introducer",
            "maker",
            "ordinary",
        }
        assert small.count("select distinct scene_id from scenes") == 7
        assert small.count("from channels") >= 100

    def test_a_folder_with_files_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
        with pytest.raises(WorldFolderNotEmpty):
            build_world(tmp_path, touches=1_000)
        assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


class TestSeed:
    def test_gives_the_same_rows_over_threads_and_others_for_another(self, tmp_path: Path) -> None:
        plan = WorldPlan(touches=2_000, truth_replicas=1)
        one = contents(build_world(tmp_path / "a", plan, seed=3, threads=1).folder)
        two = contents(build_world(tmp_path / "b", plan, seed=3, threads=2).folder)
        other = contents(build_world(tmp_path / "c", plan, seed=4, threads=2).folder)
        assert one == two
        assert one["touches"] != other["touches"]
        assert one["order_lines"] != other["order_lines"]

    def test_streams_of_one_id_do_not_follow_from_each_other(self, world: World) -> None:
        # Were draws of two streams tied, saves would sit on one side of the dwell draw.
        rows = world.ask(
            "select dwell_ms >= 10000, avg(is_clicked::int) from touches group by 1 order by 1"
        )
        low, high = (float(str(rate)) for _, rate in rows)
        assert 0.5 < low / high < 1.5


class TestCheats:
    def test_are_labelled(self, world: World) -> None:
        assert {row[0] for row in world.ask("select distinct cheat_kind from truth_creators")} == {
            None,
            "anchor_farmer",
            "bot_buyer",
            "brush_ring",
            "refund_after_payout",
            "self_purchase",
            "sniper",
            "split_accounts",
        }
        assert {row[0] for row in world.ask("select distinct kind from truth_viewers")} == {
            "bot_always",
            "bot_burst",
            "honest",
            "linked",
            "ring",
        }

    def test_snipers_touch_in_the_last_seconds(self, world: World) -> None:
        snipes = (
            "from touches t join accounts a using (account_id) join truth_creators c "
            "using (creator_id) join order_lines l on l.buyer_id = t.viewer_id "
            "and l.item_id = t.item_id where c.cheat_kind = 'sniper' "
            "and t.touched_at between l.paid_at - 10000 and l.paid_at"
        )
        assert world.count(snipes) >= 10
        assert world.count(f"{snipes} and t.dwell_ms < 5000") * 2 > world.count(snipes)

    def test_ring_buyers_meet_in_five_minutes(self, world: World) -> None:
        assert (
            world.count(
                "select paid_at // 300000 from order_lines join truth_lines using (line_id) "
                "where is_brushed group by 1 having count(distinct buyer_id) >= 2"
            )
            >= 3
        )

    def test_self_buyers_are_linked_to_their_payee(self, world: World) -> None:
        assert (
            world.count(
                "from order_lines join truth_lines using (line_id) where is_self and "
                "concat('buyer:', buyer_id) not in (select left_id from identity_links)"
            )
            == 0
        )

    def test_crews_work_in_the_first_days_of_a_month_at_payees_who_sell(self, world: World) -> None:
        assert (
            world.count(
                "from order_lines join truth_lines using (line_id) where is_brushed "
                "and (paid_at + 28800000 - 1661990400000) // 86400000 not in "
                "(select unnest([0, 1, 2, 3, 4, 5, 6, 7, 30, 31, 32, 33, 34, 35, 36, 37, "
                "61, 62, 63, 64, 65, 66, 67, 68]))"
            )
            == 0
        )
        brushed, honest = world.ask(
            "select sum(is_brushed::int), sum((not is_brushed)::int) from truth_lines "
            "join order_lines using (line_id) join touches t on t.viewer_id = buyer_id "
            "and t.item_id = order_lines.item_id and t.touched_at <= paid_at "
            "join accounts using (account_id) join truth_creators c using (creator_id) "
            "where c.cheat_kind = 'brush_ring'"
        )[0]
        assert int(str(honest)) > int(str(brushed)) > 0

    def test_farmers_of_rewards_share_the_person_of_another_anchor(self, world: World) -> None:
        farmed = (
            "from creators c join truth_creators using (creator_id) "
            "where cheat_kind = 'anchor_farmer' and person_id is not null"
        )
        assert world.count(farmed) > 0
        assert (
            world.count(
                f"{farmed} and person_id not in (select o.person_id from creators o "
                "where o.creator_id <> c.creator_id and o.first_live_at is not null "
                "and o.person_id is not null)"
            )
            == 0
        )

    def test_are_absent_from_an_honest_world(self, tmp_path: Path) -> None:
        honest = World(
            build_world(
                tmp_path / "w", honest_plan(WorldPlan(truth_replicas=1)), touches=5_000
            ).folder
        )
        assert honest.count("from truth_lines where is_sniped or is_brushed or is_self") == 0


class TestWorldPlan:
    @pytest.mark.parametrize(
        ("name", "value"),
        [("touches", 999), ("sniped_ppm", -1), ("months", 13), ("creators", 5), ("lines", 100_001)],
    )
    def test_refuses_what_is_out_of_range(self, name: str, value: int) -> None:
        with pytest.raises(WorldPlanInvalid) as caught:
            WorldPlan(**{name: value})  # type: ignore[arg-type]
        assert caught.value.name == name

    def test_creators_and_shops_may_outgrow_the_touches(self, tmp_path: Path) -> None:
        wide = build_world(tmp_path / "w", touches=2_000, creators=3_000, shops=9_000)
        assert wide.rows["creators"] == 3_000
        assert wide.rows["shops"] == 9_000

    def test_a_tenth_of_the_touches_may_lead_to_an_order(self, tmp_path: Path) -> None:
        plan = WorldPlan(touches=20_000, lines=2_000, truth_replicas=1)
        busy = build_world(tmp_path / "w", plan)
        assert (busy.rows["touches"], busy.rows["order_lines"]) == (20_000, 2_000)
        assert World(busy.folder).count("from order_lines where item_id is null") == 0
