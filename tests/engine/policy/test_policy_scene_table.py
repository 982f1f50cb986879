from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.policy import (
    FORMATS,
    AmbiguousScene,
    ChannelsOfAnotherType,
    Policy,
    SceneDefault,
    SceneRow,
    SceneRule,
    UnknownScene,
    default_policy,
    packaged_policy,
    scene_table,
)

DEFAULT = default_policy()


def with_rules(*rules: SceneRule) -> Policy:
    return replace(DEFAULT, scene_rules=rules)


def scenes_of(policy: Policy, channels: list[int | str], formats: list[str]) -> list[str]:
    return [row.scene_id for row in scene_table(policy, channels, formats)]


class TestSceneTable:
    def test_maps_the_announced_channels(self) -> None:
        assert scene_table(DEFAULT, [1, 7], ["post", "short_video"]) == (
            SceneRow(1, "post", "headlines", "big", 1_000_000, 200_000),
            SceneRow(1, "short_video", "short_video", "big", 1_000_000, 200_000),
            SceneRow(7, "post", "open", "", 0, 0),
            SceneRow(7, "short_video", "short_video", "big", 1_000_000, 200_000),
        )

    def test_pays_video_under_short_video_only_wherever_it_is_shown(self) -> None:
        rows = scene_table(DEFAULT, range(1, 12), ["short_video"])
        assert {row.scene_id for row in rows} == {"short_video"}

    def test_follows_the_topology_of_the_document(self) -> None:
        rows = scene_table(packaged_policy("pool_per_scene"), range(1, 8), ["post"])
        assert [row.pool_id for row in rows] == [
            "headlines",
            "good_goods",
            "must_buy",
            "love_shopping",
            "short_video",
            "buy_world",
            "",
        ]

    def test_tries_format_then_channel_with_format_then_channel_then_default(self) -> None:
        policy = with_rules(
            SceneRule(scene="must_buy", channel=1),
            SceneRule(scene="good_goods", channel=1, format="list"),
            SceneRule(scene="headlines", format="live"),
        )
        assert scenes_of(policy, [1, 2], ["list", "live", "post"]) == [
            "good_goods",
            "headlines",
            "must_buy",
            "open",
            "headlines",
            "open",
        ]

    @given(
        st.lists(
            st.builds(
                SceneRule,
                scene=st.sampled_from([scene.id for scene in DEFAULT.scenes]),
                channel=st.none() | st.integers(0, 3),
                format=st.none() | st.sampled_from(["live", "post", "list"]),
            ),
            max_size=6,
            unique_by=lambda rule: (rule.channel, rule.format),
        ),
        st.permutations(range(5)),
    )
    def test_gives_each_pair_one_row_whatever_the_order(
        self, rules: list[SceneRule], channels: list[int]
    ) -> None:
        rows = scene_table(with_rules(*rules), channels, FORMATS)
        assert [(row.channel_id, row.format) for row in rows] == [
            (channel, name) for channel in range(5) for name in sorted(FORMATS)
        ]
        assert scene_table(with_rules(*rules[::-1]), [*channels, 0], FORMATS[::-1]) == rows

    def test_takes_text_channels(self) -> None:
        policy = with_rules(SceneRule(scene="headlines", channel="front page"))
        assert scenes_of(policy, ["front page", "1"], ["post"]) == ["open", "headlines"]

    def test_is_empty_without_channels(self) -> None:
        assert scene_table(DEFAULT, [], FORMATS) == ()

    def test_finds_an_integer_of_the_policy_in_texts_that_are_written_alike(self) -> None:
        assert scenes_of(DEFAULT, ["1", "feed", "6"], ["post"]) == [
            "headlines",
            "buy_world",
            "open",
        ]
        assert scenes_of(DEFAULT, ["8"], ["post"]) == ["open"]

    def test_refuses_channels_of_another_type_that_no_rule_can_name(self) -> None:
        with pytest.raises(ChannelsOfAnotherType) as caught:
            scene_table(DEFAULT, ["front page"], ["post"])
        assert (caught.value.in_policy, caught.value.in_season) == (1, "front page")
        named = with_rules(SceneRule(scene="headlines", channel="front page"))
        with pytest.raises(ChannelsOfAnotherType):
            scene_table(named, [1], ["post"])

    def test_knows_a_channel_by_how_it_is_written(self) -> None:
        assert scenes_of(DEFAULT, ["2", "live"], ["post"]) == ["good_goods", "open"]

    def test_refuses_two_scenes_for_one_condition(self) -> None:
        policy = with_rules(
            SceneRule(scene="headlines", channel=1), SceneRule(scene="must_buy", channel=1)
        )
        with pytest.raises(AmbiguousScene) as caught:
            scene_table(policy, [9], ["post"])
        assert caught.value.scenes == ("headlines", "must_buy")

    def test_refuses_a_scene_that_does_not_exist(self) -> None:
        policy = replace(with_rules(), scene_default=SceneDefault("closed"))
        with pytest.raises(UnknownScene, match="the policy has no scene 'closed'"):
            scene_table(policy, [1], ["post"])
