"""Commands that may be sent twice: one effect, one answer, the same bytes every time.

The key, a hash of the request and the answer are committed with the effect, in one
transaction. So a process killed anywhere has either done the command and remembers
its answer, or has done nothing and the same key may try again.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ClassVar, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from wavepool.plumbing import clock
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.models import AnsweredCommand
from wavepool.plumbing.requests import PlatformRequest

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")


class KeyMissing(PlatformError):
    """The command asks for a key and got none."""

    kind: ClassVar[str] = "idempotency.key_missing"
    status: ClassVar[int] = 400


class KeyMalformed(PlatformError):
    """A key is 1 to 255 visible ASCII characters."""

    kind: ClassVar[str] = "idempotency.key_malformed"
    status: ClassVar[int] = 400


class KeyReused(PlatformError):
    """The key belongs to a command with another body."""

    kind: ClassVar[str] = "idempotency.key_reused"
    status: ClassVar[int] = 422


class CommandInFlight(PlatformError):
    """The same command runs at this moment; its answer comes from asking again."""

    kind: ClassVar[str] = "idempotency.in_flight"
    status: ClassVar[int] = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command answered.

    Attributes:
        body: the bytes, the same for every replay.
        status: HTTP status.
        content_type: of the body.
        is_replay: whether it was remembered rather than done now.
    """

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    is_replay: bool = False

    def as_response(self) -> HttpResponse:
        """The answer for the web; a header says whether it is a replay."""
        response = HttpResponse(self.body, status=self.status, content_type=self.content_type)
        if self.is_replay:
            response[REPLAYED] = "true"
        return response

    def as_json(self) -> Any:
        """The body as the JSON that it is."""
        return json.loads(self.body)


def json_answer(value: object, *, status: int = 200) -> Answer:
    """An answer in JSON; keys in the given order, times in RFC 3339."""
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return Answer(body=text.encode(), status=status)


def once(
    *,
    key: str,
    scope: str,
    body: bytes | Mapping[str, Any],
    actor: Actor,
    at: datetime,
    run: Callable[[], Answer],
    keep: timedelta | None = None,
) -> Answer:
    """Run a command unless this actor has run it under this key, and remember its answer.

    A refusal (any error out of `run`) undoes everything and is not remembered, so
    the same key may try again once its cause is gone.

    Args:
        key: chosen by the caller, 1 to 255 visible ASCII characters.
        scope: what is commanded, e.g. "POST /api/v1/payouts"; keys of one scope only meet.
        body: the request, as bytes or as a mapping; another body under the key is refused.
        actor: who commands; keys of different accounts never meet.
        at: the time now.
        run: does the work in this transaction and gives the answer.
        keep: how long the answer is remembered; None, which money asks for, is for ever.

    Raises:
        KeyMalformed: the key is none.
        KeyReused: it was used with another body.
        CommandInFlight: the same command is being run right now.
    """
    assert actor.is_known, "what nobody asked for would be answered to anybody"
    if not _KEY.fullmatch(key):
        message = _("The idempotency key must be 1 to 255 visible ASCII characters.")
        raise KeyMalformed(message)
    row = AnsweredCommand(
        owner=f"account:{actor.account_id}" if actor.account_id else actor.name[:120],
        scope=scope,
        key=key,
        request_hash=_hash(body),
        created_at=at,
        expires_at=at + keep if keep else None,
    )
    # Most that come twice come late: what is committed is answered without any lock.
    known = _remembered(row)
    if known is not None:
        return _replay(known, asked=row)
    with transaction.atomic():
        _hold(f"{row.owner}\n{scope}\n{key}")
        known = _remembered(row)
        if known is not None:
            return _replay(known, asked=row)
        _mine(row).filter(expires_at__lte=at).delete()
        row.save(force_insert=True)
        answer = run()
        AnsweredCommand.objects.filter(pk=row.pk).update(
            status=answer.status, content_type=answer.content_type, body=answer.body
        )
    return answer


def idempotent(
    scope: str, *, keep: timedelta | None = None, now: Callable[[], datetime] = clock.now
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    """Make a handler of the API take an `Idempotency-Key` and answer through `once`.

    The handler's first argument is the request. It returns JSON, or `(status, JSON)`.

    Args:
        scope: what is commanded, e.g. "payouts.request".
        keep: as in `once`; money keeps the default.
        now: gives the time.
    """

    def wrap(handler: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @wraps(handler)
        def answer(request: PlatformRequest, *args: Any, **named: Any) -> HttpResponse:
            key = request.headers.get(HEADER)
            if key is None:
                raise KeyMissing(_("Send an Idempotency-Key header with this command."))

            def run() -> Answer:
                given = handler(request, *args, **named)
                status, value = given if isinstance(given, tuple) else (200, given)
                return json_answer(value, status=status)

            # The address is part of what was asked: it names the thing that is acted on.
            body = request.get_full_path().encode() + b"\n" + request.body
            return once(
                key=key, scope=scope, body=body, actor=request.actor, at=now(), run=run, keep=keep
            ).as_response()

        # Whoever reads the parameters' types meets classes, not names of another module.
        answer.__signature__ = inspect.signature(handler, eval_str=True)  # type: ignore[attr-defined]
        return answer

    return wrap


def forget_expired(*, at: datetime) -> int:
    """Forget answers that were not to be kept for ever; tell how many."""
    return AnsweredCommand.objects.filter(expires_at__lte=at).delete()[0]


def _hash(body: bytes | Mapping[str, Any]) -> str:
    if not isinstance(body, bytes):
        body = json.dumps(body, cls=DjangoJSONEncoder, sort_keys=True).encode()
    return hashlib.sha256(body).hexdigest()


def _hold(name: str) -> None:
    """Keep a second command of this name out until the transaction ends.

    SQLite has begun by taking its only write lock, so a second one waits there and
    then finds the answer. PostgreSQL lets us ask without waiting; its lock goes with
    the transaction, so with a killed process too.
    """
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise CommandInFlight(_("The same request is being worked on; try again shortly."))


def _mine(row: AnsweredCommand) -> QuerySet[AnsweredCommand]:
    return AnsweredCommand.objects.filter(owner=row.owner, scope=row.scope, key=row.key)


def _remembered(row: AnsweredCommand) -> AnsweredCommand | None:
    """What this command answered before, unless its time is over."""
    over = Q(expires_at__lte=row.created_at)
    return _mine(row).exclude(over & Q(expires_at__isnull=False)).first()


def _replay(known: AnsweredCommand, *, asked: AnsweredCommand) -> Answer:
    if known.request_hash != asked.request_hash:
        raise KeyReused(_("This idempotency key was used for another request."))
    assert known.body is not None, "an answer is committed with its command"
    assert known.status is not None
    return Answer(
        body=bytes(known.body),
        status=known.status,
        content_type=known.content_type,
        is_replay=True,
    )
