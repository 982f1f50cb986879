"""The SQL rules: each catches its bad lines, passes its good ones, and holds in every step."""

from __future__ import annotations

import pytest

from tidy import sql_rules as rules
from tidy.project_files import ENGINE, Finding, place_of, project_files, report

BAD = [
    (rules.whole_division_only, "select a.paid_minor / 2 as half_minor from a"),
    (rules.whole_types_only, "select cast(a.x as double) as x from a"),
    (rules.whole_types_only, "select a.x::float as x from a"),
    (rules.whole_types_only, "select cast(a.x as DECIMAL(18, 2)) as x from a"),
    (rules.whole_types_only, "select cast(a.x as hugeint) as x from a"),
    (rules.whole_types_only, "select a.x * 0.5 as x from a"),
    (rules.whole_types_only, "select a.x * 1e6 as x from a"),
    (rules.portable_words_only, "select a.x as x from a asof join b on a.t >= b.t"),
    (rules.portable_words_only, "select a.x as x from a qualify row_number() over () = 1"),
    (rules.portable_words_only, "select round(a.x) as x from a"),
    (rules.portable_words_only, "select count(*) filter (where a.x > 0) as n from a"),
    (rules.portable_words_only, "select [a.x, a.y] as xs from a"),
    (rules.portable_words_only, "select avg(a.x) as x from a"),
    (rules.portable_words_only, "select random() as x from a"),
    (rules.no_clock, "select current_timestamp as at from a"),
    (rules.every_rank_is_ordered, "select row_number() over (partition by a.x) as n from a"),
    (rules.every_rank_is_ordered, "select row_number() over () as n from a"),
    (rules.every_rank_is_ordered, "select row_number() over (order by a.paid_at desc) as n from a"),
    (
        rules.every_rank_is_ordered,
        "select lag(a.x, 1) over (order by a.touch_id, a.at) as n from a",
    ),
    (
        rules.every_rank_is_ordered,
        "-- unique: line_id, is_click\nselect row_number() over (order by a.is_click) as n from a",
    ),
    (rules.sums_are_cast, "select sum(a.x) as x from a"),
    (rules.sums_are_cast, "select coalesce(sum(a.x), 0) as x from a"),
    (rules.sums_are_cast, "select cast(sum(a.x) as varchar) as x from a"),
    (rules.sums_are_cast, "select cast(a.y as bigint) + sum(a.x) as x from a"),
]
GOOD = [
    (rules.whole_division_only, "select a.x // 2 as x from a -- a / b\n/* a / b */"),
    (rules.whole_division_only, "select concat(a.x, '/') as x from a"),
    (rules.whole_types_only, "select cast(a.x as bigint) as x, 't.1.5' as y, t1.x as z from a"),
    (rules.portable_words_only, "select greatest(a.x, 0) as x, a.now_id as listed from a"),
    (rules.no_clock, "select a.current_date_id as x from a"),
    (
        rules.every_rank_is_ordered,
        "select row_number() over (partition by a.x order by a.at desc, a.touch_id desc) as n from a",
    ),
    (
        rules.every_rank_is_ordered,
        "select lag(a.x, 1) over (\n  order by a.at, coalesce(a.touch_id, 0)\n) as before_x from a",
    ),
    (
        rules.every_rank_is_ordered,
        "select lag(a.x) over (order by a.leaf_no rows between 1 preceding and current row) as x",
    ),
    (
        rules.every_rank_is_ordered,
        (
            "-- unique: line_id, is_click\nselect row_number() over (\n"
            "partition by a.line_id order by a.rate, a.is_click) as n"
        ),
    ),
    (rules.sums_are_cast, "select cast(sum(a.x) - sum(a.y) as bigint) as x from a"),
    (rules.sums_are_cast, "select coalesce(cast(sum(a.x) as bigint), 0) as x from a"),
    (rules.sums_are_cast, "select cast(sum(a.x) over (order by a.id) as bigint) as x from a"),
]


def label(case: tuple[rules.Rule, str]) -> str:
    return f"{case[0].__name__}: {case[1][:60]}"


class TestEachRule:
    @pytest.mark.parametrize("case", BAD, ids=label)
    def test_catches_a_bad_line(self, case: tuple[rules.Rule, str]) -> None:
        rule, text = case
        assert list(rule(rules.without_noise(text)))

    @pytest.mark.parametrize("case", GOOD, ids=label)
    def test_passes_a_good_line(self, case: tuple[rules.Rule, str]) -> None:
        rule, text = case
        assert list(rule(rules.without_noise(text))) == []

    def test_has_a_bad_line_and_a_good_one(self) -> None:
        assert {rule for rule, _ in BAD} == set(rules.RULES)
        assert {rule for rule, _ in GOOD} == set(rules.RULES)

    def test_names_the_line_below_a_comment(self) -> None:
        text = "-- one / two\nselect a.x / 2 as x\nfrom a"
        assert rules.check_sql(text, "a.sql") == [
            Finding("a.sql", 2, "/ divides into floats; use //")
        ]


class TestTheSteps:
    def test_keep_the_rules(self) -> None:
        found = []
        for path in project_files(".sql", under=ENGINE):
            if "golden" not in path.relative_to(ENGINE).parts:
                found += rules.check_sql(path.read_text(encoding="utf-8"), place_of(path))
        assert report(found) == ""
