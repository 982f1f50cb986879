"""Farmers of the demonstration: certified with their papers, or on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import operations
from wavepool.site.demo.stage import OPENED_AT, Stage

#: Counties with their codes; farmers come from them in turn.
_COUNTIES: Final = (
    ("532925", "弥渡", "Midu"),
    ("522629", "剑河", "Jianhe"),
    ("620122", "皋兰", "Gaolan"),
)
_ABOUT: Final = {
    "en": "Walnuts, honey and rice of our own fields.",
    "zh": "自家田里的核桃、蜂蜜和大米。",
}
_PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def join(stage: Stage) -> None:
    """Every farmer applies and is trained; all but the last are certified."""
    farmers = [
        (number, creator_id)
        for number, creator_id in sorted(stage.creators.items())
        if people.get_creator_by_id(creator_id).kind == "farmer"
    ]
    for place, (number, creator_id) in enumerate(farmers):
        is_last = place == len(farmers) - 1 and place > 0
        _join(stage, number, creator_id, place, is_certified=not is_last)


def _join(stage: Stage, number: int, creator_id: int, place: int, *, is_certified: bool) -> None:
    at = OPENED_AT + timedelta(days=4)
    code, name_zh, name_en = _COUNTIES[place % len(_COUNTIES)]
    county: dict[str, Any] = {
        "county_code": code,
        "county_name": name_zh if stage.lang == "zh" else name_en,
    }
    by: dict[str, Any] = {
        "creator_id": creator_id,
        "actor": stage.owners["creator", number],
        "as_of": at,
    }
    anchor = operations.apply_village(about=_ABOUT[stage.lang], **county, **by)
    team: dict[str, Any] = {"actor": stage.staff, "as_of": at + timedelta(days=2)}
    operations.accept_application(public_id=anchor.public_id, **team)
    training = operations.hand_in_training(
        course="broadcast",
        passed_date=(at - timedelta(days=9)).date(),
        document=_paper("training.pdf"),
        **by,
    )
    operations.confirm_proof(public_id=training.public_id, **team)
    goods = sorted(stage.items.values())[place % len(stage.items)]
    origin = operations.hand_in_origin(goods=goods, document=_paper("origin.pdf"), **county, **by)
    if is_certified:
        operations.confirm_proof(public_id=origin.public_id, **team)
        operations.certify(public_id=anchor.public_id, **team)


def _paper(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, _PDF, content_type="application/pdf")
