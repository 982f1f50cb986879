import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.policy.any_policy import any_policies
from wavepool.engine.policy import (
    PACKAGED,
    Policy,
    UnknownPackagedPolicy,
    default_policy,
    load_policy_text,
    packaged_policy,
    packaged_text,
)
from wavepool.engine.policy.toml_text import toml_rows


def shuffled_toml(policy: Policy, *, seed: int) -> str:
    """Write the policy with tables and keys in another order and comments between them."""
    chance = random.Random(seed)
    lines: list[str] = []
    for line, is_key in toml_rows(shuffled(policy.to_mapping(), chance)):
        lines.append(f"  # a remark {chance.random()}")
        lines.append(f"\t{line}   # another = [remark" if is_key else line)
    return "\n".join(lines)


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        names = chance.sample(list(value), k=len(value))
        return {name: shuffled(value[name], chance) for name in names}
    if isinstance(value, list):
        return [shuffled(each, chance) for each in value]
    return value


class TestPolicyToml:
    @given(any_policies())
    def test_reads_back_as_the_same_policy(self, policy: Policy) -> None:
        assert load_policy_text(policy.to_toml()) == policy

    @pytest.mark.parametrize("name", PACKAGED)
    def test_of_a_packaged_document_keeps_every_value(self, name: str) -> None:
        assert load_policy_text(packaged_policy(name).to_toml()) == packaged_policy(name)

    def test_keeps_an_empty_array_of_tables(self) -> None:
        bare = replace(default_policy(), scene_rules=())
        assert "scene_rules = []" in bare.to_toml()
        assert load_policy_text(bare.to_toml()) == bare

    def test_escapes_what_toml_forbids_in_a_text(self) -> None:
        odd = replace(default_policy(), id='a"b\\c\n\x7f\x00é')
        assert 'id = "a\\"b\\\\c\\n\\u007f\\u0000é"' in odd.to_toml()
        assert load_policy_text(odd.to_toml()).id == 'a"b\\c\n\x7f\x00é'


class TestPolicyDigest:
    def test_of_the_default_document_is_this_one(self) -> None:
        assert default_policy().digest == (
            "d8b93c5e6a669040c83b18371213df376e216db49d86ea16c90a6e245d5ec0e7"
        )

    @given(any_policies(), st.integers(min_value=0, max_value=999))
    def test_ignores_key_order_comments_and_spacing(self, policy: Policy, seed: int) -> None:
        assert load_policy_text(shuffled_toml(policy, seed=seed)).digest == policy.digest

    def test_without_sorted_keys_would_depend_on_their_order(self) -> None:
        mapping = default_policy().to_mapping()
        other = shuffled(mapping, random.Random(1))
        assert mapping == other
        assert json.dumps(mapping) != json.dumps(other)

    @given(any_policies(), any_policies())
    def test_differs_between_different_policies(self, one: Policy, other: Policy) -> None:
        assert (one.digest == other.digest) == (one == other)

    def test_is_of_sorted_json_without_white_space(self) -> None:
        text = default_policy().canonical_json()
        assert text.startswith('{"attribution":{"after_live_days":7,"click_dwell_ms":5000,')
        assert '"name_zh":"大奖池"' in text


class TestPackagedPolicies:
    def test_put_all_six_scenes_in_one_pool_by_default(self) -> None:
        assert [(scene.id, scene.pool) for scene in default_policy().scenes] == [
            ("headlines", "big"),
            ("good_goods", "big"),
            ("must_buy", "big"),
            ("love_shopping", "big"),
            ("short_video", "big"),
            ("buy_world", "big"),
            ("open", ""),
        ]

    def test_offer_one_pool_per_scene_and_change_nothing_else(self) -> None:
        whole, parted = default_policy(), packaged_policy("pool_per_scene")
        assert [(scene.id, scene.pool) for scene in parted.scenes][:6] == [
            (pool.id, pool.id) for pool in parted.pools
        ]
        same_scenes = tuple(replace(scene, pool="big") for scene in parted.scenes[:6])
        assert (*same_scenes, parted.scenes[6]) == whole.scenes
        assert replace(parted, id="default", pools=whole.pools, scenes=whole.scenes) == whole

    def test_carry_the_announced_and_the_chosen_numbers(self) -> None:
        policy = default_policy()
        assert {scene.direct_ppm for scene in policy.scenes if scene.pool} == {200_000}
        assert policy.commission.fee_ppm == 100_000
        assert policy.zone == "Asia/Shanghai"
        assert policy.value.cells.hour_bands == (0, 6, 12, 18)
        assert policy.settlement.hold_days == (7, 15, 20)

    @pytest.mark.parametrize("name", PACKAGED)
    def test_say_that_their_numbers_are_ours(self, name: str) -> None:
        text = " ".join(packaged_text(name).replace("#", "").split())
        assert "default of ours" in text
        assert "platform's private figure" in text
        assert "which is not known. What stands here is ours." in text

    def test_refuse_a_name_that_does_not_exist(self) -> None:
        with pytest.raises(UnknownPackagedPolicy, match=r"'x'; there are default, pool_per_scene"):
            packaged_policy("x")
