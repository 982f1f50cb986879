"""Why a creator has its level, and what the next one takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.plumbing import clock
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("studio")
@require_GET
def studio_level(request: PlatformRequest, handle: str) -> HttpResponse:  # noqa: ARG001
    """The level, its facts, the one before and the next."""
    now, creator_id = clock.now(), request.workspace.party_id
    assert creator_id is not None
    creator = people.get_creator_by_id(creator_id)
    rules, source = queries.level_rules(at=now), queries.find_source()
    facts = queries.NO_FACTS
    if source is not None:
        end = now.astimezone(source.zone).date() + timedelta(days=1)
        first = end - timedelta(days=rules.window_days)
        facts = queries.facts_of(source, [creator_id], first=first, end=end)[creator_id]
    reached = queries.level_reached(rules, facts)
    context = {
        "creator": creator,
        "rules": rules,
        "source": source,
        "facts": facts,
        "levels": [
            _row(each, facts, current=creator.level, reached=reached) for each in rules.levels
        ],
        "level_name": next(
            (each.name for each in rules.levels if each.number == creator.level), ""
        ),
        "next": _next(rules, facts, above=creator.level),
        "review": queries.find_review(creator_id, kind="level"),
        "tier_review": queries.find_review(creator_id, kind="tier"),
        "history": list(people.list_standings(creator_id)[:12]),
    }
    return render(request, "programmes/studio_level.html", context)


def _row(
    rule: queries.LevelRule, facts: queries.Facts, *, current: int, reached: int
) -> dict[str, Any]:
    return {
        "rule": rule,
        "is_current": rule.number == current,
        "is_reached": rule.number <= reached,
        **_missing(rule, facts),
    }


def _next(rules: queries.LevelRules, facts: queries.Facts, *, above: int) -> dict[str, Any] | None:
    rule = next((each for each in rules.levels if each.number > above), None)
    return None if rule is None else {"rule": rule, **_missing(rule, facts)}


def _missing(rule: queries.LevelRule, facts: queries.Facts) -> dict[str, int]:
    return {
        "missing_days": max(rule.effective_days - facts.effective_days, 0),
        "missing_minor": max(rule.received_minor - facts.sales_minor, 0),
    }
