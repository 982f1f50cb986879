"""What the reader was told: the list behind the bell, and marking it as read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from wavepool.plumbing import clock, notifications
from wavepool.plumbing.errors import NotAllowed
from wavepool.plumbing.lists import Choice, Column, Filter, read_list
from wavepool.plumbing.notifications import Notice
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import Tone
from wavepool.site import formatting

#: What stands where this version of the platform lost the words of a kind.
_LOST: Final = Notice(name="", title=_("Something happened"), tone="neutral")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notification in the reader's language.

    Attributes:
        title, text: its words, numbers and times set as the reader expects them.
        tone: how it reads.
        href: where it leads, "" for nowhere.
    """

    public_id: str
    title: str
    text: str
    tone: Tone
    href: str
    made_at: datetime
    is_new: bool


@access("signed_in")
@never_cache
def listing(request: PlatformRequest) -> HttpResponse:
    """Everything that the reader was told, the newest first."""
    page = read_list(
        request,
        notifications.list_notifications(_account_id(request)),
        columns=(Column(name="made_at", label=_("When"), kind="time", sort="pk"),),
        filters=(_STATE,),
        sort="-made_at",
    )
    context = {
        "page": page,
        "told": [told(row.record) for row in page.rows],
        "only_new": page.is_narrowed and request.GET.get("state") == "new",
    }
    return render(request, "pages/notifications.html", context)


@access("signed_in")
@require_POST
def read(request: PlatformRequest, notification: str) -> HttpResponse:
    """Mark one as read, and go where it leads if that was asked for."""
    found = notifications.read_notification(
        public_id=notification, account_id=_account_id(request), at=clock.now()
    )
    return redirect(found.href if found.href and "open" in request.POST else "notifications")


@access("signed_in")
@require_POST
def read_all(request: PlatformRequest) -> HttpResponse:
    """Mark everything as read."""
    count = notifications.read_all(account_id=_account_id(request), at=clock.now())
    said = ngettext("%(count)d marked as read.", "%(count)d marked as read.", count)
    messages.success(request, said % {"count": count})
    return redirect("notifications")


def told(row: Any) -> Told:
    """A row in the active language."""
    notice = notifications.find_notice(row.kind) or _LOST
    data = notice.words(row.data) if notice.words else row.data
    values = {name: shown(name, value) for name, value in data.items()}
    return Told(
        public_id=row.public_id,
        title=str(notice.title) % values,
        text=str(notice.text) % values,
        tone=notice.tone,
        href=row.href,
        made_at=row.made_at,
        is_new=row.read_at is None,
    )


def shown(name: str, value: Any) -> str:
    """A value by the end of its name: rates, days and times as the reader expects them.

    >>> shown("rate_ppm", 125000), shown("expires_date", "2026-11-22"), shown("name", "Ada")
    ('12.5%', '22 Nov 2026', 'Ada')
    """
    if name.endswith("_ppm"):
        return formatting.rate(int(value))
    if name.endswith("_at"):
        return formatting.moment(datetime.fromisoformat(value))
    if name.endswith("_date"):
        return formatting.day(date.fromisoformat(value))
    return str(value)


def _narrow(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(read_at__isnull=value == "new")


_STATE: Final = Filter(
    name="state",
    label=_("State"),
    apply=_narrow,
    choices=(Choice("new", _("Unread")), Choice("read", _("Read"))),
)


def _account_id(request: PlatformRequest) -> int:
    account_id = request.actor.account_id
    if account_id is None:
        raise NotAllowed(_("Sign in to see your notifications."))
    return account_id
