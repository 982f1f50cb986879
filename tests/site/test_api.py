"""The API's base: keys and scopes, problems, its description and its limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path as url_path
from ninja import Router, Schema

from wavepool.plumbing import clock, jobs, keys
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.api import (
    KEY_GUESSES,
    Money,
    NeedsKey,
    check_party,
    check_version,
    needs,
    with_version,
)
from wavepool.plumbing.idempotency import idempotent
from wavepool.plumbing.requests import PlatformRequest
from wavepool.site import api as site_api

PROBLEM = "application/problem+json"


def make_key(world: Any, name: str = "bao", **more: Any) -> str:
    options = {"scopes": ["jobs:read"], "is_live": True, **more}
    account = getattr(world, name)
    made = keys.make_key(
        account_id=account.pk, name="shop sync", actor=MACHINE, at=clock.now(), **options
    )
    return made.token


def call(path: str, token: str, method: str = "get", body: Any = None, **more: str) -> HttpResponse:
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", **more}
    client = Client(raise_request_exception=False)
    if body is None:
        return getattr(client, method)(path, **headers)
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return getattr(client, method)(path, content, content_type="application/json", **headers)


def kind(answer: HttpResponse) -> str:
    assert answer["Content-Type"] == PROBLEM
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["request_id"] == answer["X-Request-Id"]
    return str(document["type"]).removeprefix("urn:wavepool:problem:")


class Line(Schema):
    price: Money
    quantity: int


class Order(Schema):
    lines: list[Line]


class TestAKey:
    def test_speaks_for_its_account(self, world: Any) -> None:
        answer = call("/api/v1/me", make_key(world)).json()
        assert answer["account_id"] == world.bao.pk
        assert answer["scopes"] == ["jobs:read"]
        assert [each["slug"] for each in answer["workspaces"]] == ["bao-tea"]

    @pytest.mark.parametrize("token", ["", "nonsense", "wp_live_" + "0" * 49, "wp_live_\u00fc"])
    def test_that_cannot_be_one_is_refused(self, world: Any, token: str) -> None:
        answer = call("/api/v1/me", token)
        assert (answer.status_code, kind(answer)) == (401, "api.key_refused")
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_is_asked_for(self, db: None) -> None:
        assert kind(Client().get("/api/v1/me")) == "api.key_refused"

    def test_is_closed_at_once_when_revoked(self, world: Any) -> None:
        token = make_key(world)
        assert call("/api/v1/me", token).status_code == 200
        row = keys.list_keys(world.bao.pk).get()
        keys.revoke_key(
            public_id=row.public_id, account_id=world.bao.pk, actor=MACHINE, at=clock.now()
        )
        assert call("/api/v1/me", token).status_code == 401

    def test_ends_with_its_account(self, world: Any) -> None:
        token = make_key(world)
        world.bao.is_active = False
        world.bao.save()
        assert call("/api/v1/me", token).status_code == 401

    def test_without_the_right_is_refused_by_name(self, world: Any) -> None:
        answer = call("/api/v1/jobs/job_x", make_key(world, scopes=[]))
        assert (answer.status_code, kind(answer)) == (403, "api.scope_missing")
        assert "jobs:read" in answer.json()["detail"]

    def test_does_not_open_pages(self, world: Any) -> None:
        assert call("/merchant/bao-tea/", make_key(world)).status_code == 302

    def test_may_be_confined_to_one_workspace(self, world: Any) -> None:
        token = make_key(world, party=("merchant", world.shop.pk + 1))
        assert call("/api/v1/me", token).json()["workspaces"] == []

    def test_costs_few_queries(self, world: Any) -> None:
        token = make_key(world)
        call("/api/v1/me", token)
        with CaptureQueriesContext(connection) as asked:
            call("/api/v1/me", token)
        assert len(asked) <= 6


class TestGuessingKeys:
    def test_looks_at_exactly_the_limit(self, world: Any) -> None:
        guesses = [keys.draw_token(is_live=True) for _ in range(KEY_GUESSES.limit + 6)]
        seen = [call("/api/v1/me", guess).status_code for guess in guesses]
        assert seen == [401] * KEY_GUESSES.limit + [429] * 6
        answer = call("/api/v1/me", guesses[0])
        assert kind(answer) == "api.too_many_guesses"
        assert 0 < int(answer["Retry-After"]) <= KEY_GUESSES.window_s

    def test_shuts_nobody_out_whose_key_worked_before(self, world: Any) -> None:
        token = make_key(world)
        assert call("/api/v1/me", token).status_code == 200
        for _ in range(KEY_GUESSES.limit + 1):
            call("/api/v1/me", keys.draw_token(is_live=True))
        assert call("/api/v1/me", token).status_code == 200


class TestAJob:
    def test_shows_to_whoever_asked_for_it(self, world: Any) -> None:
        job = jobs.enqueue(
            "plumbing.export_audit_head", key="a", actor=world.actor("bao"), at=clock.now()
        )
        path = f"/api/v1/jobs/{job.public_id}"
        seen = {
            name: call(path, make_key(world, name)).status_code for name in ("bao", "eve", "ada")
        }
        assert seen == {"bao": 200, "eve": 200, "ada": 404}
        foreign = call(path, make_key(world, "ada")).json()
        missing = call("/api/v1/jobs/job_missing", make_key(world, "ada")).json()
        assert {**foreign, "request_id": ""} == {**missing, "request_id": ""}


class TestProblems:
    @pytest.mark.parametrize(
        ("method", "path", "status", "named"),
        [
            ("get", "/api/v1/nothing", 404, "api.not_found"),
            ("get", "/api/nothing", 404, "api.not_found"),
            ("post", "/api/v1/me", 405, "api.method_not_allowed"),
            ("get", "/api/v1/", 404, "not_found"),
        ],
    )
    def test_stand_for_what_django_answers(
        self, world: Any, method: str, path: str, status: int, named: str
    ) -> None:
        answer = call(path, make_key(world), method)
        assert (answer.status_code, kind(answer).removeprefix("api.")) == (
            status,
            named.removeprefix("api."),
        )

    def test_say_which_methods_there_are(self, world: Any) -> None:
        assert "GET" in call("/api/v1/me", make_key(world), "delete")["Allow"]


class TestTheDescription:
    def test_is_openapi_3_1_with_problems_and_scopes(self, db: None) -> None:
        document = Client().get("/api/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        job = document["paths"]["/api/v1/jobs/{job_id}"]["get"]
        assert job["x-scope"] == "jobs:read"
        assert PROBLEM in job["responses"]["default"]["content"]
        assert "pointer" in document["components"]["schemas"]["ProblemPart"]["properties"]

    def test_gives_every_operation_a_guard(self, db: None) -> None:
        unguarded = [
            path
            for path, methods in site_api.describe()["paths"].items()
            for operation in methods.values()
            if not operation.get("security")
        ]
        assert unguarded == []

    def test_is_read_by_people_without_scripts_from_elsewhere(self, db: None) -> None:
        answer = Client().get("/api/docs")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "GET /<wbr>api/<wbr>v1/<wbr>jobs/<wbr>{job_id}" in text
        assert "https://cdn" not in text


@pytest.fixture
def shop_api(settings: Any, world: Any) -> Any:
    """An API with endpoints of these tests' own, made as the site makes its own."""
    router = Router()
    calls: list[int] = []

    @router.post("/tests/orders", auth=NeedsKey())
    def order(request: PlatformRequest, payload: Order) -> dict[str, int]:
        return {"total_minor": sum(each.price.minor * each.quantity for each in payload.lines)}

    @router.put("/thing", auth=NeedsKey())
    def edit(request: PlatformRequest) -> HttpResponse:
        check_version(request, 7)
        return with_version(HttpResponse("{}", content_type="application/json"), 8)

    @router.post("/payouts", auth=NeedsKey())
    @idempotent("tests.payouts")
    def pay(request: PlatformRequest) -> dict[str, int]:
        calls.append(1)
        return {"calls": len(calls)}

    @router.get("/shops/{number}", auth=needs("jobs:read"))
    def shop(request: PlatformRequest, number: int) -> dict[str, int]:
        check_party(request, kind="shop", party_id=number)
        return {"shop": number}

    @router.get("/fault", auth=NeedsKey())
    def fault(request: PlatformRequest) -> None:
        raise ZeroDivisionError("the password is hunter2")

    made = site_api.make_api()
    made.urls_namespace = "api-1"
    made._router_registrations = [
        each for each in made._router_registrations if each[1] is not site_api.router
    ]
    made.add_router("", router)
    module = type("Urls", (), {})()
    module.urlpatterns = [url_path("api/v1/", made.urls)]
    settings.ROOT_URLCONF = module
    return world


def order(price: str = "12.34", currency: str = "CNY", quantity: Any = 2) -> dict[str, Any]:
    return {"lines": [{"price": {"amount": price, "currency": currency}, "quantity": quantity}]}


class TestABody:
    def test_brings_money_as_text(self, shop_api: Any) -> None:
        token = make_key(shop_api)
        assert call("/api/v1/tests/orders", token, "post", order()).json() == {"total_minor": 2_468}
        yen = order("1234", "JPY", 1)
        assert call("/api/v1/tests/orders", token, "post", yen).json() == {"total_minor": 1_234}

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            (order(quantity="many"), "/lines/0/quantity"),
            (order("12.345"), "/lines/0/price"),
            (order("1e9"), "/lines/0/price/amount"),
            (order("1", "XXQ"), "/lines/0/price"),
            ({}, "/lines"),
        ],
    )
    def test_with_a_fault_is_told_where(self, shop_api: Any, body: Any, pointer: str) -> None:
        answer = call("/api/v1/tests/orders", make_key(shop_api), "post", body)
        assert (answer.status_code, kind(answer)) == (422, "api.invalid")
        assert answer.json()["errors"][0]["pointer"] == pointer

    @pytest.mark.parametrize(
        ("body", "status", "named"),
        [
            (b"[" * 100_000, 400, "api.body_too_deep"),
            (b'{"a":' * 50 + b"1" + b"}" * 50, 400, "api.body_too_deep"),
            (b'{"a": "' + b"x" * (1 << 20) + b'"}', 413, "api.body_too_large"),
            (b'{"a": "' + b"x" * (3 << 20) + b'"}', 413, "api.body_too_large"),
            (b"{", 400, "api.body_unreadable"),
            (b"\xff\xfe", 400, "api.body_unreadable"),
            (b'{"lines": NaN}', 400, "api.body_unreadable"),
            (b'{"lines": ' + b"9" * 5_000 + b"}", 400, "api.body_unreadable"),
        ],
    )
    def test_beyond_the_limits_is_refused(
        self, shop_api: Any, body: bytes, status: int, named: str
    ) -> None:
        answer = call("/api/v1/tests/orders", make_key(shop_api), "post", body)
        assert (answer.status_code, kind(answer)) == (status, named)


class TestAnEdit:
    @pytest.mark.parametrize(
        ("said", "status"),
        [({}, 428), ({"HTTP_IF_MATCH": '"6"'}, 412), ({"HTTP_IF_MATCH": '"6", W/"7"'}, 200)],
    )
    def test_overwrites_only_what_it_has_seen(
        self, shop_api: Any, said: dict[str, str], status: int
    ) -> None:
        answer = call("/api/v1/thing", make_key(shop_api), "put", {}, **said)
        assert answer.status_code == status
        if status == 412:
            assert answer["ETag"] == '"7"'


class TestACommand:
    def test_sent_twice_under_a_key_is_done_once(self, shop_api: Any) -> None:
        token = make_key(shop_api)
        sent = [
            call("/api/v1/payouts", token, "post", {}, HTTP_IDEMPOTENCY_KEY="one") for _ in range(2)
        ]
        assert sent[0].content == sent[1].content == b'{"calls":1}'
        assert kind(call("/api/v1/payouts", token, "post", {})) == "idempotency.key_missing"


class TestATestKey:
    def test_reads_and_never_writes(self, shop_api: Any) -> None:
        token = make_key(shop_api, is_live=False)
        assert token.startswith("wp_test_")
        assert call("/api/v1/shops/1", token).status_code == 200
        assert (
            kind(call("/api/v1/tests/orders", token, "post", order())) == "api.test_key_reads_only"
        )


class TestAConfinedKey:
    def test_finds_nothing_elsewhere(self, shop_api: Any) -> None:
        token = make_key(shop_api, party=("shop", 1))
        seen = [call(f"/api/v1/shops/{number}", token).status_code for number in (1, 2)]
        assert seen == [200, 404]


class TestAFault:
    def test_tells_the_request_and_nothing_else(self, shop_api: Any) -> None:
        answer = call("/api/v1/fault", make_key(shop_api))
        assert (answer.status_code, kind(answer)) == (500, "api.internal_server_error")
        assert b"hunter2" not in answer.content
