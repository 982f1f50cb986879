"""What staff do with a batch: each one step, then back to its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wavepool.domains.payouts import forms, operations
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff", read="finance", write="finance")
@require_POST
def ask_signature(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """Answer for the batch's content."""
    done = _("Asked. A second person of the team can sign it now.")
    return _seen(request, payout_batch, operations.ask_signature, forms.SeenForm, done=done)


@access("staff", read="finance", write="finance")
@require_POST
def sign(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """Sign as the second person."""
    done = _("Signed. The money is reserved and leaves now.")
    return _seen(request, payout_batch, operations.sign_batch, forms.SeenForm, done=done)


@access("staff", read="finance", write="finance")
@require_POST
def sign_alone(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """Sign as the only person."""
    done = _("Signed. The money is reserved and leaves now.")
    return _seen(request, payout_batch, operations.sign_alone, forms.SeenForm, done=done)


@access("staff", read="finance", write="finance")
@require_POST
def reject(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """Refuse to sign."""
    done = _("Rejected. It is a draft again, with your reason.")
    return _seen(request, payout_batch, operations.reject_batch, forms.RefusalForm, done=done)


@access("staff", read="finance", write="finance")
@require_POST
def cancel(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """Give a batch up."""
    done = _("Cancelled. What was reserved is free again.")
    return _seen(request, payout_batch, operations.cancel_batch, forms.ReasonForm, done=done)


@access("staff", read="finance", write="finance")
@require_POST
def leave_out(request: PlatformRequest, payout_batch: str, payout: str) -> HttpResponse:
    """Take a payout out of a batch."""
    done = _("Left out. What was signed is void; ask for the signature again.")
    return _seen(
        request, payout_batch, operations.leave_out, forms.ReasonForm, done=done, payout_id=payout
    )


@access("staff", read="finance", write="finance")
@require_POST
def retry(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """Draft a new batch of what did not arrive."""
    try:
        made = operations.retry_failed(
            batch_id=payout_batch, actor=request.actor, as_of=clock.now()
        )
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
        return redirect("payouts.batch", payout_batch)
    messages.success(request, _("Drafted. Look through it, then ask for the signature."))
    return redirect("payouts.batch", made.public_id)


@access("staff", read="finance", write="finance")
@require_POST
def release(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """Mark a batch as sent, so that its file can be taken to the bank."""
    done = _("Released. Take the file to the bank and bring its result file back.")
    return _do(request, payout_batch, operations.release_file, done=done)


@access("staff", read="finance", write="finance")
@require_POST
def take_result(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """Take a result file in, or refuse it whole."""
    form = forms.ResultForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the result file, then try again."))
        return redirect("payouts.batch", payout_batch)
    file = form.cleaned_data["file"]
    try:
        found = operations.take_result(
            batch_id=payout_batch,
            name=file.name,
            data=file.read(operations.RESULT_MAX + 1),
            actor=request.actor,
            as_of=clock.now(),
        )
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
        return redirect("payouts.batch", payout_batch)
    if found.is_taken:
        messages.success(request, _("Taken in. Its payouts are settled in a moment."))
    else:
        messages.error(request, _("Refused whole; nothing was posted. See what is wrong in it."))
    return redirect("payouts.result", found.public_id)


def _seen(
    request: PlatformRequest,
    batch_id: str,
    run: Callable[..., Any],
    form_class: type[Any],
    *,
    done: str | Promise,
    **more: Any,
) -> HttpResponse:
    form = form_class(request.POST)
    if not form.is_valid():
        messages.error(request, _("Look at the batch again, say why where asked, then decide."))
        return redirect("payouts.batch", batch_id)
    return _do(request, batch_id, run, done=done, **form.cleaned_data, **more)


def _do(
    request: PlatformRequest,
    batch_id: str,
    run: Callable[..., Any],
    *,
    done: str | Promise,
    **more: Any,
) -> HttpResponse:
    try:
        run(batch_id=batch_id, actor=request.actor, as_of=clock.now(), **more)
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(done))
    return redirect("payouts.batch", batch_id)
