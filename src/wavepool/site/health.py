"""Whether the site lives, whether it can serve, and its figures."""

from __future__ import annotations

import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import JobSchedule
from wavepool.plumbing.routes import access
from wavepool.plumbing.throttles import client_address
from wavepool.site.metrics import exposition

#: A worker ticks every second; a slot this overdue means that none does.
WORKER_LATE: Final = timedelta(minutes=2)


@access("operations")
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else, so a slow store restarts nothing."""
    return HttpResponse("ok", content_type="text/plain")


@access("operations")
def ready(_request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: the store answers and its tables are up to date.

    A missing worker is told but does not take the site out of service: pages
    still work, long work waits.
    """
    state = readiness(at=clock.now())
    return JsonResponse(state, status=200 if state["is_ready"] else 503)


@access("operations")
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for the inside: this machine's networks, or the token."""
    if not _is_inside(request):
        raise NotFound("")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def readiness(*, at: datetime) -> dict[str, Any]:
    """Each thing that serving depends on, and what it says."""
    try:
        missing = missing_migrations()
        worker = worker_state(at=at)
    except DatabaseError:
        return {"is_ready": False, "database": "unreachable"}
    return {
        "is_ready": not missing,
        "database": "ok",
        "migrations": f"{len(missing)} missing" if missing else "ok",
        "worker": worker,
    }


def missing_migrations() -> list[str]:
    """Migrations that the store has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def worker_state(*, at: datetime) -> str:
    """Whether a worker keeps the schedule: "ok", "late", or "never seen"."""
    first = JobSchedule.objects.order_by("next_at").first()
    if first is None:
        return "never seen"
    return "late" if first.next_at < at - WORKER_LATE else "ok"


def _is_inside(request: HttpRequest) -> bool:
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if token:
        return hmac.compare_digest(said.encode(), token.encode())
    try:
        return ipaddress.ip_network(client_address(request)).is_private
    except ValueError:
        return False
