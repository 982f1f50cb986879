"""Making, finding, rotating and revoking keys."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.keys.scopes import scopes as known_scopes
from wavepool.plumbing.keys.token import draw_token, is_well_formed, token_digests
from wavepool.plumbing.models import ApiKey

_HINT_CHARS: Final = 14
_USE_NOTED_EVERY: Final = timedelta(minutes=1)
#: Nobody wants a key that outlives those who remember it.
LONGEST_TERM: Final = timedelta(days=366)


class KeyMissing(NotFound):
    """There is no such key of this account."""

    kind = "keys.key_missing"


class ScopeUnknown(PlatformError):
    """A key was asked to carry a right that the API does not have."""

    kind = "keys.scope_unknown"
    status = 422

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(
            _("There is no right called %(names)s.") % {"names": ", ".join(sorted(names))},
            pointer="/scopes",
        )
        self.names = tuple(sorted(names))


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: its row, and the text that is shown this once."""

    row: ApiKey
    token: str


def make_key(
    *,
    account_id: int,
    name: str,
    scopes: Collection[str],
    is_live: bool,
    actor: Actor,
    at: datetime,
    expires_at: datetime | None = None,
    party: tuple[str, int] | None = None,
) -> NewKey:
    """Make a key for an account, confined to scopes, a term and perhaps one workspace.

    Raises:
        ScopeUnknown: a scope that nobody declared.
    """
    unknown = set(scopes) - set(known_scopes())
    if unknown:
        raise ScopeUnknown(unknown)
    longest = at + LONGEST_TERM
    kind, party_id = party or ("", None)
    token = draw_token(is_live=is_live)
    with transaction.atomic():
        row = ApiKey.objects.create(
            public_id=ids.new_id("key"),
            digest=token_digests(token)[0],
            hint=token[:_HINT_CHARS],
            name=name,
            account_id=account_id,
            party_kind=kind,
            party_id=party_id,
            scopes=sorted(scopes),
            is_live=is_live,
            created_at=at,
            expires_at=min(expires_at or longest, longest),
        )
        _record("keys.key_made", row, actor=actor, at=at, scopes=sorted(scopes))
    return NewKey(row, token)


def rotate_key(
    *, public_id: str, account_id: int, overlap: timedelta, actor: Actor, at: datetime
) -> NewKey:
    """Make the successor of a key; the old one works until the overlap is over.

    Raises:
        KeyMissing: the account has no such key, or it opens nothing any more.
    """
    with transaction.atomic():
        old = _own(account_id).select_for_update().filter(public_id=public_id).first()
        if old is None or not old.is_open(at):
            raise KeyMissing(_("There is no such key."))
        token = draw_token(is_live=old.is_live)
        term = old.expires_at - old.created_at if old.expires_at else LONGEST_TERM
        row = ApiKey.objects.create(
            public_id=ids.new_id("key"),
            digest=token_digests(token)[0],
            hint=token[:_HINT_CHARS],
            name=old.name,
            account_id=old.account_id,
            party_kind=old.party_kind,
            party_id=old.party_id,
            scopes=old.scopes,
            is_live=old.is_live,
            created_at=at,
            expires_at=at + term,
            replaces_id=old.pk,
        )
        ends = at + overlap
        _own(account_id).filter(pk=old.pk).filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=ends)
        ).update(expires_at=ends)
        _record("keys.key_rotated", row, actor=actor, at=at, replaces=old.public_id)
    return NewKey(row, token)


def revoke_key(*, public_id: str, account_id: int, actor: Actor, at: datetime) -> ApiKey:
    """Close a key at once; a second time changes nothing.

    Raises:
        KeyMissing: the account has no such key.
    """
    with transaction.atomic():
        closed = _own(account_id).filter(public_id=public_id, revoked_at=None).update(revoked_at=at)
        row = _own(account_id).filter(public_id=public_id).first()
        if row is None:
            raise KeyMissing(_("There is no such key."))
        if closed:
            _record("keys.key_revoked", row, actor=actor, at=at)
    return row


def find_open_key(token: str, *, at: datetime) -> ApiKey | None:
    """The key behind a text, if it opens doors now."""
    if not is_well_formed(token):
        return None
    row = ApiKey.objects.filter(digest__in=token_digests(token)).first()
    return row if row is not None and row.is_open(at) else None


def list_keys(account_id: int) -> QuerySet[ApiKey]:
    """Every key of an account, the newest first."""
    return _own(account_id).order_by("-created_at", "-pk")


def note_use(row: ApiKey, *, at: datetime) -> None:
    """Remember that a key was used, to the minute: a busy key writes once a minute."""
    if row.last_used_at is None or at - row.last_used_at >= _USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=at)


def _own(account_id: int) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(account_id=account_id)


def _record(kind: str, row: ApiKey, *, actor: Actor, at: datetime, **data: Any) -> None:
    facts = {"account": row.account_id, "hint": row.hint, "name": row.name, **data}
    audit.record(kind=kind, subject=row.public_id, actor=actor, at=at, data=facts)
