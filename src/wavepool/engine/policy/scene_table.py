"""The map (channel, format) -> scene as a table that SQL joins."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from wavepool.engine.policy.document import Policy
from wavepool.engine.policy.sections import Scene, SceneRule

ChannelId = int | str


class SceneRow(NamedTuple):
    """Where touches of one format in one channel belong; `pool_id` is "" without a pool."""

    channel_id: ChannelId
    format: str
    scene_id: str
    pool_id: str
    weight_ppm: int
    direct_ppm: int


class AmbiguousScene(ValueError):
    """Two rules of the same rank name different scenes for one (channel, format)."""

    def __init__(
        self, *, channel_id: ChannelId | None, format_name: str | None, scenes: tuple[str, ...]
    ) -> None:
        self.channel_id = channel_id
        self.format_name = format_name
        self.scenes = scenes
        super().__init__(
            f"channel {channel_id!r}, format {format_name!r} belongs to more than one scene: "
            + ", ".join(scenes)
        )


class UnknownScene(LookupError):
    """A rule or the default names a scene that the policy does not have."""

    def __init__(self, scene_id: str) -> None:
        self.scene_id = scene_id
        super().__init__(f"the policy has no scene {scene_id!r}")


class ChannelsOfAnotherType(TypeError):
    """The policy's channel ids and the season's are of two types, and none can be written alike."""

    def __init__(self, *, in_policy: ChannelId, in_season: ChannelId) -> None:
        self.in_policy = in_policy
        self.in_season = in_season
        super().__init__(
            f"the policy names channel {in_policy!r}, the season has channel {in_season!r}: "
            "one is a text and one an integer, so no channel rule could ever match"
        )


def scene_table(
    policy: Policy, channels: Iterable[ChannelId], formats: Iterable[str]
) -> tuple[SceneRow, ...]:
    """Give each (channel, format) its one scene.

    The first of these that exists decides: a rule with the format alone, a rule with channel and
    format, a rule with the channel alone, the default. An integer in a rule also names the text
    channel that is written alike: a season whose ids are texts may call a channel "2".

    Args:
        policy: the scene rules.
        channels: the season's channel ids, all integers or all texts; repeats are dropped.
        formats: the season's formats; repeats are dropped.

    Returns:
        One row for each pair of channel and format, sorted by both.

    Raises:
        AmbiguousScene: two rules with the same conditions name different scenes.
        UnknownScene: a rule names a scene that is not in the policy.
        ChannelsOfAnotherType: rules and season disagree whether channel ids are integers, and
            no channel of the season is a number written as a text.

    >>> from wavepool.engine.policy import default_policy
    >>> scene_table(default_policy(), [2], ["post"])[0].scene_id
    'good_goods'
    >>> scene_table(default_policy(), ["2", "feed"], ["post"])[0].scene_id
    'good_goods'
    """
    scenes = {scene.id: scene for scene in policy.scenes}
    listed = sorted(set(channels), key=lambda each: (isinstance(each, str), each))
    rules = _by_condition(_as_written(policy.scene_rules, listed))
    rows = []
    for channel in listed:
        for format_name in sorted(set(formats)):
            keys = ((None, format_name), (channel, format_name), (channel, None))
            found = next((rules[key] for key in keys if key in rules), policy.scene_default.scene)
            rows.append(_row(channel, format_name, _scene(found, scenes)))
    return tuple(rows)


def _by_condition(rules: Iterable[SceneRule]) -> dict[tuple[ChannelId | None, str | None], str]:
    found: dict[tuple[ChannelId | None, str | None], str] = {}
    for rule in rules:
        key = (rule.channel, rule.format)
        if found.setdefault(key, rule.scene) != rule.scene:
            raise AmbiguousScene(
                channel_id=rule.channel, format_name=rule.format, scenes=(found[key], rule.scene)
            )
    return found


def _as_written(rules: Iterable[SceneRule], channels: list[ChannelId]) -> list[SceneRule]:
    """The rules, their integers as texts where the season's channels are numbers in texts."""
    found = list(rules)
    texts = [each for each in channels if isinstance(each, str)]
    for named in (rule.channel for rule in found if rule.channel is not None):
        is_text = isinstance(named, str)
        others = [each for each in channels if isinstance(each, str) != is_text]
        if others and (is_text or not any(each.isdecimal() for each in texts)):
            raise ChannelsOfAnotherType(in_policy=named, in_season=others[0])
    if not texts:
        return found
    return [
        rule if rule.channel is None else replace(rule, channel=str(rule.channel)) for rule in found
    ]


def _scene(scene_id: str, scenes: dict[str, Scene]) -> Scene:
    if scene_id not in scenes:
        raise UnknownScene(scene_id)
    return scenes[scene_id]


def _row(channel: ChannelId, format_name: str, scene: Scene) -> SceneRow:
    return SceneRow(
        channel_id=channel,
        format=format_name,
        scene_id=scene.id,
        pool_id=scene.pool,
        weight_ppm=scene.weight_ppm,
        direct_ppm=scene.direct_ppm,
    )
