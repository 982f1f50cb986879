"""A creator's own pieces: what each is worth, and by which factors."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.scores import queries
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_FACTORS: Final = (
    ("originality_ppm", _("Originality"), _("How much of it is its own.")),
    ("completeness_ppm", _("Completeness"), _("How much of what its form asks for is there.")),
    ("media_quality_ppm", _("Media"), _("Pictures, sound and length.")),
    ("review_ppm", _("Review"), _("The grade that reviewers gave.")),
    ("ai_share_ppm", _("Made by AI"), _("A larger part lowers the factor.")),
)


@access("studio", read="finance")
def studio_scores(request: PlatformRequest, handle: str, export: str) -> HttpResponseBase:
    """Every piece with its value of the latest draft, and the factors behind it."""
    draft = queries.find_draft()
    creator_id = request.workspace.party_id
    names = queries.scene_names(draft) if draft else {}
    page = read_list(
        request,
        queries.list_pieces_of_creator(draft, creator_id),
        columns=_columns(names, handle=handle),
        filters=_filters(names),
        sort="-value",
    )
    context: dict[str, Any] = {"draft": draft}
    if not export and draft is not None:
        payee = people.find_payee(party="creator", party_id=creator_id, at=clock.now())
        found = queries.slots_of_payee(draft, payee.pk) if payee else []
        context |= {"slots": found, "peers_min": queries.PEERS_MIN}
    return respond(request, page, "scores/studio_scores.html", context, export=export)


def _columns(names: dict[str, str], *, handle: str) -> tuple[Column, ...]:
    return (
        Column(
            name="piece",
            label=_("Piece"),
            value=lambda row: row.title or row.piece or _("Piece without a title"),
            href=lambda row: (
                reverse("content.studio_piece", args=[handle, row.piece]) if row.piece else None
            ),
        ),
        Column(
            name="scene", label=_("Scene"), value=lambda row: names.get(row.scene_id, row.scene_id)
        ),
        Column(
            name="viewers",
            label=_("Viewers"),
            kind="number",
            value=lambda row: queries.in_viewers(row.viewers_micro),
            sort="viewers_micro",
            hint=_("Full viewers: what everybody's attention adds up to."),
        ),
        Column(
            name="value",
            label=_("Value"),
            kind="number",
            value=lambda row: queries.in_viewers(row.value),
            sort="value",
            hint=_("The mean of quality, experience and commerce, in full viewers."),
        ),
        Column(
            name="gained",
            label=_("Last day"),
            kind="number",
            value=lambda row: None if row.gained is None else queries.in_viewers(row.gained),
            hint=_("What the last day added: today's draft less that of the day before."),
        ),
        Column(
            name="factor",
            label=_("Factor"),
            kind="rate",
            value=lambda row: row.factor_ppm,
            hint=_("Originality, completeness, media and review multiplied, less the part of AI."),
        ),
        *(
            Column(name=name.removesuffix("_ppm"), label=label, kind="rate", hint=hint,
                   value=_reader(name))
            for name, label, hint in _FACTORS
        ),
    )  # fmt: skip


def _reader(name: str) -> Any:
    return lambda row: getattr(row, name)


def _filters(names: dict[str, str]) -> tuple[Filter, ...]:
    if not names:
        return ()
    choices = tuple(Choice(scene, label) for scene, label in names.items())
    return (
        Filter(
            name="scene",
            label=_("Scene"),
            apply=lambda rows, scene: rows.filter(scene_id=scene),
            choices=choices,
        ),
    )
