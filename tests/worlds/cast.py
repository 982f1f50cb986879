"""A small fixed cast: Ada the creator, Bao the merchant, Chen of the agency, Dong, Eve, Fay.

Dong is a signed-in outsider with nothing; Eve operates the platform and owns its
team; Fay is a second member of staff, where two persons are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from wavepool.domains.people.models import (
    Account,
    Agency,
    Creator,
    Membership,
    Role,
    Shop,
    StaffTeam,
)
from wavepool.domains.people.queries import actor_of
from wavepool.plumbing.actor import Actor


@dataclass(frozen=True)
class World:
    """The cast and what they own."""

    ada: Account
    bao: Account
    chen: Account
    dong: Account
    eve: Account
    fay: Account
    creator: Creator  # Ada's, /studio/ada/
    shop: Shop  # Bao's, /merchant/bao-tea/
    agency: Agency  # Chen's, /agency/chen-mcn/
    team: StaffTeam  # Eve's and Fay's

    def actor(self, name: str) -> Actor:
        """The actor behind one of the cast, e.g. `world.actor("bao")`."""
        return actor_of(getattr(self, name), session={})


def make_cast() -> World:
    """Put the cast into an empty store. Nobody has a password; tests use `force_login`."""
    names = ("ada", "bao", "chen", "dong", "eve", "fay")
    people = {
        name: Account.objects.create_user(f"{name}@example.com", name=name.title())
        for name in names
    }
    creator = Creator.objects.create(handle="ada", name="Ada's kitchen")
    shop = Shop.objects.create(slug="bao-tea", name="Bao Tea")
    agency = Agency.objects.create(slug="chen-mcn", name="Chen Talents")
    team = StaffTeam.objects.create(slug="operations", name="Operations")
    owner = {"role": Role.OWNER}
    Membership.objects.create(account=people["ada"], creator=creator, **owner)
    Membership.objects.create(account=people["bao"], shop=shop, **owner)
    Membership.objects.create(account=people["chen"], agency=agency, **owner)
    Membership.objects.create(account=people["eve"], team=team, **owner)
    Membership.objects.create(account=people["fay"], team=team, **owner)
    return World(**people, creator=creator, shop=shop, agency=agency, team=team)
