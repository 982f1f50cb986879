"""A farmer on the way to the certificate: application, papers, and the person who confirms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from wavepool.domains.programmes import operations
from wavepool.domains.programmes.models import OriginEvidence, Training, VillageAnchor

AT = datetime(2026, 9, 10, 9, tzinfo=UTC)
VILLAGE = "/studio/ada/village/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")


def apply(world: Any, at: datetime = AT, *, county: str = "532925") -> VillageAnchor:
    return operations.apply_village(
        creator_id=world.creator.pk,
        county_code=county,
        county_name="Midu",
        about="Walnuts of our own trees.",
        actor=world.actor("ada"),
        as_of=at,
    )


def train(world: Any) -> Training:
    return operations.hand_in_training(
        creator_id=world.creator.pk,
        course="broadcast",
        passed_date=date(2026, 9, 1),
        document=paper(),
        actor=world.actor("ada"),
        as_of=AT,
    )


def prove(world: Any) -> OriginEvidence:
    return operations.hand_in_origin(
        creator_id=world.creator.pk,
        goods=world.shop.slug,
        county_code="532925",
        county_name="Midu",
        document=paper(),
        actor=world.actor("ada"),
        as_of=AT,
    )


def certified(world: Any) -> VillageAnchor:
    """The whole way: applied, accepted, both papers confirmed, certified."""
    found = apply(world)
    by: dict[str, Any] = {"actor": world.actor("eve"), "as_of": AT}
    operations.accept_application(public_id=found.public_id, **by)
    for each in (train(world), prove(world)):
        operations.confirm_proof(public_id=each.public_id, **by)
    return operations.certify(public_id=found.public_id, **by)
