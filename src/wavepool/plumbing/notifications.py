"""Notifications: domains say what happened and to whom, readers see it in their language.

A domain registers the words of each kind once and notifies inside the
transaction of the deed, so deed and notification are there together or not at all:

    register_notice("people.invited", title=_("%(team)s offers you a seat"))
    notify("people.invited", {account_id}, key="invitation:7", data={"team": "Bao Tea"}, at=as_of)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.ids import new_id
from wavepool.plumbing.models import Notification
from wavepool.plumbing.states import Tone

#: How long a notification is kept once it was read, and how long at all.
READ_KEPT: Final = timedelta(days=90)
KEPT: Final = timedelta(days=365)
#: The bell counts no further; "99+" says as much.
COUNT_MAX: Final = 100
_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The words of one kind of notification.

    Attributes:
        name: stable name, "DOMAIN.WHAT".
        title: one sentence with `%(name)s` for values of the notification's data.
        text: what it means or what to do, with the same values; "" for nothing.
        tone: how it reads.
        words: turns data into what is shown, where a value is a name to be translated.
    """

    name: str
    title: str | Promise
    text: str | Promise = ""
    tone: Tone = "info"
    words: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None


_NOTICES: Final[dict[str, Notice]] = {}


def register_notice(
    name: str,
    *,
    title: str | Promise,
    text: str | Promise = "",
    tone: Tone = "info",
    words: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
) -> None:
    """Give a kind of notification its words; once, where its domain is loaded."""
    assert name not in _NOTICES, f"two notices are called {name}"
    _NOTICES[name] = Notice(name=name, title=title, text=text, tone=tone, words=words)


def notices() -> tuple[Notice, ...]:
    """Every registered kind, by name."""
    return tuple(_NOTICES[name] for name in sorted(_NOTICES))


def find_notice(name: str) -> Notice | None:
    """The words of a kind; None for one that this version of the platform lost."""
    return _NOTICES.get(name)


def notify(
    kind: str,
    account_ids: Iterable[int],
    *,
    key: str,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    route: str = "",
    names: Collection[Any] = (),
) -> int:
    """Tell accounts that something happened; who was told the same before is not told again.

    Args:
        kind: a registered name.
        key: what it is about, e.g. the record's reference; once per account and kind.
        data: the values of its words, as JSON.
        route, names: the page it leads to and what its address names.

    Returns how many accounts were named.
    """
    assert kind in _NOTICES, f"nobody registered the words of {kind}"
    # Addresses are kept in their plain form, whichever language somebody acts in.
    href = reverse(route, args=list(names), urlconf=settings.ROOT_URLCONF) if route else ""
    rows = [
        Notification(
            public_id=new_id("ntf"),
            account_id=account_id,
            kind=kind,
            key=key,
            data=dict(data or {}),
            href=href,
            made_at=at,
        )
        for account_id in sorted(set(account_ids))
    ]
    Notification.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    return len(rows)


def list_notifications(account_id: int) -> QuerySet[Notification]:
    """What an account was told, for its list."""
    return Notification.objects.filter(account_id=account_id)


def count_unread(account_id: int) -> int:
    """How many an account has not read, at most `COUNT_MAX`: one query, by index."""
    return Notification.objects.filter(account_id=account_id, read_at=None)[:COUNT_MAX].count()


def read_notification(*, public_id: str, account_id: int, at: datetime) -> Notification:
    """Mark one of an account's own as read; a second time changes nothing.

    Raises:
        NotFound: there is none, or it is another account's.
    """
    rows = Notification.objects.filter(public_id=public_id, account_id=account_id)
    rows.filter(read_at=None, made_at__lte=at).update(read_at=at)
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such page."))
    return found


def read_all(*, account_id: int, at: datetime) -> int:
    """Mark as read whatever an account was told up to a time; tell how many were new."""
    rows = Notification.objects.filter(account_id=account_id, read_at=None, made_at__lte=at)
    return rows.update(read_at=at)


def forget_old(*, at: datetime) -> int:
    """Drop what was read long ago and what is very old; tell how many."""
    old = Q(read_at__lt=at - READ_KEPT) | Q(made_at__lt=at - KEPT)
    return Notification.objects.filter(old).delete()[0]
