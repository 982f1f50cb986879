"""Writes of pictures: through the upload gate, in an order, each with what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Item, ItemImage
from wavepool.domains.catalog.operations.items import lock_item
from wavepool.domains.catalog.operations.texts import clean_text
from wavepool.plumbing import audit, uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

IMAGES_MAX: Final = 12
_ALT_MAX: Final = 160


class TooManyImages(PlatformError):
    """An item shows no more pictures than that."""

    kind = "catalog.too_many_images"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        message = _("An item has at most %(most)s pictures; remove one first.")
        super().__init__(message % {"most": IMAGES_MAX}, pointer="/file")


def add_image(
    *,
    public_id: str,
    shop_id: int,
    file: UploadedFile[Any],
    alt: str,
    actor: Actor,
    as_of: datetime,
) -> ItemImage:
    """Put a picture behind the others of an item; everybody may see it.

    Raises:
        BadText: what it shows is said in too many words.
        NotFound: there is no such item of this shop.
        TooManyImages: the item has as many as it may have.
        UploadRefused: the gate does not take the file.
    """
    alt = _clean_alt(alt)
    _refuse_more(queries.list_images(queries.access_item(public_id, shop_id=shop_id)))
    # A picture is written anew by a process of its own, so no transaction waits for it.
    upload = uploads.accept(
        file, kinds={"image"}, actor=actor, at=as_of, party=("shop", shop_id), is_public=True
    )
    try:
        with transaction.atomic():
            item = lock_item(public_id, shop_id=shop_id)
            images = queries.list_images(item)
            _refuse_more(images)
            image = ItemImage.objects.create(
                item=item,
                file=upload.public_id,
                width=upload.width or 1,
                height=upload.height or 1,
                alt=alt,
                position=len(images),
            )
            _keep(item, [*images, image], actor=actor, at=as_of, kind="image_added")
            return image
    except PlatformError:
        uploads.drop(upload.public_id)
        raise


def describe_image(
    *, file: str, public_id: str, shop_id: int, alt: str, actor: Actor, as_of: datetime
) -> None:
    """Say what a picture shows, for those who do not see it.

    Raises:
        BadText: too many words.
        NotFound: the shop has no such item, or the item no such picture.
    """
    alt = _clean_alt(alt)
    with transaction.atomic():
        item, images, place = _find(file, public_id=public_id, shop_id=shop_id)
        images[place].alt = alt
        _keep(item, images, actor=actor, at=as_of, kind="image_described")


def move_image(
    *, file: str, public_id: str, shop_id: int, places: int, actor: Actor, as_of: datetime
) -> None:
    """Show a picture earlier (below zero) or later among the others of its item.

    Raises:
        NotFound: the shop has no such item, or the item no such picture.
    """
    with transaction.atomic():
        item, images, place = _find(file, public_id=public_id, shop_id=shop_id)
        image = images.pop(place)
        images.insert(max(0, place + places), image)
        _keep(item, images, actor=actor, at=as_of, kind="image_moved")


def remove_image(*, file: str, public_id: str, shop_id: int, actor: Actor, as_of: datetime) -> None:
    """Take a picture away, from the item and from the store.

    Raises:
        NotFound: the shop has no such item, or the item no such picture.
    """
    with transaction.atomic():
        item, images, place = _find(file, public_id=public_id, shop_id=shop_id)
        images.pop(place).delete()
        uploads.drop(file)
        _keep(item, images, actor=actor, at=as_of, kind="image_removed")


def _find(file: str, *, public_id: str, shop_id: int) -> tuple[Item, list[ItemImage], int]:
    item = lock_item(public_id, shop_id=shop_id)
    images = queries.list_images(item)
    for place, image in enumerate(images):
        if image.file == file:
            return item, images, place
    raise NotFound(_("There is no such picture."))


def _keep(
    item: Item, images: Sequence[ItemImage], *, actor: Actor, at: datetime, kind: str
) -> None:
    """Write the pictures in this order, and the first of them beside the item."""
    for position, image in enumerate(images):
        image.position = position
    ItemImage.objects.bulk_update(images, ["position", "alt"])
    first = images[0] if images else None
    item.cover, item.cover_alt = (first.file, first.alt) if first else ("", "")
    item.save(update_fields=["cover", "cover_alt"])
    files = [image.file for image in images]
    audit.record(
        kind=f"catalog.{kind}", subject=item.public_id, actor=actor, at=at, data={"files": files}
    )


def _refuse_more(images: Sequence[ItemImage]) -> None:
    if len(images) >= IMAGES_MAX:
        raise TooManyImages


def _clean_alt(alt: str) -> str:
    return clean_text(" ".join(alt.split()), field="alt", length=_ALT_MAX)
