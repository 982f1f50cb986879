"""The policy documents that come with wavepool."""

from functools import cache
from importlib.resources import files

from wavepool.engine.policy.document import Policy
from wavepool.engine.policy.reading import load_policy_text

PACKAGED = ("default", "pool_per_scene")


class UnknownPackagedPolicy(LookupError):
    """No policy document of that name comes with wavepool; `known` lists those that do."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.known = PACKAGED
        super().__init__(f"no packaged policy is named {name!r}; there are {', '.join(PACKAGED)}")


def default_policy() -> Policy:
    """Return the packaged default: six scenes in one big pool."""
    return packaged_policy("default")


@cache
def packaged_policy(name: str) -> Policy:
    """Return one packaged policy by its name.

    Raises:
        UnknownPackagedPolicy: the name is not in `PACKAGED`.

    >>> packaged_policy("default").attribution.window_days
    15
    """
    return load_policy_text(packaged_text(name), f"{name}.toml")


def packaged_text(name: str) -> str:
    """Return the TOML of one packaged policy, comments included.

    Raises:
        UnknownPackagedPolicy: the name is not in `PACKAGED`.
    """
    if name not in PACKAGED:
        raise UnknownPackagedPolicy(name)
    return files(__package__).joinpath("documents", f"{name}.toml").read_text(encoding="utf-8")
