"""Scenes, as the policy in force has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies import queries as policies
from wavepool.engine.policy import Policy, default_policy, scene_table
from wavepool.plumbing.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneTerms:
    """A scene of a policy.

    Attributes:
        id: the policy's own id.
        name_en, name_zh: its names.
        has_pool: whether its pieces share a pool; only then is admission asked for.
    """

    id: str
    name_en: str
    name_zh: str
    has_pool: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name_zh if is_chinese and self.name_zh else self.name_en


def list_scenes(*, at: datetime) -> tuple[SceneTerms, ...]:
    """Every scene of the policy in force, in its order."""
    return _terms(_policy(at))


def list_pool_scenes(*, at: datetime) -> tuple[SceneTerms, ...]:
    """The scenes to which creators are admitted."""
    return tuple(scene for scene in list_scenes(at=at) if scene.has_pool)


def get_scene(scene_id: str, *, at: datetime) -> SceneTerms:
    """One scene of the policy in force.

    Raises:
        NotFound: the policy has none of that id.
    """
    found = next((scene for scene in list_scenes(at=at) if scene.id == scene_id), None)
    if found is None:
        raise NotFound(_("There is no such scene."))
    return found


def scene_of(*, channel_id: str, format: str, at: datetime) -> SceneTerms:  # noqa: A002  the engine's word
    """The one scene to which a piece of this format belongs in this channel."""
    return scenes_of([channel_id], [format], at=at)[channel_id, format]


def scenes_of(
    channel_ids: Iterable[str], formats: Iterable[str], *, at: datetime
) -> Mapping[tuple[str, str], SceneTerms]:
    """The scene of each pair of channel and format."""
    policy = _policy(at)
    scenes = {scene.id: scene for scene in _terms(policy)}
    return {
        (str(row.channel_id), row.format): scenes[row.scene_id]
        for row in scene_table(policy, channel_ids, formats)
    }


def scene_labels(*, at: datetime) -> dict[str, str]:
    """The name of each scene in the reader's language, by id."""
    return {scene.id: scene.label for scene in list_scenes(at=at)}


def _terms(policy: Policy) -> tuple[SceneTerms, ...]:
    return tuple(
        SceneTerms(
            id=scene.id,
            name_en=scene.name_en,
            name_zh=scene.name_zh,
            has_pool=bool(scene.pool),
        )
        for scene in policy.scenes
    )


def _policy(at: datetime) -> Policy:
    """The policy in force; the engine's default before the first."""
    try:
        return policies.compose_engine_policy(at=at)
    except policies.NoPolicyInForce:
        return default_policy()
