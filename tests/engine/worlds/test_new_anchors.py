"""New anchors of a world: enough of them, introduced in time, unlike in pace."""

from __future__ import annotations

from worlds_asked.asking import World


class TestNewAnchors:
    def test_are_a_sixth_of_the_creators_and_live_for_the_first_time_in_the_season(
        self, world: World
    ) -> None:
        creators = world.count("from creators")
        new = world.count("from truth_creators where is_newcomer")
        assert 0.12 < new / creators < 0.23
        assert (
            world.count(
                "from creators join truth_creators using (creator_id) where is_newcomer "
                "and first_live_at < 1661961600000"
            )
            == 0
        )
        assert (
            world.count(
                "from creators where first_live_at >= 1640966400000 "
                "and first_live_at < 1661961600000"
            )
            > 0
        )

    def test_are_introduced_under_a_contract_in_time_by_many_and_not_by_all(
        self, world: World
    ) -> None:
        new = world.count("from truth_creators where is_newcomer")
        signed = world.count(
            "select distinct i.creator_id from introductions i "
            "join truth_creators using (creator_id) join creators c using (creator_id) "
            "join contracts k on k.creator_id = i.creator_id and k.agency_id = i.agency_id "
            "and k.valid_from <= i.introduced_at where is_newcomer "
            "and i.introduced_at < c.first_live_at"
        )
        assert 0.4 < signed / new < 0.9

    def test_broadcast_at_unlike_pace(self, world: World) -> None:
        rows = world.ask(
            "select count(*) from sessions join pieces using (piece_id) "
            "join accounts using (account_id) join truth_creators using (creator_id) "
            "where is_newcomer and effective_ms >= 1800000 group by creator_id order by 1"
        )
        days = [int(str(row[0])) for row in rows]
        assert days[0] < 10
        assert days[-1] > 30

    def test_programmes_have_budgets_until_three_months_after_the_season(
        self, world: World
    ) -> None:
        assert world.ask(
            "select period, count(*) from budgets where budget_minor > 0 group by 1 order by 1"
        ) == [
            ("2022-09", 5),
            ("2022-10", 5),
            ("2022-11", 5),
            ("2022-12", 5),
            ("2023-01", 5),
            ("2023-02", 5),
        ]

    def test_only_farmers_have_a_county_and_only_in_the_truth(self, world: World) -> None:
        assert (
            world.count(
                "from truth_creators join creators using (creator_id) "
                "where (county is not null) <> (kind = 'farmer')"
            )
            == 0
        )
        assert "county" not in {row[0] for row in world.ask("describe creators")}
