"""Traces to a collector, when the OTEL_* environment names one and the extra is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wavepool.site.logs import hide_in_text

try:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
except ModuleNotFoundError:  # wavepool[telemetry] is not installed
    OpenTelemetryMiddleware = None  # type: ignore[assignment, misc]

Application = Callable[..., Any]


class TelemetryMissing(RuntimeError):
    """The environment asks for traces, but the packages are not installed."""

    def __init__(self) -> None:
        super().__init__("OTEL_* asks for traces: needs wavepool[telemetry]")


def is_asked_for(environment: Mapping[str, str]) -> bool:
    """Whether the environment names a collector."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    names = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    return any(environment.get(name) for name in names)


def is_installed() -> bool:
    """Whether the packages that send traces are here."""
    return OpenTelemetryMiddleware is not None


def traced(application: Application, environment: Mapping[str, str]) -> Application:
    """Wrap a WSGI application in traces where the environment asks for them.

    Raises:
        TelemetryMissing: it asks, and `wavepool[telemetry]` is not installed.
    """
    if not is_asked_for(environment):
        return application
    if OpenTelemetryMiddleware is None:
        raise TelemetryMissing
    name = environment.get("OTEL_SERVICE_NAME", "wavepool")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    wrapped: Application = OpenTelemetryMiddleware(
        application, request_hook=hide_address, tracer_provider=provider
    )
    return wrapped


def hide_address(span: Any, environ: Mapping[str, Any]) -> None:
    """Take secrets out of the addresses that a span carries; queries are left out whole."""
    path = hide_in_text(str(environ.get("PATH_INFO", "")))
    for name in ("http.target", "url.path", "http.url", "url.full"):
        span.set_attribute(name, path)
    span.set_attribute("url.query", "")
