"""Scores of all creators for staff: by scene, tier and name."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.scores import queries
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def staff_scores(request: PlatformRequest, export: str) -> HttpResponseBase:
    """Every creator in every scene of the latest draft, or of the latest of one month."""
    months = queries.list_periods()
    asked = request.GET.get("month", "")
    draft = queries.find_draft(period=asked if asked in months else "")
    names = queries.scene_names(draft) if draft else {}
    page = read_list(
        request,
        queries.list_creator_scores(draft),
        columns=_columns(names),
        filters=_filters(names, months),
        sort="-value",
    )
    context: dict[str, Any] = {"draft": draft}
    if draft and not export:
        context["rows"] = [
            (names.get(scene_id, scene_id), each, queries.in_viewers(each.value_total))
            for scene_id, each in sorted(queries.list_scene_scores(draft).items())
        ]
    return respond(request, page, "scores/staff_scores.html", context, export=export)


def _columns(names: dict[str, str]) -> tuple[Column, ...]:
    tiers = dict(people.tier_choices())
    return (
        Column(
            name="creator",
            label=_("Creator"),
            value=lambda row: row.name or str(row.creator_id),
            href=lambda row: (
                reverse("people.staff.creator", args=[row.handle]) if row.handle else None
            ),
        ),
        Column(name="tier", label=_("Tier"), value=lambda row: tiers.get(row.tier, "")),
        Column(
            name="scene", label=_("Scene"), value=lambda row: names.get(row.scene_id, row.scene_id)
        ),
        Column(
            name="viewers",
            label=_("Viewers"),
            kind="number",
            value=lambda row: queries.in_viewers(row.viewers_micro),
        ),
        Column(
            name="value",
            label=_("Value"),
            kind="number",
            value=lambda row: queries.in_viewers(row.value),
            sort="value",
            hint=_("In full viewers. Payees are paid by their own value, over all their creators."),
        ),
        Column(
            name="shown",
            label=_("Shown rate"),
            kind="rate",
            value=lambda row: row.shown_ppm,
            hint=_("Mean rate per viewer, pulled to the scene's; ranks go by it, pay does not."),
        ),
        Column(
            name="rank",
            label=_("Rank"),
            kind="number",
            sort="rank",
            hint=_("Among all creators of the scene, by the shown rate."),
        ),
        Column(name="ranked", label=_("of"), kind="number"),
    )


def _filters(names: dict[str, str], months: list[str]) -> tuple[Filter, ...]:
    by_name = Filter(
        name="q",
        label=_("Name or handle begins with"),
        apply=lambda rows, text: (
            rows.filter(handle__startswith=text) | rows.filter(name__startswith=text)
        ),
    )
    if not names:
        return (by_name,)
    return (
        Filter(
            name="month",
            label=_("Month"),
            apply=lambda rows, _month: rows,
            choices=tuple(Choice(each, each) for each in months),
        ),
        Filter(
            name="scene",
            label=_("Scene"),
            apply=lambda rows, scene: rows.filter(scene_id=scene),
            choices=tuple(Choice(scene, label) for scene, label in names.items()),
        ),
        Filter(
            name="tier",
            label=_("Tier"),
            apply=lambda rows, tier: rows.filter(tier=tier),
            choices=tuple(Choice(value, label) for value, label in people.tier_choices()),
        ),
        by_name,
    )
