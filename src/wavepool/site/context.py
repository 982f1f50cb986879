"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from wavepool.site.navigation import navigation_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """The workspace, its navigation, and whether this is a demonstration."""
    workspace = getattr(request, "workspace", None)
    return {
        "is_demo": settings.IS_DEMO,
        "workspace": workspace,
        "navigation": navigation_of(workspace, path=request.path) if workspace else (),
    }
