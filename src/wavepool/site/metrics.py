"""Figures for Prometheus: requests by the name of their route, never by their address."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Final

import structlog
from django.db.models import Count
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from wavepool.plumbing.jobs import list_jobs

REGISTRY: Final = CollectorRegistry()
REQUESTS: Final = Counter(
    "wavepool_requests",
    "Requests answered.",
    ("route", "method", "status"),
    registry=REGISTRY,
)
SECONDS: Final = Histogram(
    "wavepool_request_seconds",
    "Seconds to answer a request.",
    ("route", "method"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_QUIET: Final = {"health.alive", "health.ready", "health.metrics"}

_log = structlog.get_logger(__name__)


class MetricsMiddleware:
    """Count and time every request, and log it in one line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - begun
        match = request.resolver_match
        route = (match.view_name or "unnamed") if match else "unmatched"
        method = request.method if request.method in _METHODS else "other"
        assert method is not None
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route, method).observe(seconds)
        if route not in _QUIET:
            _log.info(
                "request",
                route=route,
                method=method,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
                account=getattr(getattr(request, "actor", None), "account_id", None),
            )
        return response


def exposition() -> bytes:
    """All figures as Prometheus reads them, of every process where several share a folder."""
    now = CollectorRegistry()
    jobs = Gauge("wavepool_jobs", "Jobs by state.", ("state",), registry=now)
    for row in list_jobs().order_by().values("state").annotate(count=Count("pk")):
        jobs.labels(row["state"]).set(row["count"])
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry) + generate_latest(now)
