"""What operators see: logs without secrets, health, figures, traces."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.conf import settings as site_settings
from django.db.utils import OperationalError
from django.test import Client

from wavepool.plumbing import clock, keys
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import JobSchedule
from wavepool.site import health, logs, telemetry
from wavepool.site.metrics import REGISTRY

CANARY = "canaryhunter2"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that the site's own handler writes."""
    sink = io.StringIO()
    config = logs.logging_config(level="DEBUG", is_json=True)
    config["handlers"]["stderr"]["stream"] = sink
    logging.config.dictConfig(config)
    yield sink
    logging.config.dictConfig(site_settings.LOGGING)


def lines(sink: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in sink.getvalue().splitlines()]


class TestALogLine:
    def test_is_json_with_the_id_of_its_request(self, db: None, written: io.StringIO) -> None:
        answer = Client().get("/")
        request = next(line for line in lines(written) if line["event"] == "request")
        assert request["request_id"] == answer["X-Request-Id"]
        assert (request["route"], request["method"], request["status"]) == ("home", "GET", 200)

    @pytest.mark.parametrize(
        "said",
        [
            {"password": CANARY},
            {"new_password1": CANARY},
            {"Authorization": f"Bearer {CANARY}"},
            {"cookies": {"sessionid": CANARY}},
            {"headers": {"Cookie": f"session={CANARY}"}},
            {"csrfmiddlewaretoken": CANARY},
            {"api_key": CANARY},
            {"client_secret": CANARY},
            {"otp": CANARY},
            {"fields": [{"token": CANARY}]},
            {"text": f"Authorization: Bearer {CANARY}"},
            {"text": f"password={CANARY}&next=/"},
            {"text": f'{{"password": "{CANARY}"}}'},
            {"path": f"/accounts/password/reset/key/1-{CANARY}/"},
            {"path": f"/accounts/confirm-email/{CANARY}/"},
            {"url": f"postgresql://wavepool:{CANARY}@db/wavepool"},
            {"url": f"https://example.com/?code={CANARY}"},
            {"text": f"the key wp_live_{CANARY} was refused"},
        ],
    )
    def test_holds_no_secret(self, written: io.StringIO, said: dict[str, Any]) -> None:
        structlog.get_logger("tests").warning("something happened", **said)
        logging.getLogger("tests").warning("something happened: %s", said)
        assert len(lines(written)) == 2
        assert CANARY not in written.getvalue()

    def test_holds_no_secret_of_a_traceback(self, written: io.StringIO) -> None:
        try:
            raise ValueError(f"password={CANARY}")
        except ValueError:
            logging.getLogger("tests").exception("it failed")
        assert "ValueError" in written.getvalue()
        assert CANARY not in written.getvalue()

    def test_holds_no_secret_of_any_way_in(self, world: Any, written: io.StringIO) -> None:
        """Sign-in, a reset link, a key and a cookie, each with a canary inside."""
        client = Client(raise_request_exception=False)
        client.cookies["session"] = f"s{CANARY}"
        client.post("/accounts/login/", {"login": "bao@example.com", "password": CANARY})
        client.get(f"/accounts/password/reset/key/1-{CANARY}/")
        client.get(f"/accounts/confirm-email/{CANARY}/")
        client.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer wp_live_{CANARY}")
        made = keys.make_key(
            account_id=world.bao.pk,
            name="sync",
            scopes=[],
            is_live=True,
            actor=MACHINE,
            at=clock.now(),
        )
        client.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {made.token}")
        client.get(f"/nothing?token={CANARY}")
        assert len(lines(written)) >= 6
        assert CANARY not in written.getvalue()
        assert made.token not in written.getvalue()


class TestSabotage:
    def test_without_hiding_the_canary_is_in_the_log(
        self, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(logs, "_hidden", lambda name, value: value)
        structlog.get_logger("tests").warning("something happened", password=CANARY)
        assert CANARY in written.getvalue()


class TestHealth:
    def test_is_alive_without_asking_the_store(
        self, db: None, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(0):
            answer = Client().get("/healthz")
        assert (answer.status_code, answer.content) == (200, b"ok")

    def test_is_ready_when_the_tables_are_up_to_date(self, db: None) -> None:
        answer = Client().get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "is_ready": True,
            "database": "ok",
            "migrations": "ok",
            "worker": "never seen",
        }

    def test_tells_of_a_worker_that_stopped(self, db: None) -> None:
        now = clock.now()
        JobSchedule.objects.create(name="a", next_at=now - timedelta(minutes=3))
        assert health.worker_state(at=now) == "late"
        JobSchedule.objects.update(next_at=now + timedelta(minutes=3))
        assert health.worker_state(at=now) == "ok"

    def test_is_not_ready_while_tables_are_behind(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "missing_migrations", lambda: ["people.0009_later"])
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.json()["migrations"]) == (503, "1 missing")

    def test_is_not_ready_while_the_store_is_away(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away() -> list[str]:
            raise OperationalError("connection refused: password=x")

        monkeypatch.setattr(health, "missing_migrations", away)
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
        assert b"password" not in answer.content


class TestFigures:
    def test_count_requests_by_route_and_not_by_address(self, world: Any) -> None:
        labels = {"route": "people.merchant", "method": "GET", "status": "302"}
        before = REGISTRY.get_sample_value("wavepool_requests_total", labels) or 0
        for slug in ("bao-tea", "no-such-shop"):
            Client().get(f"/merchant/{slug}/")
        assert REGISTRY.get_sample_value("wavepool_requests_total", labels) == before + 2
        text = Client().get("/metrics").content.decode()
        assert "wavepool_request_seconds_bucket" in text
        assert "bao-tea" not in text

    def test_are_for_the_inside(self, db: None, settings: Any) -> None:
        assert Client().get("/metrics", REMOTE_ADDR="8.8.8.8").status_code == 404
        settings.METRICS_TOKEN = "a token of the tests"
        assert Client().get("/metrics").status_code == 404
        answer = Client().get("/metrics", HTTP_AUTHORIZATION="Bearer a token of the tests")
        assert answer.status_code == 200


class TestTraces:
    def test_are_off_unless_asked_for(self) -> None:
        def application(environ: Any, start: Any) -> list[bytes]:
            return []

        assert telemetry.traced(application, {}) is application
        off = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}
        assert telemetry.traced(application, off) is application

    def test_carry_no_secret_of_an_address(self) -> None:
        told: dict[str, str] = {}

        class Span:
            set_attribute = staticmethod(told.__setitem__)

        environ = {"PATH_INFO": f"/accounts/password/reset/key/1-{CANARY}/", "QUERY_STRING": "a=b"}
        telemetry.hide_address(Span(), environ)
        assert CANARY not in str(told)
        assert told["url.query"] == ""

    def test_wrap_the_application_when_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[Any] = []
        monkeypatch.setattr(telemetry, "OTLPSpanExporter", lambda: None)
        monkeypatch.setattr(telemetry, "BatchSpanProcessor", seen.append)
        monkeypatch.setattr(telemetry.TracerProvider, "add_span_processor", lambda self, each: None)
        asked = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
        wrapped = telemetry.traced(lambda environ, start: [], asked)
        assert type(wrapped).__name__ == "OpenTelemetryMiddleware"
        assert seen == [None]
