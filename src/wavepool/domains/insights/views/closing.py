"""The close of a month as staff see it: every step, whose it is, and what blocks it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from wavepool.domains.insights import queries
from wavepool.plumbing import clock
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff", read="finance")
def month_close(request: PlatformRequest) -> HttpResponse:
    """The checklist of a month; without one asked for, of the earliest that is not done."""
    months = queries.months_to_close()
    asked = request.GET.get("period", "")
    month = asked if asked in months else queries.next_to_close()
    context: dict[str, Any] = {"months": months, "month": month}
    if month:
        found = queries.checklist_of(month, at=clock.now())
        context |= {
            "checklist": found,
            "groups": [
                (title, [step for step in found.steps if step.group == group])
                for group, title in queries.GROUPS.items()
            ],
            "adjusting": queries.adjusting_period(month),
        }
    return render(request, "insights/month_close.html", context)
