"""Whom statements tell what."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.statements.models import Close, Statement
from wavepool.plumbing.notifications import notify, register_notice

register_notice(
    "statements.issued",
    title=_("Your statement of %(period)s is final"),
    text=_("Every line says why it is what it is; whatever looks wrong can be objected to there."),
    tone="ok",
)


def tell_issued(close: Close, *, at: datetime) -> None:
    """Tell the people of every payee who may see its money."""
    payees = Statement.objects.filter(take_id=close.take_id).values_list("payee_id", flat=True)
    for party, ids in people.parties_of_payees(payees).items():
        notify(
            "statements.issued",
            people.list_account_ids(party=party, party_ids=ids, right="finance"),
            key=f"{close.period}:{party}",
            data={"period": close.period},
            at=at,
        )
