"""The kinds of policy: what each decides, and which part of the engine's document it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Schema = Literal["engine", "programme", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of policy.

    Attributes:
        name: stable name, as it stands in addresses, files and the API.
        label: how people call it.
        decides: one sentence: what a document of this kind decides.
        schema: "engine": some sections of the engine's policy document; "programme": an
            incentive document of the engine; "own": a schema of this domain.
        sections: top-level tables of its document besides [document].
        notice_days_min: the least public notice of a change, in days.
        pays: whether a change moves anybody's money.
    """

    name: str
    label: Promise
    decides: Promise
    schema: Schema
    sections: tuple[str, ...]
    notice_days_min: int
    pays: bool = True


class UnknownKind(LookupError):
    """There is no kind of policy of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no kind of policy {name!r}")


_ALL: Final = (
    Kind(
        name="attribution",
        label=_("Attribution"),
        decides=_("Which touch of a buyer earns an order, and how long before it may lie."),
        schema="engine",
        sections=("attribution",),
        notice_days_min=7,
    ),
    Kind(
        name="commission",
        label=_("Commission"),
        decides=_("What part of a commission the platform keeps."),
        schema="engine",
        sections=("commission",),
        notice_days_min=7,
    ),
    Kind(
        name="value",
        label=_("Content value"),
        decides=_("How quality, experience and commerce become the value of content."),
        schema="engine",
        sections=("value",),
        notice_days_min=7,
    ),
    Kind(
        name="pool",
        label=_("Pools and scenes"),
        decides=_("Which scenes there are, which pool each feeds, and what is paid directly."),
        schema="engine",
        sections=("pools", "scenes", "scene_rules", "scene_default", "pool_rules"),
        notice_days_min=7,
    ),
    Kind(
        name="hold",
        label=_("Waiting times and holds"),
        decides=_("How long money waits after delivery, and when a payment is parked."),
        schema="engine",
        sections=("settlement", "holds"),
        notice_days_min=7,
    ),
    Kind(
        name="level",
        label=_("Creator levels"),
        decides=_("What a creator must reach for each level, and how long it lasts."),
        schema="own",
        sections=("review", "levels"),
        notice_days_min=7,
        pays=False,
    ),
    Kind(
        name="tier",
        label=_("Tiers"),
        decides=_("From which sales a creator counts as head or mid-tier on boards."),
        schema="engine",
        sections=("tiers",),
        notice_days_min=1,
        pays=False,
    ),
    Kind(
        name="programme",
        label=_("Incentive programmes"),
        decides=_("Who earns which reward for what, and within which budget."),
        schema="programme",
        sections=("programmes",),
        notice_days_min=7,
    ),
    Kind(
        name="traffic",
        label=_("Traffic"),
        decides=_(
            "How exposure is shared: what newcomers get for sure, what one may take at most."
        ),
        schema="own",
        sections=("exposure", "floors", "vouchers"),
        notice_days_min=7,
        pays=False,
    ),
    Kind(
        name="payout",
        label=_("Payouts"),
        decides=_("When money leaves, what is kept back, who agrees to it, and what is withheld."),
        schema="own",
        sections=("payday", "reserve", "limits", "approval", "tax"),
        notice_days_min=7,
    ),
)
KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in _ALL}
#: Kinds whose documents together are the engine's policy.
ENGINE_KINDS: Final = tuple(kind.name for kind in _ALL if kind.schema == "engine")
#: The kind whose document names the policy, its zone and its currency.
FRAME_KIND: Final = "pool"


def kind_of(name: str) -> Kind:
    """The kind of that name.

    Raises:
        UnknownKind: there is none.

    >>> kind_of("tier").sections
    ('tiers',)
    """
    if name not in KINDS:
        raise UnknownKind(name)
    return KINDS[name]
