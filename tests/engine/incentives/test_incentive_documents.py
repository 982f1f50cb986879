"""Reading and judging incentive documents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.incentives.stage import (
    EFFECTIVE_DAYS_3,
    FRAME,
    Stage,
    base,
    document,
    frame,
    stay,
    tiers,
    welcome,
)
from wavepool.engine.incentives import (
    Bracket,
    Condition,
    Eligibility,
    Frame,
    Grade,
    LumpSum,
    Milestone,
    PerAnchor,
    Planned,
    Programme,
    ProgrammeInvalid,
    ProgrammesRefused,
    Tiered,
    UnknownProgramme,
    Window,
    lint_programmes,
    load_programmes,
    read_programmes,
)

SALES = "received_minor"

TEXT = """
[document]
id = "small"
version = 3

[[programmes]]
id = "welcome"
name_zh = "欢迎"
name_en = "Welcome"
subject = "creator"
currency = "CNY"
from_date = 2022-01-01
to_date = 2022-02-01
evaluated = "month"
gate = "person_for_life"
eligibility = { kinds = ["farmer"], first_live_from = 2022-01-01 }
window = { opens = "first_live" }
budget = { planned_minor = 5 }

[[programmes.lump_sum.milestones]]
id = "start"
within_days = 30
reward_minor = 1
conditions = [
    { counter = "effective_weeks", at_least = 2, weeks = 4, days_per_week = 1 },
]
"""


def lump(**changes: object) -> Programme:
    whole = Milestone("start", 30, EFFECTIVE_DAYS_3, reward_minor=1)
    return welcome(schedule=LumpSum((replace(whole, **changes),)))  # type: ignore[arg-type]


def tiered(*brackets: Bracket, **changes: object) -> Programme:
    return tiers(schedule=Tiered(SALES, brackets), **changes)


def framed(*grades: Grade) -> Programme:
    return frame(schedule=Frame(EFFECTIVE_DAYS_3, grades))


FIRST = Bracket(0, 0, 1_000_000)
GRADE = Grade("B", 1_000, (FIRST,))

# The better grade pays more at first and less from the twentieth anchor on.
CROSSED_LOW = Grade("B", 1_000, (FIRST, Bracket(10, 10, 2_000_000)))
CROSSED_HIGH = Grade("A", 2_000, (Bracket(0, 0, 1_500_000),))

BAD_AND_GOOD = [
    ("phi_zero", tiered(Bracket(0, 5, 1_000_000)), tiered(FIRST)),
    ("phi_zero", tiered(Bracket(1, 0, 1_000_000)), tiered(FIRST)),
    ("phi_zero", framed(Grade("B", 1, ())), framed(GRADE)),
    (
        "discontinuous",
        tiered(FIRST, Bracket(10, 11, 1_000_000)),
        tiered(FIRST, Bracket(10, 10, 1_000_000)),
    ),
    (
        "discontinuous",
        tiered(FIRST, Bracket(10, 9, 1_000_000)),
        tiered(FIRST, Bracket(10, 10, 2_000_000)),
    ),
    ("id_too_long", base(id="n" * 36), base(id="n" * 34)),
    ("id_too_long", welcome(id="n" * 35, lifetime_key="k" * 35), welcome(lifetime_key="k" * 35)),
    ("not_monotone", tiered(FIRST, Bracket(10, 10, -1)), tiered(FIRST, Bracket(10, 10, 1_000_001))),
    ("not_monotone", tiered(FIRST, Bracket(0, 0, 2_000_000)), tiered(FIRST)),
    (
        "not_monotone",
        tiers(schedule=Tiered("best_month_received_minor", (FIRST,)), gate="person_for_life"),
        tiered(FIRST),
    ),
    (
        "rewards_splitting",
        tiered(FIRST, Bracket(10, 10, 999_999)),
        tiered(FIRST, Bracket(10, 10, 999_999), gate="person_for_life"),
    ),
    (
        "rewards_splitting",
        tiers(schedule=Tiered(SALES, (FIRST,), cap_units=9)),
        tiers(schedule=Tiered(SALES, (FIRST,), cap_units=9), gate="person_for_life"),
    ),
    (
        "rewards_splitting",
        tiers(schedule=Tiered("fans", (FIRST,))),
        tiers(schedule=Tiered("fans", (FIRST,)), gate="person_for_life"),
    ),
    ("rewards_splitting", framed(Grade("B", 1, (FIRST, Bracket(10, 10, 0)))), framed(GRADE)),
    ("lump_without_person", welcome(gate="none"), welcome()),
    ("lump_without_person", base(gate="none"), base()),
    ("lump_without_person", frame(gate="none"), frame()),
    ("negative_amount", lump(reward_minor=-1), lump(reward_minor=0)),
    ("negative_amount", lump(traffic_units=-1), lump(traffic_units=1)),
    ("negative_amount", lump(conditions=(Condition(SALES, -1),)), lump()),
    ("negative_amount", welcome(planned=Planned(-1)), welcome(planned=Planned(1))),
    ("negative_amount", welcome(near_ppm=-1), welcome(near_ppm=1)),
    ("negative_amount", welcome(window=Window("first_live", grace_days=-1)), welcome()),
    ("amount_too_large", lump(reward_minor=10**12 + 1), lump(reward_minor=10**12)),
    ("amount_too_large", tiered(Bracket(0, 0, 10**12 + 1)), tiered(Bracket(0, 0, 10**12))),
    ("no_budget", welcome(planned=None), welcome()),
    ("no_budget", welcome(planned=Planned(0)), welcome(planned=Planned(0, traffic_units=1))),
    (
        "grades_out_of_order",
        framed(GRADE, replace(GRADE, id="A")),
        framed(GRADE, Grade("A", 2_000, (FIRST,))),
    ),
    (
        "grades_out_of_order",
        framed(GRADE, Grade("A", 2_000, (Bracket(0, 0, 999_999),))),
        framed(GRADE),
    ),
    ("grades_out_of_order", framed(CROSSED_LOW, CROSSED_HIGH), framed(CROSSED_LOW)),
    ("no_conditions", lump(conditions=()), lump()),
    (
        "no_conditions",
        lump(conditions=(Condition(SALES, 0),)),
        lump(conditions=(Condition(SALES, 1),)),
    ),
    ("no_conditions", frame(schedule=replace(FRAME, grades=())), frame()),
    (
        "unreachable",
        lump(conditions=(Condition("effective_days", 31),)),
        lump(conditions=(Condition("effective_days", 30),)),
    ),
    (
        "unreachable",
        lump(conditions=(Condition("effective_weeks", 5, 4, 1),)),
        lump(conditions=(Condition("effective_weeks", 4, 4, 1),)),
    ),
    (
        "unreachable",
        lump(conditions=(Condition("effective_weeks", 4, 5, 1),)),
        lump(conditions=(Condition("effective_weeks", 4, 4, 7),)),
    ),
    (
        "unreachable",
        lump(conditions=(Condition("effective_weeks", 4, 4, 8),)),
        lump(conditions=(Condition("effective_weeks", 4, 4, 7),)),
    ),
    ("unreachable", lump(within_days=0), lump()),
    ("unreachable", base(window=Window("first_live")), base(window=Window("first_live", 3))),
    ("window_without_programme", frame(window=Window("first_live", 30)), frame()),
    ("schedule_of_another_subject", welcome(subject="agency"), welcome()),
    ("schedule_of_another_subject", base(subject="creator"), base()),
    ("empty_span", welcome(to_day=0), welcome()),
]


class TestLinter:
    @pytest.mark.parametrize(("rule", "bad", "good"), BAD_AND_GOOD)
    def test_refuses_the_bad_and_passes_the_good(
        self, rule: str, bad: Programme, good: Programme
    ) -> None:
        assert rule in {each.rule for each in lint_programmes(document(bad))}
        assert lint_programmes(document(good)) == ()

    def test_refuses_a_window_that_no_award_opens(self) -> None:
        assert lint_programmes(document(welcome(), stay())) == ()
        for alone in (document(stay()), document(stay(), base(id="welcome"))):
            assert [each.rule for each in lint_programmes(alone)] == ["window_without_programme"]

    def test_refuses_one_name_for_two_things(self) -> None:
        twice = document(welcome(), welcome())
        assert [each.rule for each in lint_programmes(twice)] == ["duplicate_id"]
        milestones = LumpSum(lump().schedule.milestones * 2)  # type: ignore[union-attr]
        assert "duplicate_id" in {
            each.rule for each in lint_programmes(document(welcome(schedule=milestones)))
        }

    def test_says_where_and_why(self) -> None:
        (finding,) = lint_programmes(document(welcome(), tiered(FIRST, Bracket(10, 11, 1_000_000))))
        assert finding.where == "programmes[1].tiered.brackets[1].base_minor"
        assert finding.message == "a jump: the bracket before it ends at 10000000 millionths"

    def test_passes_what_ships(self) -> None:
        assert lint_programmes(load_programmes("incentives_2022")) == ()

    def test_is_asked_before_anything_is_paid(self) -> None:
        stage = Stage(document(welcome(gate="none")))
        with pytest.raises(ProgrammesRefused, match="gated by one verified person") as refused:
            stage.close("2022-01")
        assert [each.rule for each in refused.value.findings] == ["lump_without_person"]


class TestReading:
    def test_gives_typed_programmes(self) -> None:
        programmes = read_programmes(TEXT)
        (welcome_only,) = programmes.programmes
        assert (programmes.id, programmes.version, programmes.notice_days) == ("small", 3, 0)
        assert welcome_only.eligibility == Eligibility(("farmer",), 18_993)
        assert welcome_only.lifetime_key == "welcome"
        assert welcome_only.schedule == LumpSum(
            (Milestone("start", 30, (Condition("effective_weeks", 2, 4, 1),), 1),)
        )

    @pytest.mark.parametrize(
        ("before", "after", "where", "rule"),
        [
            ("version = 3", "", "document.version", "is required"),
            ("version = 3", 'version = "3"', "document.version", "must be a whole number"),
            ("version = 3", "version = true", "document.version", "must be a whole number"),
            (
                "version = 3",
                "version = 3\nlater = 1",
                "document.later",
                "is not a key of this table",
            ),
            (
                "reward_minor = 1",
                "reward_minor = 1.0",
                "programmes[0].lump_sum.milestones[0].reward_minor",
                "must be a whole number",
            ),
            (
                "reward_minor = 1",
                "reward_minor = 1000000000000001",
                "programmes[0].lump_sum.milestones[0].reward_minor",
                "must be within ±10^15",
            ),
            (
                "to_date = 2022-02-01",
                'to_date = "2022-02-01"',
                "programmes[0].to_date",
                "must be a date",
            ),
            (
                "to_date = 2022-02-01",
                "to_date = 2022-02-01T00:00:00",
                "programmes[0].to_date",
                "must be a date",
            ),
            ('"creator"', '"payee"', "programmes[0].subject", "must be one of creator, agency"),
            (
                '["farmer"]',
                '"farmer"',
                "programmes[0].eligibility.kinds",
                "must be a list of texts",
            ),
            ("window = { opens", "window = 5 # { opens", "programmes[0].window", "must be a table"),
            (
                'counter = "effective_weeks"',
                'counter = "likes"',
                "programmes[0].lump_sum.milestones[0].conditions[0].counter",
                "must be one of sessions",
            ),
            (
                ", days_per_week = 1",
                "",
                "programmes[0].lump_sum.milestones[0].conditions[0].days_per_week",
                "is required",
            ),
            ("lump_sum", "lump", "programmes[0]", "has exactly one schedule"),
            ('id = "small"', 'id = ""', "document.id", "must be a text"),
            ("[document]", "[document", "document", "is TOML"),
        ],
    )
    def test_refuses_what_it_does_not_know(
        self, before: str, after: str, where: str, rule: str
    ) -> None:
        assert before in TEXT
        with pytest.raises(ProgrammeInvalid) as refused:
            read_programmes(TEXT.replace(before, after, 1))
        assert refused.value.where == where
        assert refused.value.rule.startswith(rule)

    def test_takes_a_file_or_a_packaged_name(self, tmp_path: Path) -> None:
        path = tmp_path / "small.toml"
        path.write_text(TEXT, encoding="utf-8")
        assert load_programmes(path) == load_programmes(str(path)) == read_programmes(TEXT)
        with pytest.raises(FileNotFoundError):
            load_programmes("no_such_document")


class TestShippedDocument:
    def test_holds_the_five_programmes_of_the_plan(self) -> None:
        programmes = load_programmes("incentives_2022")
        schedules = {each.id: type(each.schedule) for each in programmes.programmes}
        assert schedules == {
            "new_anchor_cash": LumpSum,
            "retention_cash": LumpSum,
            "agency_base": PerAnchor,
            "agency_frame": Frame,
            "village_cohort": LumpSum,
        }
        with pytest.raises(UnknownProgramme, match="incentives_2022 has no programme 'gold'"):
            programmes.get_programme("gold")
