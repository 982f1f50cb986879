"""What the world sends: clicks on tracked links, signs of watching, webhooks of other systems."""

from __future__ import annotations

from typing import Final

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.events import operations, queries
from wavepool.plumbing import clock, visitors
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_BODY_MAX: Final = 16 << 10
#: What a page may say of its viewer.
_SAYABLE: Final = frozenset(
    {
        "Content Viewed",
        "Content Watched",
        "Content Shared",
        "Content Disliked",
        "Content Saved",
        "Live Room Joined",
        "Live Room Left",
        "Live Product Clicked",
        "Product Viewed",
        "Product Clicked",
    }
)


class _Said(msgspec.Struct):
    """What a page of ours says: its signed word, what happened, an id of its own for it."""

    word: str
    name: str
    id: str
    item: str | None = None


@access("public")
@require_GET
@never_cache
def go(request: PlatformRequest, link_code: str) -> HttpResponse:
    """Follow a tracked link: the click is durable before anybody is led on."""
    link = queries.follow_link(link_code)
    at = clock.now()
    visitor = visitors.visitor_of(request)
    operations.record(
        [
            operations.OwnEvent(
                name="Link Followed",
                message_id=f"go:{request.request_id}",
                account_id=request.actor.account_id,
                anonymous_id=visitor,
                properties={
                    "link_id": link.pk,
                    "piece_id": link.piece_id,
                    **({"item_id": link.item_id} if link.item_id else {}),
                },
            )
        ],
        as_of=at,
    )
    response = redirect(queries.target_of(link, at=at))
    visitors.remember_link(response, link_code)
    return response


@access("public")
@csrf_exempt
@require_POST
@never_cache
def say(request: PlatformRequest) -> HttpResponse:
    """Take what a page of ours says of its viewer; who and what stands in its signed word.

    This is the edge's door for our own pages: they may connect to their own origin only, so
    the site takes them in itself, by the same log. The signed word is the right to speak, so
    no other token is asked for.
    """
    at = clock.now()
    try:
        said = msgspec.json.decode(request.body[: _BODY_MAX + 1], type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return JsonResponse({"code": "bad_json"}, status=400)
    word = queries.read_page(said.word, at=at)
    if word is None:
        return JsonResponse({"code": "unknown_word"}, status=403)
    if said.name not in _SAYABLE or not 0 < len(said.id) <= 40:
        return JsonResponse({"code": "not_sayable"}, status=400)
    properties = {
        "piece_id": word.piece,
        "watch_id": word.watch,
        "session_id": word.session,
        "slot": word.slot,
        "link_id": word.link,
        "item_id": said.item,
    }
    try:
        operations.record(
            [
                operations.OwnEvent(
                    name=said.name,
                    message_id=f"{word.watch}:{said.id}",
                    account_id=word.account,
                    anonymous_id=word.visitor,
                    properties={key: value for key, value in properties.items() if value},
                )
            ],
            as_of=at,
        )
    except operations.CaptureBusy:
        answer = JsonResponse({"code": "busy"}, status=503)
        answer["Retry-After"] = "5"
        return answer
    return HttpResponse(status=204)


@access("public")
@csrf_exempt
@require_POST
def hook(request: HttpRequest, connector: str, endpoint: str) -> HttpResponseBase:
    """Take a webhook in: proved, kept as it came, understood later."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > operations.BODY_MAX:
        return JsonResponse({"code": "too_large"}, status=413)
    try:
        is_new = operations.receive_hook(
            connector=connector,
            endpoint=endpoint,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.body,
            as_of=clock.now(),
        )
    except PlatformError as error:
        return JsonResponse(
            {"code": error.kind, "message": str(error.message)}, status=error.status
        )
    return JsonResponse({"success": True, "new": is_new}, status=202 if is_new else 200)
