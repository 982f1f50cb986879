"""What the village cohort puts into a household: an application with a training and an origin."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from wavepool.domains.people.models import Creator
from wavepool.domains.programmes import operations

if TYPE_CHECKING:
    from worlds.tenants import Household

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def furnish(house: Household, word: str) -> None:
    """Let the household's creator, a farmer, apply and hand both papers in."""
    creator_id = house.party_ids["creator"]
    kind = Creator.objects.get(pk=creator_id).kind
    Creator.objects.filter(pk=creator_id).update(kind="farmer")
    by: dict[str, Any] = {
        "creator_id": creator_id,
        "actor": house.actor("creator"),
        "as_of": AT,
    }
    county = {"county_code": "532925", "county_name": f"{house.mark} county"}
    anchor = operations.apply_village(about=f"{house.mark} grows walnuts.", **county, **by)
    training = operations.hand_in_training(
        course="rules", passed_date=date(2026, 9, 1), document=_paper(word), **by
    )
    operations.hand_in_origin(goods=house.values["shop"], document=_paper(word), **county, **by)
    Creator.objects.filter(pk=creator_id).update(kind=kind)
    house.values |= {"village": anchor.public_id, "proof": training.public_id}


def _paper(word: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{word}.pdf", _PDF, content_type="application/pdf")
