"""What holds for every market: order, replay, budgets, persons, growth."""

from __future__ import annotations

from dataclasses import fields, replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.incentives.stage import (
    COUNTERS,
    CREATORS,
    Stage,
    base,
    day,
    document,
    frame,
    month,
    paid,
    refused,
    stay,
    tiers,
    welcome,
)
from wavepool.engine.incentives import (
    AwardsResult,
    CountersInvalid,
    Eligibility,
    TableInvalid,
    Tiered,
    Window,
    creator_claims,
    evaluate,
)

KEPT = Window("first_live", grace_days=62)
DOCUMENT = document(
    welcome(window=KEPT),
    stay(window=Window("award", grace_days=62, programme="welcome")),
    base(window=Window("first_live", 60)),
    frame(),
    tiers(),
)
PERSONS = ("ada", "bao", "chen", "dong", None)


@st.composite
def markets(draw: st.DrawFn) -> Stage:
    """Up to eight creators of five persons, two agencies, a month or two of days."""
    stage = Stage(DOCUMENT)
    stage.agency(1)
    stage.agency(2)
    for creator in range(1, draw(st.integers(1, 8)) + 1):
        first = draw(st.integers(0, 40))
        stage.creator(creator, None, person=draw(st.sampled_from(PERSONS)))
        stage.creators[-1]["first_live_at"] = (day("2022-01-02") + first) * 86_400_000
        if draw(st.booleans()):
            stage.live(
                creator,
                "2022-01-03",
                draw(st.integers(1, 30)),
                received=draw(st.integers(0, 200_000)),
                every=draw(st.integers(1, 2)),
            )
        for agency in draw(st.sets(st.integers(1, 2))):
            stage.introduce(agency, creator, "2021-12-31")
    stage.held = draw(st.sets(st.integers(1, 8), max_size=2))
    return stage


def tables(result: object) -> dict[str, pa.Table]:
    return {each.name: getattr(result, each.name) for each in fields(result)}  # type: ignore[arg-type]


class TestEveryMarket:
    @settings(max_examples=8)
    @given(markets(), st.integers(0, 40_000))
    def test_spends_no_more_than_its_budgets(self, stage: Stage, budget: int) -> None:
        for name in ("2022-01", "2022-02", "2022-03"):
            for each in DOCUMENT.programmes:
                stage.budget(each.id, name, budget, traffic=60)
        for name in ("2022-01", "2022-02", "2022-03"):
            result = stage.close(name)
            for card in result.budget_cards.to_pylist():
                rows = [
                    row
                    for row in result.awards.to_pylist()
                    if row["programme_id"] == card["programme_id"]
                ]
                assert sum(row["award_minor"] for row in rows) == card["spent_minor"] <= budget
                assert (
                    sum(row["traffic_units"] for row in rows) == card["traffic_spent_units"] <= 60
                )
                assert card["remaining_minor"] == budget - card["spent_minor"]

    @settings(max_examples=8)
    @given(markets())
    def test_pays_every_claim_in_full_where_budgets_have_no_end(self, stage: Stage) -> None:
        result = stage.close("2022-02")
        assert result.awards["award_minor"].equals(result.awards["claim_minor"])
        assert result.awards["traffic_units"].equals(result.awards["claim_traffic_units"])

    @settings(max_examples=8)
    @given(markets())
    def test_pays_nothing_when_run_again(self, stage: Stage) -> None:
        first = stage.close("2022-03")
        again = stage.close("2022-03")
        assert again.awards.num_rows == 0
        assert again.lifetime_awards.equals(first.lifetime_awards)

    @settings(max_examples=8)
    @given(markets())
    def test_pays_a_person_each_right_once_over_all_periods(self, stage: Stage) -> None:
        seen: list[tuple[object, object]] = []
        for name in ("2022-01", "2022-02", "2022-03"):
            seen += [
                (row["once_key"], row["person_id"])
                for row in stage.close(name).awards.to_pylist()
                if row["programme_id"] in {"welcome", "stay", "base"}
            ]
        assert len(seen) == len(set(seen))
        assert all(person is not None for _, person in seen)

    @settings(max_examples=6)
    @given(markets(), st.randoms(use_true_random=False))
    def test_is_the_same_for_every_order_of_rows(self, stage: Stage, random: object) -> None:
        stage.close("2022-01")
        assert stage.lifetime is not None
        first = tables(stage.look("2022-02"))
        for rows in (stage.creators, stage.payees, stage.agencies, stage.introductions):
            random.shuffle(rows)  # type: ignore[attr-defined]
        random.shuffle(stage.counters)  # type: ignore[attr-defined]
        backwards = pa.array(range(stage.lifetime.num_rows - 1, -1, -1), pa.int64())
        stage.lifetime = stage.lifetime.take(backwards)
        second = tables(stage.look("2022-02"))
        for name, table in first.items():
            assert second[name].equals(table), name

    @settings(max_examples=8)
    @given(markets(), st.integers(0, 20), st.integers(0, 50_000))
    def test_lowers_no_persons_claim_when_counters_grow(
        self, stage: Stage, offset: int, more: int
    ) -> None:
        before = claims_by_person(stage)
        grown = dict.fromkeys(COUNTERS.names, 1)
        grown.update(creator_id=1, day=day("2022-01-02") + offset, received_minor=more)
        same = [
            row
            for row in stage.counters
            if (row["creator_id"], row["day"]) == (grown["creator_id"], grown["day"])
        ]
        if same:
            same[0]["received_minor"] += more  # type: ignore[operator]
        else:
            stage.counters.append(dict(grown))
        after = claims_by_person(stage)
        assert all(after.get(key, 0) >= claim for key, claim in before.items())

    @settings(max_examples=6)
    @given(markets(), st.integers(0, 40))
    def test_claims_no_more_when_eligibility_tightens(self, stage: Stage, days: int) -> None:
        wide = stage.look("2022-02")
        rule = Eligibility(first_live_from=day("2022-01-02") + days)
        stage.programmes = document(
            *(replace(each, eligibility=rule) for each in DOCUMENT.programmes)
        )
        narrow = stage.look("2022-02")
        for one, other in zip(
            narrow.budget_cards.to_pylist(), wide.budget_cards.to_pylist(), strict=True
        ):
            assert one["claims_minor"] <= other["claims_minor"]

    def test_would_change_with_the_order_of_rows_if_ids_broke_no_ties(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = Stage(document(welcome()))
        for creator in (2, 1):
            stage.creator(creator, person="ada")
            stage.live(creator, "2022-01-04")
        assert paid(stage.look("2022-01")) == {1: 10_000}

        def last_row_wins(persons, claims, among):  # type: ignore[no-untyped-def]
            return among & (claims.creators == claims.creators.max(initial=0))

        monkeypatch.setattr(creator_claims, "pick_one_per_person", last_row_wins)
        assert paid(stage.look("2022-01")) == {2: 10_000}


def claims_by_person(stage: Stage) -> dict[tuple[object, object], int]:
    """Claims of 2022-02 by programme and person; agencies by their id."""
    claims: dict[tuple[object, object], int] = {}
    for row in stage.look("2022-02").awards.to_pylist():
        key = (row["programme_id"], row["person_id"] or row["subject_id"])
        claims[key] = claims.get(key, 0) + row["claim_minor"]
    return claims


class TestIds:
    def test_may_be_texts(self) -> None:
        stage = Stage(document(welcome(), base()))
        stage.creator(1)
        stage.live(1, "2022-01-04")
        stage.agency(1)
        stage.introduce(1, 1)
        whole = stage.close("2022-01")

        def named(rows: list[dict[str, object]], *keys: str) -> pa.Table:
            return pa.Table.from_pylist(
                [{**row, **{key: f"id{row[key]}" for key in keys}} for row in rows]
            )

        texts = evaluate(
            stage.programmes,
            creators=named(stage.creators, "creator_id"),
            creator_payees_as_of=named(stage.payees, "creator_id", "payee_id"),
            agencies=named(stage.agencies, "agency_id", "payee_id"),
            introductions=named(stage.introductions, "creator_id", "agency_id"),
            contracts_as_of=None,
            counters=named(stage.counters, "creator_id"),
            budgets=pa.Table.from_pylist(
                [
                    {
                        "programme_id": each,
                        "period": "2022-01",
                        "currency": "CNY",
                        "budget_minor": 10**9,
                        "traffic_units": 10**9,
                    }
                    for each in ("welcome", "base")
                ]
            ),
            lifetime_awards=None,
            held_creators=set(),
            period=month("2022-01"),
            currency="CNY",
        )
        assert texts.awards["subject_id"].to_pylist() == ["id1", "id1"]
        assert texts.awards["payee_id"].to_pylist() == ["id101", "id901"]
        assert texts.awards["award_minor"].equals(whole.awards["award_minor"])

    def test_must_be_there_once(self) -> None:
        stage = Stage(document(welcome()))
        stage.creator(1)
        stage.creator(1)
        with pytest.raises(TableInvalid, match=r"creators\.creator_id: must be unique"):
            stage.close("2022-01")


class TestTables:
    def test_may_leave_persons_and_first_days_out(self) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1, person=None)
        stage.live(1, "2022-01-04", received=100_000)
        result = look_with(stage, creators=pa.table({"creator_id": [1], "kind": ["talent"]}))
        assert refused(result) == {(1, "no_person")}

    @pytest.mark.parametrize(
        ("table", "given", "rule"),
        [
            ("creators", {"creator_id": [1]}, r"creators\.kind: is required"),
            (
                "creators",
                {"creator_id": [None], "kind": ["talent"]},
                r"creators\.creator_id: must not",
            ),
            ("creator_payees_as_of", {"creator_id": [1]}, r"creator_payees_as_of\.payee_id: is"),
            ("introductions", {"creator_id": [1]}, r"introductions\.agency_id: is required"),
            ("contracts_as_of", {"creator_id": [1]}, r"contracts_as_of\.agency_id: is required"),
            ("budgets", {"programme_id": ["tiers"]}, r"budgets\.period: is required"),
            (
                "lifetime_awards",
                {"programme_id": ["tiers"]},
                r"lifetime_awards\.period: is required",
            ),
            ("counters", {"creator_id": [1]}, r"counters\.day: is required"),
        ],
    )
    def test_are_missed_by_column(
        self, table: str, given: dict[str, list[object]], rule: str
    ) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1)
        with pytest.raises((TableInvalid, CountersInvalid), match=rule):
            look_with(stage, **{table: pa.table(given)})

    def test_may_say_the_local_day_where_the_clock_has_changed(self) -> None:
        stage = Stage(document(welcome()))
        stage.creator(1, "2022-01-03")
        stage.live(1, "2022-01-02", 3)
        assert paid(stage.look("2022-01")) == {}
        creators = pa.Table.from_pylist(stage.creators, schema=CREATORS)
        local = creators.append_column("first_live_day", pa.array([day("2022-01-02")]))
        assert paid(look_with(stage, creators=local)) == {1: 10_000}


def look_with(stage: Stage, **tables: pa.Table) -> AwardsResult:
    """Evaluate January with some tables as they are given."""
    return evaluate(
        stage.programmes,
        **{**stage.inputs("2022-01"), **tables},
        period=month("2022-01"),
        currency="CNY",
    )


class TestCounters:
    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"fans": -1}, "counters.fans: must be zero or more"),
            ({"fans": None}, "counters.fans: must be int64 without nulls"),
            ({"received_minor": 2**62}, "counters.received_minor: sums leave"),
        ],
    )
    def test_are_refused_when_they_cannot_be_added(
        self, change: dict[str, object], rule: str
    ) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1)
        stage.live(1, "2022-01-04")
        stage.counters[0].update(change)
        with pytest.raises(CountersInvalid, match=rule):
            stage.close("2022-01")

    def test_are_refused_when_a_day_repeats(self) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1)
        stage.live(1, "2022-01-04", 1)
        stage.live(1, "2022-01-04", 1)
        with pytest.raises(CountersInvalid, match="day: must be unique for a creator"):
            stage.close("2022-01")

    def test_are_missed_by_name(self) -> None:
        asks = Tiered("farm_received_minor", (creator_bracket(),))
        stage = Stage(document(tiers(schedule=asks)))
        stage.creator(1)
        stage.live(1, "2022-01-04")
        with pytest.raises(CountersInvalid, match="farm_received_minor: a programme asks for it"):
            stage.close("2022-01")

    def test_of_unknown_creators_count_for_nobody(self) -> None:
        stage = Stage(document(tiers()))
        stage.creator(1)
        stage.live(2, "2022-01-04", received=100_000)
        assert paid(stage.close("2022-01")) == {}

    def test_may_be_empty(self) -> None:
        stage = Stage(DOCUMENT)
        result = stage.close("2022-01")
        assert result.awards.num_rows == 0
        assert result.budget_cards.num_rows == 5
        assert CREATORS.names == ["creator_id", "kind", "person_id", "first_live_at"]


def creator_bracket():  # type: ignore[no-untyped-def]
    schedule = tiers().schedule
    assert isinstance(schedule, Tiered)
    return schedule.brackets[0]
