"""Whom the catalog tells what: permits that were decided, rates that will fall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import Permit, PermitKind, PlanVersion
from wavepool.domains.people import queries as people
from wavepool.plumbing.notifications import notify, register_notice


def _permit_words(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**data, "permit": PermitKind(data["permit"]).label}


_OF_PERMIT: Final[Mapping[str, Any]] = {"words": _permit_words}
register_notice(
    "catalog.permit_approved",
    title=_("Permit accepted: %(permit)s %(number)s"),
    text=_("What needs it may be sold until %(expires_date)s."),
    tone="ok",
    **_OF_PERMIT,
)
register_notice(
    "catalog.permit_refused",
    title=_("Permit refused: %(permit)s %(number)s"),
    text=_("The reason: %(why)s"),
    tone="error",
    **_OF_PERMIT,
)
register_notice(
    "catalog.permit_revoked",
    title=_("Permit revoked: %(permit)s %(number)s"),
    text=_("What needs it left the sale. The reason: %(why)s"),
    tone="error",
    **_OF_PERMIT,
)
register_notice(
    "catalog.rate_falls",
    title=_("%(shop)s will pay %(rate_ppm)s instead of %(before_ppm)s"),
    text=_("The lower rate begins on %(from_at)s; until then the one before holds."),
    tone="warning",
)
register_notice(
    "catalog.plan_ends",
    title=_("A plan of %(shop)s for you ends on %(until_at)s"),
    text=_("It pays %(before_ppm)s until then; afterwards the next plan that fits pays."),
    tone="warning",
)


def tell_permit_decided(permit: Permit, *, at: datetime) -> None:
    """Tell the shop's people who do its daily work."""
    notify(
        f"catalog.permit_{permit.state}",
        people.list_account_ids(party="shop", party_ids=[permit.shop_id], right="operate"),
        key=permit.public_id,
        data={
            "permit": str(permit.kind),
            "number": permit.number,
            "why": permit.why,
            "expires_date": permit.expires_date.isoformat(),
        },
        route="catalog.permits",
        names=[permit.shop.slug],
        at=at,
    )


def tell_rate_falls(version: PlanVersion, *, before_ppm: int, at: datetime) -> None:
    """Tell the creator whom a plan names of an announced cut; a plan for all names nobody."""
    data = {"rate_ppm": version.rate_ppm, "from_at": version.valid_from.isoformat()}
    _tell_named("catalog.rate_falls", version, {**data, "before_ppm": before_ppm}, at=at)


def tell_plan_ends(version: PlanVersion, *, at: datetime) -> None:
    """Tell the creator whom a plan names that it was ended."""
    if version.valid_to is None or version.withdrawn_at is not None:
        return
    data = {"before_ppm": version.rate_ppm, "until_at": version.valid_to.isoformat()}
    _tell_named("catalog.plan_ends", version, data, at=at)


def _tell_named(kind: str, version: PlanVersion, data: dict[str, Any], *, at: datetime) -> None:
    plan = version.plan
    if plan.creator is None:
        return
    notify(
        kind,
        people.list_account_ids(party="creator", party_ids=[plan.creator.pk], right="view"),
        key=f"{plan.public_id}:{at.isoformat()}",
        data={"shop": plan.shop.name, **data},
        route="catalog.studio_goods",
        names=[plan.creator.handle],
        at=at,
    )
