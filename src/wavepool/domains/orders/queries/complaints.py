"""Reads of complaints and of requests for money back."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.orders.models import Complaint, RefundRequest
from wavepool.plumbing.errors import NotFound


def complaints_of_shop(shop_id: int) -> QuerySet[Complaint]:
    """Complaints about a shop's goods."""
    return Complaint.objects.filter(shop_id=shop_id).select_related("line__order")


def every_complaint() -> QuerySet[Complaint]:
    """Complaints of all shops, for the operator's own people."""
    return Complaint.objects.select_related("line__order", "shop")


def access_complaint(public_id: str, *, account_id: int | None) -> Complaint:
    """A complaint that this account made.

    Raises:
        NotFound: there is none, or it is another's.
    """
    rows = every_complaint().filter(line__order__account_id=account_id or 0)
    return _one(rows, public_id)


def access_shop_complaint(public_id: str, *, shop_id: int) -> Complaint:
    """A complaint about this shop's goods.

    Raises:
        NotFound: there is none, or it is about another's.
    """
    return _one(complaints_of_shop(shop_id), public_id)


def get_complaint(public_id: str) -> Complaint:
    """Any complaint, for the operator's own people.

    Raises:
        NotFound: there is none.
    """
    return _one(every_complaint(), public_id)


def requests_of_shop(shop_id: int) -> QuerySet[RefundRequest]:
    """Requests for money back that went to a shop."""
    return RefundRequest.objects.filter(line__order__shop_id=shop_id).select_related("line__order")


def access_request(public_id: str, *, shop_id: int) -> RefundRequest:
    """A request for money back that went to this shop.

    Raises:
        NotFound: there is none, or it went to another.
    """
    found = requests_of_shop(shop_id).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such request."))
    return found


def _one(rows: QuerySet[Complaint], public_id: str) -> Complaint:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such complaint."))
    return found
