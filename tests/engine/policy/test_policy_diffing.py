from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.policy.any_policy import any_policies
from wavepool.engine.policy import (
    Policy,
    SceneRule,
    default_policy,
    diff,
    load_policy_text,
)
from wavepool.engine.policy.toml_text import toml_rows

DEFAULT = default_policy()
WHOLE = DEFAULT.to_mapping()
# Keys that name their table: a change of them is a table that went and one that came.
NAMING = {"id", "channel", "format"}


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for key, each in value.items() for leaf in leaves(each, (*path, key))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [leaf for n, each in enumerate(value) for leaf in leaves(each, (*path, n))]
    return [path]


LEAVES = leaves(WHOLE)


def with_leaf_changed(path: tuple[str | int, ...]) -> Policy:
    mapping = deepcopy(WHOLE)
    place: Any = mapping
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    changes = {int: lambda: old + 100, str: lambda: old + "x", list: lambda: old[:-1]}
    place[path[-1]] = changes[type(old)]()
    return load_policy_text("\n".join(row.line for row in toml_rows(mapping)))


class TestDiff:
    @given(any_policies())
    def test_of_a_policy_with_itself_is_empty(self, policy: Policy) -> None:
        assert diff(policy, policy) == ()

    @given(any_policies(), any_policies())
    def test_is_empty_exactly_when_the_digests_agree(self, one: Policy, other: Policy) -> None:
        assert (diff(one, other) == ()) == (one.digest == other.digest)

    @given(any_policies(), st.randoms(use_true_random=False))
    def test_sees_every_change_of_order(self, policy: Policy, chance: Any) -> None:
        scenes = tuple(chance.sample(policy.scenes, k=len(policy.scenes)))
        rules = tuple(chance.sample(policy.scene_rules, k=len(policy.scene_rules)))
        other = replace(policy, scenes=scenes, scene_rules=rules)
        assert (diff(policy, other) == ()) == (policy.digest == other.digest)

    @given(any_policies(), any_policies())
    def test_lists_no_path_twice(self, one: Policy, other: Policy) -> None:
        paths = [change.path for change in diff(one, other)]
        assert len(paths) == len(set(paths))

    @pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
    def test_lists_a_changed_key_once(self, path: tuple[str | int, ...]) -> None:
        changes = diff(DEFAULT, with_leaf_changed(path))
        if path[-1] in NAMING and path[0] != "policy":
            assert [(each.old is None, each.new is None) for each in changes] == [
                (False, True),
                (True, False),
            ]
        else:
            assert len(changes) == 1
            assert changes[0].path.endswith(f".{path[-1]}")
            assert changes[0].old != changes[0].new

    def test_finds_each_of_many_changed_keys(self) -> None:
        new = replace(
            DEFAULT,
            version=2,
            attribution=replace(DEFAULT.attribution, window_days=1, dwell_min_ms=1500),
            value=replace(DEFAULT.value, commerce_cap_minor=1250),
        )
        assert [(change.path, change.old, change.new) for change in diff(DEFAULT, new)] == [
            ("policy.version", 1, 2),
            ("attribution.window_days", 15, 1),
            ("attribution.dwell_min_ms", 5000, 1500),
            ("value.commerce_cap_minor", 500, 1250),
        ]


class TestSentences:
    def test_speak_in_days_percent_seconds_and_money(self) -> None:
        new = replace(
            DEFAULT,
            attribution=replace(DEFAULT.attribution, window_days=1, dwell_min_ms=1500),
            commission=replace(DEFAULT.commission, fee_ppm=123_450),
            value=replace(DEFAULT.value, commerce_cap_minor=1250),
            settlement=replace(DEFAULT.settlement, hold_days=(15,)),
            programmes=(),
        )
        assert [change.sentence for change in diff(DEFAULT, new)] == [
            "policy.programmes: incentives_2022 -> nothing "
            "(incentive documents that bind beside this one)",
            "attribution.window_days: 15 days -> 1 day (how long before paying a touch may lie)",
            "attribution.dwell_min_ms: 5 s -> 1500 ms "
            "(dwell from which a touch is qualified; a click qualifies too)",
            "commission.fee_ppm: 10 % -> 12.345 % "
            "(part of the gross commission that the platform keeps)",
            "value.commerce_cap_minor: 5.00 CNY -> 12.50 CNY "
            "(commission per touch from which commerce is full)",
            "settlement.hold_days: 7, 15, 20 -> 15 (waiting times that a payee's trust may give)",
        ]

    def test_tell_what_came_and_what_went(self) -> None:
        rule = SceneRule(scene="open", channel=1, format="live")
        new = replace(
            DEFAULT,
            scenes=DEFAULT.scenes[1:],
            scene_rules=(*DEFAULT.scene_rules, rule),
        )
        assert [change.sentence for change in diff(DEFAULT, new)] == [
            "scenes[headlines]: removed, it was a scene in pool 'big', weight 100 %, "
            "direct leg 20 %",
            "scene_rules[channel=1,format=live]: added, its touches belong to scene 'open'",
        ]

    def test_tell_a_new_order_of_scenes(self) -> None:
        (change,) = diff(DEFAULT, replace(DEFAULT, scenes=DEFAULT.scenes[::-1]))
        assert change.path == "scenes"
        assert change.sentence == "scenes: listed in another order; what is paid stays the same"

    def test_tell_a_moved_pool_and_none(self) -> None:
        moved = replace(DEFAULT.scenes[0], pool="")
        (change,) = diff(DEFAULT, replace(DEFAULT, scenes=(moved, *DEFAULT.scenes[1:])))
        assert change.sentence == (
            "scenes[headlines].pool: 'big' -> none "
            "(pool that takes this scene's pool legs; empty for none)"
        )
