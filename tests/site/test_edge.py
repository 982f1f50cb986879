"""The edge as its callers meet it: a real process on loopback."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rudderstack.analytics.client
import segment.analytics.client

from worlds.edges import (
    SOURCE_ID,
    TOKEN,
    RunningEdge,
    logged,
    message_ids,
    running_edge,
    write_snapshot,
)


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    """One edge for every request that it survives."""
    with running_edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


def code_of(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer[0], json.loads(answer[2])["code"]


class TestSdk:
    def test_of_segment_is_taken_unmodified(self, edge: RunningEdge) -> None:
        client = segment.analytics.client.Client(TOKEN, host=edge.url, gzip=True)
        client.track("u1", "Product Viewed", {"item_id": "itm_1"}, message_id="seg-track")
        client.page("u1", "docs", "Start", message_id="seg-page")
        client.identify("u1", {"plan": "free"}, message_id="seg-identify")
        client.flush()
        client.join()
        assert {"seg-track", "seg-page", "seg-identify"} <= set(message_ids(edge.data))

    def test_of_rudderstack_is_taken_unmodified(self, edge: RunningEdge) -> None:
        client = rudderstack.analytics.client.Client(TOKEN, host=edge.url, gzip=True)
        client.track("u2", "Content Viewed", {"piece_id": "pc_1"}, message_id="rud-track")
        client.alias("old", "u2", message_id="rud-alias")
        client.group("u2", "family", message_id="rud-group")
        client.screen("u2", "Live", message_id="rud-screen")
        client.flush()
        client.join()
        wanted = {"rud-track", "rud-alias", "rud-group", "rud-screen"}
        assert wanted <= set(message_ids(edge.data))


class TestARequest:
    @pytest.mark.parametrize("kind", ["track", "identify", "page", "screen", "group", "alias"])
    def test_of_each_kind_is_kept_byte_by_byte(self, edge: RunningEdge, kind: str) -> None:
        body = f'{{ "messageId":"one-{kind}",  "userId":"é" }}'.encode()
        assert edge.send(f"/ingest/v1/{kind}", body)[0] == 200
        record = next(each for each in logged(edge.data) if each.payload == body)
        assert record.source == SOURCE_ID
        assert abs(record.received_ms / 1_000 - time.time()) < 60

    def test_may_carry_its_key_in_the_body(self, edge: RunningEdge) -> None:
        body = {"writeKey": TOKEN, "batch": [{"messageId": "inner-key"}]}
        assert edge.send("/v1/batch", body, token=None)[0] == 200
        assert "inner-key" in message_ids(edge.data)

    @pytest.mark.parametrize("token", ["wk_unknown", None])
    def test_without_a_known_key_is_refused(self, edge: RunningEdge, token: str | None) -> None:
        body = {"batch": [{"messageId": "stranger"}]}
        answer = edge.send("/v1/batch", body, token=token)
        assert code_of(answer) == (401, "unknown_key")
        assert "stranger" not in message_ids(edge.data)

    @pytest.mark.parametrize(
        ("path", "body", "headers", "refusal"),
        [
            ("/v1/batch", b"{", {}, (400, "bad_json")),
            ("/v1/batch", b"[]", {}, (400, "bad_json")),
            ("/v1/batch", b'{"batch":{}}', {}, (400, "bad_json")),
            ("/v1/track", b'"text"', {}, (400, "bad_json")),
            ("/v1/track", b'{"a":' * 33 + b"1" + b"}" * 33, {}, (400, "too_deep")),
            ("/v1/batch", b'{"batch":[' + b"[" * 90_000, {}, (400, "too_deep")),
            ("/v1/track", b'{"a":"' + b"x" * 32_768 + b'"}', {}, (413, "event_too_large")),
            ("/v1/batch", b" " * 512_001, {}, (413, "too_large")),
            ("/v1/batch", b"no gzip", {"Content-Encoding": "gzip"}, (400, "bad_gzip")),
            ("/v1/batch", b"{}", {"Content-Encoding": "br"}, (415, "unknown_encoding")),
            ("/v1/nothing", b"{}", {}, (404, "no_such_address")),
        ],
    )
    def test_that_is_wrong_is_told_why(
        self,
        edge: RunningEdge,
        path: str,
        body: bytes,
        headers: dict[str, str],
        refusal: tuple[int, str],
    ) -> None:
        assert code_of(edge.send(path, body, headers=headers)) == refusal

    def test_that_unpacks_to_too_much_is_refused(self, edge: RunningEdge) -> None:
        bomb = gzip.compress(b" " * 50_000_000)
        answer = edge.send("/v1/batch", bomb, headers={"Content-Encoding": "gzip"})
        assert code_of(answer) == (413, "too_large")

    def test_with_a_cut_gzip_is_refused(self, edge: RunningEdge) -> None:
        packed = gzip.compress(b'{"batch":[]}')[:-4]
        answer = edge.send("/v1/batch", packed, headers={"Content-Encoding": "gzip"})
        assert code_of(answer) == (400, "bad_gzip")

    def test_by_get_is_refused(self, edge: RunningEdge) -> None:
        assert code_of(edge.send("/v1/batch", b"", method="GET")) == (405, "post_only")


class TestAnEndlessBody:
    def test_is_cut_and_the_edge_goes_on(self, edge: RunningEdge) -> None:
        with socket.create_connection(("127.0.0.1", edge.port), timeout=20) as line:
            head = "POST /v1/batch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            line.sendall(head.encode())
            sent, chunk = 0, b"10000\r\n" + b" " * 65_536 + b"\r\n"
            with pytest.raises(OSError):  # noqa: PT011, PT012 - reset or broken pipe, as the system likes
                while sent < 2 << 30:
                    line.sendall(chunk)
                    sent += 65_536
        assert sent < 64 << 20
        assert edge.send("/v1/batch", {"batch": []})[0] == 200


class TestASlowBody:
    def test_is_refused_and_leaves_nothing_held(self, tmp_path: Path) -> None:
        with running_edge(tmp_path, body_seconds=1) as slow:
            connection = http.client.HTTPConnection("127.0.0.1", slow.port, timeout=20)
            connection.putrequest("POST", "/v1/batch")
            connection.putheader("Content-Length", "100")
            connection.endheaders(b'{"batch"')
            answer = connection.getresponse()
            assert (answer.status, json.loads(answer.read())["code"]) == (408, "too_slow")
            connection.close()
            assert slow.metric("wavepool_edge_held_bytes") == 0


class TestBackPressure:
    def test_answers_429_to_a_source_that_sends_too_fast(self, tmp_path: Path) -> None:
        with running_edge(tmp_path, events_per_second=10) as edge:
            batch: dict[str, Any] = {"batch": [{"messageId": str(n)} for n in range(15)]}
            assert edge.send("/v1/batch", batch)[0] == 200
            status, headers, body = edge.send("/v1/batch", batch)
            assert (status, json.loads(body)["code"]) == (429, "too_fast")
            assert headers["retry-after"] == "1"

    def test_answers_503_while_the_worker_is_behind(self, tmp_path: Path) -> None:
        with running_edge(tmp_path, backlog_bytes=1_000) as edge:
            batch = {"batch": [{"messageId": "x" * 2_000}]}
            assert edge.send("/v1/batch", batch)[0] == 200
            time.sleep(1.2)
            status, headers, body = edge.send("/v1/batch", batch)
            assert (status, json.loads(body)["code"]) == (503, "behind")
            assert int(headers["retry-after"]) >= 1
            assert edge.send("/healthz", b"", method="GET")[0] == 503


class TestKeys:
    def test_of_a_changed_snapshot_hold_within_a_second(self, edge: RunningEdge) -> None:
        body = {"batch": [{"messageId": "newcomer"}]}
        assert edge.send("/v1/batch", body, token="wk_new")[0] == 401
        write_snapshot(edge.data, tokens={TOKEN: SOURCE_ID, "wk_new": 8})
        time.sleep(0.7)
        assert edge.send("/v1/batch", body, token="wk_new")[0] == 200
        write_snapshot(edge.data, tokens={TOKEN: SOURCE_ID})
        time.sleep(0.7)
        assert edge.send("/v1/batch", body, token="wk_new")[0] == 401
        assert [r.source for r in logged(edge.data) if b"newcomer" in r.payload] == [8]
