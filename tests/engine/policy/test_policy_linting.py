from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from engine.policy.any_policy import any_policies
from wavepool.engine.policy import (
    PACKAGED,
    Finding,
    Policy,
    PolicyRefused,
    Scene,
    SceneDefault,
    SceneRule,
    default_policy,
    ensure_binding,
    lint,
    linting,
    packaged_policy,
)

DEFAULT = default_policy()
RULES = DEFAULT.scene_rules


def with_part(section: str, **values: Any) -> Policy:
    changed = replace(getattr(DEFAULT, section), **values)
    return replace(DEFAULT, **{section: changed})


def with_value_part(part: str, **values: Any) -> Policy:
    return with_part("value", **{part: replace(getattr(DEFAULT.value, part), **values)})


def with_scene(**values: Any) -> Policy:
    """Change the first scene, Headlines."""
    return replace(DEFAULT, scenes=(replace(DEFAULT.scenes[0], **values), *DEFAULT.scenes[1:]))


def with_pool(**values: Any) -> Policy:
    return replace(DEFAULT, pools=(replace(DEFAULT.pools[0], **values),))


def with_rules(*rules: SceneRule) -> Policy:
    return replace(DEFAULT, scene_rules=(*RULES, *rules))


# rule of the linter, function that judges it, a document at the edge that passes, the same one step
# further, the path of the finding
CASES: list[tuple[str, Callable[..., Any], Policy, Policy, str]] = [
    (
        "tenths_sum",
        linting._sums,
        with_part("value", quality_tenths=10, experience_tenths=0, commerce_tenths=0),
        with_part("value", quality_tenths=5),
        "value",
    ),
    (
        "signals_sum",
        linting._sums,
        with_value_part("signals", watch_ppm=399_999, save_ppm=200_001),
        with_value_part("signals", watch_ppm=399_999),
        "value.signals",
    ),
    (
        "cut_above_commission",
        linting._cuts,
        with_scene(direct_ppm=900_000),
        with_scene(direct_ppm=900_001),
        "scenes[headlines].direct_ppm",
    ),
    (
        "unknown_pool",
        linting._pools,
        with_scene(pool=""),
        with_scene(pool="small"),
        "scenes[headlines].pool",
    ),
    (
        "weightless_scene",
        linting._pools,
        with_scene(weight_ppm=1),
        with_scene(weight_ppm=0),
        "scenes[headlines].weight_ppm",
    ),
    (
        "pool_without_scene",
        linting._pools,
        packaged_policy("pool_per_scene"),
        replace(DEFAULT, pools=packaged_policy("pool_per_scene").pools[:1] + DEFAULT.pools),
        "pools[headlines]",
    ),
    (
        "not_one_currency",
        linting._currencies,
        with_pool(currency="JPY"),
        with_pool(currency="CNY,JPY"),
        "pools[big].currency",
    ),
    (
        "not_one_currency",
        linting._currencies,
        replace(DEFAULT, currency="KWD"),
        replace(DEFAULT, currency="XAU"),
        "policy.currency",
    ),
    (
        "unknown_zone",
        linting._zone,
        replace(DEFAULT, zone="America/St_Johns"),
        replace(DEFAULT, zone="asia/shanghai"),
        "policy.zone",
    ),
    (
        "bad_id",
        linting._identifiers,
        replace(DEFAULT, id="a b"),
        replace(DEFAULT, id=""),
        "policy.id",
    ),
    (
        "duplicate_id",
        linting._identifiers,
        replace(DEFAULT, programmes=("a", "b")),
        replace(DEFAULT, programmes=("a", "a")),
        "policy.programmes",
    ),
    (
        "duplicate_id",
        linting._identifiers,
        DEFAULT,
        replace(DEFAULT, scenes=(*DEFAULT.scenes, DEFAULT.scenes[0])),
        "scenes",
    ),
    (
        "duplicate_id",
        linting._identifiers,
        DEFAULT,
        replace(DEFAULT, pools=(*DEFAULT.pools, replace(DEFAULT.pools[0], currency="USD"))),
        "pools",
    ),
    (
        "unknown_scene",
        linting._scene_names,
        with_rules(SceneRule(scene="open", channel=7)),
        with_rules(SceneRule(scene="closed", channel=7)),
        "scene_rules[channel=7].scene",
    ),
    (
        "unknown_scene",
        linting._scene_names,
        replace(DEFAULT, scene_default=SceneDefault("headlines")),
        replace(DEFAULT, scene_default=SceneDefault("closed")),
        "scene_default.scene",
    ),
    (
        "rule_without_condition",
        linting._scene_rules,
        with_rules(SceneRule(scene="open", format="live")),
        with_rules(SceneRule(scene="open")),
        "scene_rules[]",
    ),
    (
        "ambiguous_scene",
        linting._scene_rules,
        with_rules(SceneRule(scene="open", channel=1, format="live")),
        with_rules(SceneRule(scene="open", channel=1)),
        "scene_rules[channel=1#2]",
    ),
    (
        "ambiguous_scene",
        linting._scene_rules,
        with_rules(SceneRule(scene="open", format="post")),
        with_rules(SceneRule(scene="short_video", format="short_video")),
        "scene_rules[format=short_video#2]",
    ),
    (
        "rule_never_reached",
        linting._scene_rules,
        with_rules(SceneRule(scene="open", channel=1, format="post")),
        with_rules(SceneRule(scene="open", channel=1, format="short_video")),
        "scene_rules[channel=1,format=short_video]",
    ),
    (
        "mixed_channel_ids",
        linting._scene_rules,
        replace(DEFAULT, scene_rules=(SceneRule(scene="open", channel="live"),)),
        with_rules(SceneRule(scene="open", channel="live")),
        "scene_rules",
    ),
    (
        "rate_lock_below_window",
        linting._times,
        with_part("attribution", window_days=30, rate_lock_days=30),
        with_part("attribution", window_days=30, rate_lock_days=29),
        "attribution.rate_lock_days",
    ),
    (
        "hour_bands_order",
        linting._times,
        with_value_part("cells", hour_bands=(0,)),
        with_value_part("cells", hour_bands=(0, 12, 12)),
        "value.cells.hour_bands",
    ),
    (
        "hour_bands_order",
        linting._times,
        with_value_part("cells", hour_bands=(0, 23)),
        with_value_part("cells", hour_bands=(1, 23)),
        "value.cells.hour_bands",
    ),
    (
        "hour_bands_order",
        linting._times,
        with_value_part("cells", hour_bands=(0, 1)),
        with_value_part("cells", hour_bands=()),
        "value.cells.hour_bands",
    ),
    (
        "hold_days_order",
        linting._hold_days,
        with_part("settlement", hold_days=(0, 15)),
        with_part("settlement", hold_days=(15, 0)),
        "settlement.hold_days",
    ),
    (
        "hold_days_default",
        linting._hold_days,
        with_part("settlement", default_hold_days=20),
        with_part("settlement", default_hold_days=21),
        "settlement.default_hold_days",
    ),
    (
        "tier_order",
        linting._tiers,
        with_part("tiers", mid_from_minor=99_999_999),
        with_part("tiers", mid_from_minor=100_000_000),
        "tiers.mid_from_minor",
    ),
    (
        "unknown_choice",
        linting._ranges,
        with_part("attribution", rule="shapley"),
        with_part("attribution", rule="markov"),
        "attribution.rule",
    ),
    (
        "unknown_choice",
        linting._ranges,
        with_rules(SceneRule(scene="open", format="qa")),
        with_rules(SceneRule(scene="open", format="video")),
        "scene_rules[format=video].format",
    ),
    *(
        ("out_of_range", linting._ranges, good, bad, path)
        for good, bad, path in [
            (
                with_part("attribution", window_days=1),
                with_part("attribution", window_days=0),
                "attribution.window_days",
            ),
            (
                with_part("attribution", last_share_ppm=1_000_000),
                with_part("attribution", last_share_ppm=1_000_001),
                "attribution.last_share_ppm",
            ),
            (
                with_part("value", floor_ppm=1),
                with_part("value", floor_ppm=0),
                "value.floor_ppm",
            ),
            (
                with_part("value", floor_ppm=1_000_000),
                with_part("value", floor_ppm=1_000_001),
                "value.floor_ppm",
            ),
            (
                with_part("pool_rules", minimum_payout_minor=0),
                with_part("pool_rules", minimum_payout_minor=-1),
                "pool_rules.minimum_payout_minor",
            ),
            (
                with_part("settlement", hold_days=(0, 15)),
                with_part("settlement", hold_days=(-1, 15)),
                "settlement.hold_days",
            ),
            (
                with_value_part("cells", hour_bands=(0, 23)),
                with_value_part("cells", hour_bands=(0, 24)),
                "value.cells.hour_bands",
            ),
            (
                with_part("commission", fee_ppm=0),
                with_part("commission", fee_ppm=-1),
                "commission.fee_ppm",
            ),
        ]
    ),
]
NAMES = [f"{case[0]}:{case[4]}" for case in CASES]


class TestLint:
    @pytest.mark.parametrize("name", PACKAGED)
    def test_finds_nothing_in_a_packaged_document(self, name: str) -> None:
        assert lint(packaged_policy(name)) == ()

    @pytest.mark.parametrize(("rule", "judge", "good", "bad", "path"), CASES, ids=NAMES)
    def test_passes_the_good_and_finds_the_bad(
        self, rule: str, judge: object, good: Policy, bad: Policy, path: str
    ) -> None:
        assert lint(good) == ()
        assert [(found.rule, found.path) for found in lint(bad)] == [(rule, path)]

    @pytest.mark.parametrize(("rule", "judge", "good", "bad", "path"), CASES, ids=NAMES)
    def test_lets_the_bad_pass_once_its_rule_is_taken_out(
        self,
        rule: str,
        judge: object,
        good: Policy,
        bad: Policy,
        path: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        left = tuple(each for each in linting.RULES if each is not judge)
        assert len(left) == len(linting.RULES) - 1
        monkeypatch.setattr(linting, "RULES", left)
        assert lint(bad) == ()

    def test_has_an_example_of_every_rule(self) -> None:
        assert {case[1] for case in CASES} == set(linting.RULES)

    def test_says_what_is_wrong_in_words(self) -> None:
        assert lint(with_scene(direct_ppm=900_001)) == (
            Finding(
                rule="cut_above_commission",
                path="scenes[headlines].direct_ppm",
                value=1_000_001,
                message="direct leg and fee take 1000001 of 1000000 parts of the commission",
            ),
        )

    def test_ignores_the_direct_part_of_a_scene_without_a_pool(self) -> None:
        plain = Scene("plain", "", "", pool="", weight_ppm=0, direct_ppm=1_000_000)
        assert lint(replace(DEFAULT, scenes=(*DEFAULT.scenes, plain))) == ()

    @pytest.mark.parametrize("fee_ppm", [300_000, 400_000])
    def test_accepts_the_fee_presets(self, fee_ppm: int) -> None:
        assert lint(with_part("commission", fee_ppm=fee_ppm)) == ()

    @given(any_policies())
    def test_judges_any_well_typed_policy_without_failing(self, policy: Policy) -> None:
        assert all(found.rule and found.message for found in lint(policy))


class TestEnsureBinding:
    def test_accepts_the_default(self) -> None:
        ensure_binding(DEFAULT)

    def test_refuses_with_every_finding(self) -> None:
        bad = replace(with_scene(pool="small", weight_ppm=0), zone="Mars/Olympus")
        with pytest.raises(PolicyRefused) as caught:
            ensure_binding(bad)
        assert [found.rule for found in caught.value.findings] == [
            "unknown_zone",
            "unknown_pool",
            "weightless_scene",
        ]
        assert str(caught.value).splitlines()[:2] == [
            "policy 'default' may not bind:",
            "  policy.zone: there is no time zone 'Mars/Olympus' [unknown_zone]",
        ]
