"""Documents of every kind: faults with line and field, differences in words, whom they reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from django.utils import translation

from wavepool.domains.policies import operations, queries
from wavepool.domains.policies.queries import affected
from wavepool.domains.policies.tables import (
    ENGINE_KINDS,
    KINDS,
    compare,
    compose,
    judge,
    kind_of,
    packaged_document,
    read_document,
)
from wavepool.engine.policy import default_policy, diff
from worlds.policy_desk import NOON, Desk

TEXTS = {name: packaged_document(name) for name in KINDS}
PARTS = (*ENGINE_KINDS, "programme")


def faults(kind: str, old: str, new: str) -> list[tuple[str, str, str]]:
    """Rule, field and the line's own text of every fault after one replacement."""
    assert old in TEXTS[kind]
    text = TEXTS[kind].replace(old, new, 1)
    found = judge(text, kind=kind_of(kind), number=1, others=TEXTS)
    lines = text.split("\n")
    return [(each.rule, each.field, lines[each.line - 1] if each.line else "") for each in found]


class TestTheDefaults:
    @pytest.mark.parametrize("kind", list(KINDS))
    def test_have_no_fault(self, kind: str) -> None:
        assert judge(TEXTS[kind], kind=kind_of(kind), number=1, others=TEXTS) == ()

    def test_make_the_engines_policy_to_the_digest(self) -> None:
        composed = compose(tuple((name, TEXTS[name]) for name in PARTS))
        assert composed.digest == default_policy().digest

    @pytest.mark.parametrize("kind", list(KINDS))
    def test_have_words_for_every_key(self, kind: str) -> None:
        with translation.override("zh-hans"):
            groups = queries.list_figures(kind, TEXTS[kind])
            figures = [each for group in groups for each in group.figures]
            assert [each.path for each in figures if str(each.label).isascii()] == []


class TestAFault:
    @pytest.mark.parametrize(
        ("kind", "old", "new", "expected"),
        [
            ("attribution", "window_days = 15", "window_days = 45",
             ("rate_lock_below_window", "attribution.rate_lock_days", "rate_lock_days = 30")),
            ("attribution", "window_days = 15", "window_days = 1.5",
             ("wrong_type", "attribution.window_days", "window_days = 1.5")),
            ("attribution", "window_days = 15", "windows = 15",
             ("missing_key", "attribution.window_days", "[attribution]")),
            ("commission", "notice_days = 7", "notice_days = 0",
             ("notice_too_short", "document.notice_days", "notice_days = 0")),
            ("value", "quality_tenths = 4", "quality_tenths = 5",
             ("tenths_sum", "value", "[value]")),
            ("pool", 'pool = "big"', 'pool = "small"',
             ("unknown_pool", "scenes[0].pool", 'pool = "small"')),
            ("pool", 'zone = "Asia/Shanghai"', 'zone = "Asia/Nowhere"',
             ("unknown_zone", "document.zone", 'zone = "Asia/Nowhere"')),
            ("hold", "default_hold_days = 15", "default_hold_days = 16",
             ("hold_days_default", "settlement.default_hold_days", "default_hold_days = 16")),
            ("tier", "mid_from_minor = 5000000", "mid_from_minor = 500000000",
             ("tier_order", "tiers.mid_from_minor", "mid_from_minor = 500000000")),
            ("tier", "[tiers]", "[holds]\nx = 1\n[tiers]",
             ("foreign_section", "holds", "[holds]")),
            ("level", "effective_days = 8", "effective_days = 80",
             ("levels_order", "levels[2]", "[[levels]]")),
            ("level", "keep_days = 30", "keep_days = -1",
             ("out_of_range", "review.keep_days", "keep_days = -1")),
            ("traffic", "share_ppm = 200000", "share_ppm = 900000",
             ("floors_sum", "floors", "[[floors]]")),
            ("traffic", 'tier = "tail"', 'tier = "giant"',
             ("unknown_choice", "floors[1].tier", 'tier = "giant"')),
            ("payout", "days_by_trust = [20, 15, 7]", "days_by_trust = [20, 20, 7]",
             ("trust_days_order", "payday.days_by_trust", "days_by_trust = [20, 20, 7]")),
            ("payout", "days_by_trust = [20, 15, 7]", "days_by_trust = [20, 7]",
             ("trust_days_order", "payday.days_by_trust", "days_by_trust = [20, 7]")),
            ("payout", "days_by_trust = [20, 15, 7]", 'days_by_trust = ["20"]',
             ("wrong_type", "payday.days_by_trust", 'days_by_trust = ["20"]')),
            ("payout", "earned_months = 3", "earned_months = 7",
             ("unreachable", "payday.earned_months", "earned_months = 7")),
            ("payout", "lost_refund_ppm = 400000", "lost_refund_ppm = 100000",
             ("trust_refunds_order", "payday.earned_refund_ppm", "earned_refund_ppm = 150000")),
            ("payout", "weekdays = [1, 2, 3, 4, 5]", "weekdays = [5, 1]",
             ("weekdays_order", "payday.weekdays", "weekdays = [5, 1]")),
            ("payout", "weekdays = [1, 2, 3, 4, 5]", "weekdays = [8]",
             ("out_of_range", "payday.weekdays", "weekdays = [8]")),
            ("payout", "share_ppm = 50000", "share_ppm = -1",
             ("out_of_range", "reserve.share_ppm", "share_ppm = -1")),
            ("payout", 'currency = "CNY"', 'currency = "cny"',
             ("not_one_currency", "limits[0].currency", 'currency = "cny"')),
            ("payout", "two_persons_above_minor = 5000000",
             'two_persons_above_minor = 5\n[[approval]]\ncurrency = "CNY"\n'
             "two_persons_above_minor = 6",
             ("duplicate_id", "approval[1].currency", 'currency = "CNY"')),
            ("payout", 'exempt = ["company", "agency", "shop"]', 'exempt = ["company", "agency"]',
             ("payee_kind_missing", "tax.exempt", 'exempt = ["company", "agency"]')),
            ("payout", 'exempt = ["company", ', 'exempt = ["person", "company", ',
             ("taxed_and_exempt", "tax.rules[0].payee_kind", 'payee_kind = "person"')),
            ("payout", "above_minor = [0, 2000000, 5000000]", "above_minor = [0, 5000000, 2000000]",
             ("brackets_order", "tax.rules[0].above_minor",
              "above_minor = [0, 5000000, 2000000]")),
            ("payout", "above_minor = [0, 2000000, 5000000]", "above_minor = [0, 2000000]",
             ("brackets_length", "tax.rules[0].above_minor", "above_minor = [0, 2000000]")),
            ("payout", "rate_ppm = [200000, 300000, 400000]",
             "rate_ppm = [200000, 300000, 1000001]",
             ("out_of_range", "tax.rules[0].rate_ppm", "rate_ppm = [200000, 300000, 1000001]")),
            ("payout", "quick_minor = [0, 200000, 700000]", "quick_minor = [0, 199999, 700000]",
             ("not_monotone", "tax.rules[0].quick_minor", "quick_minor = [0, 199999, 700000]")),
            ("payout", "quick_minor = [0, 200000, 700000]", "quick_minor = [-1, 200000, 700000]",
             ("out_of_range", "tax.rules[0].quick_minor", "quick_minor = [-1, 200000, 700000]")),
            ("payout", "allowance_ppm = 200000", "allowance_ppm = 199999",
             ("not_monotone", "tax.rules[0].allowance_ppm", "allowance_ppm = 199999")),
            ("programme", "reward_minor = 60_000", 'reward_minor = "much"',
             ("form", "programmes[0].lump_sum.milestones[0].reward_minor",
              'reward_minor = "much"')),
        ],
    )  # fmt: skip
    def test_names_its_line_and_field(
        self, kind: str, old: str, new: str, expected: tuple[str, str, str]
    ) -> None:
        assert faults(kind, old, new)[0] == expected

    @pytest.mark.parametrize("kind", list(KINDS))
    def test_of_a_text_that_is_no_toml_names_the_line(self, kind: str) -> None:
        (found,) = judge(TEXTS[kind] + "[[[\n", kind=kind_of(kind), number=1, others=TEXTS)
        assert (found.rule, found.line) == ("not_toml", TEXTS[kind].count("\n") + 1)

    @pytest.mark.parametrize("text", ["", "x", "[document]\n", "document = 1\n", "[" * 5_000])
    def test_of_nonsense_is_a_fault_and_no_crash(self, text: str) -> None:
        for kind in KINDS.values():
            assert judge(text, kind=kind, number=1, others=TEXTS)

    def test_speaks_chinese(self) -> None:
        with translation.override("zh-hans"):
            text = TEXTS["tier"].replace("mid_from_minor", "middle", 1)
            found = judge(text, kind=kind_of("tier"), number=1, others=TEXTS)
            assert {str(each.message) for each in found} == {"缺少一个键", "没有这个键"}


class TestADifference:
    def test_is_what_the_engine_says_it_is(self) -> None:
        """Changed keys, added and removed tables, another order: the same paths."""
        policy = default_policy()
        scene = replace(policy.scenes[0], id="seventh")
        others = (
            replace(policy, attribution=replace(policy.attribution, window_days=20)),
            replace(policy, scenes=(*policy.scenes, scene)),
            replace(policy, scenes=policy.scenes[1:]),
            replace(policy, scenes=policy.scenes[::-1]),
            replace(policy, scene_rules=policy.scene_rules[1:]),
            replace(policy, value=replace(policy.value, floor_ppm=1, ai_penalty_ppm=2)),
        )
        for other in others:
            ours = [each.path for each in compare(policy.to_mapping(), other.to_mapping())]
            assert sorted(ours) == sorted(each.path for each in diff(policy, other))

    def test_reads_in_words_in_both_languages(self) -> None:
        after = TEXTS["attribution"].replace("window_days = 15", "window_days = 20")
        said = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                (found,) = queries.list_differences(
                    "attribution", before=TEXTS["attribution"], after=after
                )
                said.append((found.sentence, found.before, found.after))
        assert said == [
            (
                "Attribution · How long before paying a touch may lie: 15 days → 20 days",
                "15 days",
                "20 days",
            ),
            ("归因 · 触点最多可早于付款多久：15 天 → 20 天", "15 天", "20 天"),
        ]

    def test_does_not_count_comments_and_the_version(self) -> None:
        after = "# another\n" + TEXTS["tier"].replace("version = 1", "version = 2")
        assert queries.list_differences("tier", before=TEXTS["tier"], after=after) == ()


class TestWhoIsAffected:
    def test_is_said_by_the_domains_above(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(affected, "_REGISTRY", defaultdict(list))

        def creators(proposal: operations.Proposal) -> Iterable[operations.Affected]:
            paths = [each.change.path for each in proposal.differences]
            assert paths == ["tiers.newcomer_days"]
            yield operations.Affected(name="newcomers", label="Newcomers", count=12)

        operations.register_affected("tier", creators)
        operations.register_affected("tier", creators)
        before, after = (
            TEXTS["tier"],
            TEXTS["tier"].replace("newcomer_days = 90", "newcomer_days = 60"),
        )
        found = queries.list_affected(_proposal(before, after))
        assert [(each.name, each.count) for each in found] == [("newcomers", 12)]
        assert queries.list_affected(_proposal(before, before)) == ()


class TestADocument:
    def test_is_read_the_same_whatever_its_line_ends(self) -> None:
        text = TEXTS["tier"]
        plain = read_document(text, kind=kind_of("tier"))
        assert read_document(text.replace("\n", "\r\n"), kind=kind_of("tier")).body == plain.body


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    """What a test registers is forgotten after it."""
    saved = {kind: list(functions) for kind, functions in affected._REGISTRY.items()}
    yield
    affected._REGISTRY.clear()
    affected._REGISTRY.update(saved)


def _proposal(before: str, after: str) -> queries.Proposal:
    differences = queries.list_differences("tier", before=before, after=after)
    return queries.Proposal(
        kind="tier", before=before, after=after, differences=differences, at=NOON
    )
