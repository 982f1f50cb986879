"""Pictures of a merchant's goods: added, described, moved, removed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from wavepool.domains.catalog import forms, operations, queries
from wavepool.domains.catalog.views.goods import item_page
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("merchant")
@require_POST
def add_image(request: PlatformRequest, shop: str, item: str) -> HttpResponse:
    """Add a picture; what the gate does not take comes back with the reason."""
    found = queries.access_item(item, shop_id=request.workspace.party_id)
    form = forms.ImageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            operations.add_image(
                public_id=item,
                shop_id=found.shop_id,
                file=form.cleaned_data["file"],
                alt=form.cleaned_data["alt"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except NotFound:
            raise
        except PlatformError as error:
            field = (error.pointer or "/file").removeprefix("/")
            form.add_error(field, str(error.message))
        else:
            return _pictures(shop, item)
    context = {"shop": shop, **item_page(request, found), "new_image": form}
    return render(request, "catalog/item.html", context, status=422)


@access("merchant")
@require_POST
def describe_image(request: PlatformRequest, shop: str, item: str, image: str) -> HttpResponse:
    """Say what a picture shows."""
    found = queries.access_item(item, shop_id=request.workspace.party_id)
    form = forms.AltForm(request.POST)
    said = form.cleaned_data["alt"] if form.is_valid() else form["alt"].value() or ""
    operations.describe_image(
        file=image,
        public_id=item,
        shop_id=found.shop_id,
        alt=said[:160],
        actor=request.actor,
        as_of=clock.now(),
    )
    return _pictures(shop, item)


@access("merchant")
@require_POST
def move_image(
    request: PlatformRequest, shop: str, item: str, image: str, places: int
) -> HttpResponse:
    """Show a picture one place earlier or later."""
    operations.move_image(
        file=image,
        public_id=item,
        shop_id=request.workspace.party_id,
        places=places,
        actor=request.actor,
        as_of=clock.now(),
    )
    return _pictures(shop, item)


@access("merchant")
@require_POST
def remove_image(request: PlatformRequest, shop: str, item: str, image: str) -> HttpResponse:
    """Take a picture away."""
    operations.remove_image(
        file=image,
        public_id=item,
        shop_id=request.workspace.party_id,
        actor=request.actor,
        as_of=clock.now(),
    )
    return _pictures(shop, item)


def _pictures(shop: str, item: str) -> HttpResponse:
    return redirect(reverse("catalog.item", args=[shop, item]) + "#pictures")
