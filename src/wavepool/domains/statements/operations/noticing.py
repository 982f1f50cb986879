"""Whom objections tell what: staff of a new one, the payee's people of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.statements.models import Objection
from wavepool.domains.statements.queries import key_to_address
from wavepool.plumbing.notifications import notify, register_notice

_OUTCOMES: Final[dict[str, Any]] = {"upheld": _("Upheld"), "rejected": _("Rejected")}


def _answer_words(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**data, "outcome": _OUTCOMES.get(data["outcome"], data["outcome"])}


register_notice(
    "statements.objection_raised",
    title=_("%(payee)s objects to a line of %(month)s"),
    text=_("Answer with reasons before %(due_at)s."),
    tone="warning",
)
register_notice(
    "statements.objection_answered",
    title=_("Your objection to a line of %(month)s: %(outcome)s"),
    text=_("The reasons: %(answer)s"),
    words=_answer_words,
)


def tell_raised(objection: Objection, *, at: datetime) -> None:
    """Tell staff who handle money."""
    notify(
        "statements.objection_raised",
        people.list_staff_with("finance"),
        key=objection.public_id,
        data={
            "payee": objection.payee.name,
            "month": objection.period,
            "due_at": objection.answer_due_at.isoformat(),
        },
        route="statements.staff_objection",
        names=[objection.public_id],
        at=at,
    )


def tell_answered(objection: Objection, *, at: datetime) -> None:
    """Tell the people who may see the payee's money, on the line's own page."""
    party, party_id = objection.side
    area, slug = {
        "creator": ("studio", getattr(objection.creator, "handle", "")),
        "agency": ("agency", getattr(objection.agency, "slug", "")),
        "shop": ("merchant", getattr(objection.shop, "slug", "")),
    }[party]
    told = people.list_account_ids(party=party, party_ids=[party_id], right="finance")
    notify(
        "statements.objection_answered",
        {*told, objection.raised_by_id},
        key=objection.public_id,
        data={
            "month": objection.period,
            "outcome": str(objection.outcome),
            "answer": objection.answer,
        },
        route=f"statements.{area}_why",
        names=[slug, objection.period, key_to_address(objection.line_key)],
        at=at,
    )
