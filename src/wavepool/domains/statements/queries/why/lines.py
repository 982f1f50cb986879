"""One line of a statement, for whoever may see the money of its payee."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.statements.models import Line
from wavepool.domains.statements.queries.finding import list_takes
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound


def key_to_address(key: str) -> str:
    """A line's key as an address has it; keys hold no "." of their own.

    >>> key_to_address("C:1031:28")
    'C.1031.28'
    """
    return key.replace(":", ".")


def key_of_address(text: str) -> str:
    """The key of a line from its address.

    >>> key_of_address("C.1031.28")
    'C:1031:28'
    """
    return text.replace(".", ":")


def find_line_of(*, payee_id: int, period: str, key: str) -> Line | None:
    """A line of what counts of a payee's month, whatever its currency."""
    rows = Line.objects.filter(
        take__in=list_takes(), statement__payee_id=payee_id, statement__period=period, key=key
    )
    return rows.select_related("statement__payee", "statement__take__run__same_as").first()


def get_line(*, payee_id: int, period: str, key: str) -> Line:
    """A line of a payee's month, for staff.

    Raises:
        NotFound: there is none.
    """
    found = find_line_of(payee_id=payee_id, period=period, key=key)
    if found is None:
        raise NotFound(_("There is no such line."))
    return found


def access_line(
    *, party: str, party_id: int, period: str, key: str, actor: Actor, at: datetime
) -> Line:
    """A line of whoever is paid for a creator, or of an agency, for people who may see its money.

    Raises:
        NotFound: the actor has no right there, nobody is paid, or the line is missing or
            somebody else's; all look the same.
        NotAllowed: the actor's role there may not see money.
    """
    people.access_party(party=party, party_id=party_id, actor=actor, to="finance", at=at)
    payee = people.find_payee(party=party, party_id=party_id, at=at)
    return get_line(payee_id=payee.pk if payee else 0, period=period, key=key)


def other_lines_of_order(line: Line) -> list[Line]:
    """The payee's other lines on the same order line, as far as they count, by month.

    Of a refund that is the line that it takes back from, of a held line the end of its hold.
    """
    if line.order_line_id is None:
        return []
    rows = Line.objects.filter(
        order_line_id=line.order_line_id,
        statement__payee_id=line.statement.payee_id,
        take__in=list_takes(),
    )
    found = rows.exclude(pk=line.pk).select_related("statement")
    return list(found.order_by("statement__period", "key"))
