"""Whom and what of the catalog a change of policy reaches: what plans pay by it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Item, Plan
from wavepool.domains.catalog.queries.plans import plans_standing
from wavepool.domains.people import queries as people
from wavepool.domains.policies import queries as policies


def affected_by_terms(proposal: policies.Proposal) -> Iterator[policies.Affected]:
    """Shops whose plans pay, their goods on sale, and creators whom plans name."""
    plans = plans_standing(Plan.objects.all(), at=proposal.at)
    shops = plans.values("shop")
    yield policies.reached(
        "shops-with-plans",
        _("Shops whose plans pay or are announced"),
        "shop",
        people.list_shops().filter(pk__in=shops),
        detail=_("What their commissions buy is counted by it."),
    )
    yield policies.reached(
        "creators-named",
        _("Creators whom a plan names"),
        "creator",
        people.list_creators().filter(pk__in=plans.exclude(creator=None).values("creator")),
        detail=_("What they earn by that plan is counted by it."),
    )
    goods = Item.objects.filter(shop__in=shops, state=Item.State.ON_SALE)
    yield policies.Affected(
        name="goods",
        label=_("Goods on sale in these shops"),
        count=goods.count(),
        detail=_("Each order of them is counted by it."),
    )


for _kind in ("attribution", "commission"):
    policies.register_affected(_kind, affected_by_terms)
