"""Pages of events: staff, creators, visitors, and what a page of ours says of its viewer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.test import Client

from wavepool.domains.events import operations, queries
from wavepool.domains.events.models import Consent, LakePart, QuarantinedEvent, Source, TrackedLink
from wavepool.domains.events.operations import capturing
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.ids import new_id
from wavepool.plumbing.models import Job
from worlds.capture import lake_table
from worlds.newsroom import Newsroom, make_newsroom

NOW = datetime.now(UTC)


@pytest.fixture
def newsroom(world: Any, data: Path) -> Newsroom:
    """Ada with an account and goods of Bao's, and a lake of this test."""
    return make_newsroom(world)


@pytest.fixture
def enter(world: Any) -> Callable[[str], Client]:
    """A browser in which one of the cast is signed in."""

    def enter_as(name: str) -> Client:
        client = Client()
        client.force_login(getattr(world, name))
        return client

    return enter_as


def make_link(newsroom: Newsroom, **options: Any) -> TrackedLink:
    """A link of Ada's to her piece."""
    piece = options.pop("piece", None) or newsroom.publish().public_id
    return operations.make_link(
        **{
            "creator_id": newsroom.creator_id,
            "name": "On the stall",
            "medium": "offline",
            "piece": piece,
            "actor": newsroom.world.actor("ada"),
            "as_of": NOW,
            **options,
        }
    )


def compact() -> operations.Compacted:
    """Take everything in, with the store's own pieces."""
    return operations.compact_all(as_of=datetime.now(UTC))


def put_aside(number: int) -> QuarantinedEvent:
    """An event in quarantine."""
    return QuarantinedEvent.objects.create(
        public_id=new_id("qev"),
        message_id=f"m{number}",
        name="Cat Petted",
        reason="unknown_event",
        text=json.dumps({"type": "track", "event": "Cat Petted", "messageId": f"m{number}"}),
        received_at=NOW,
    )


class TestATrackedLink:
    def test_records_the_click_before_it_leads_on(self, newsroom: Newsroom) -> None:
        link, client = make_link(newsroom, campaign="autumn"), Client()
        answer = client.get(f"/go/{link.code}")
        assert answer.status_code == 302
        leads_to = urlsplit(answer.headers["Location"])
        words = {key: value[0] for key, value in parse_qs(leads_to.query).items()}
        assert leads_to.path == f"/v/{link.piece_public_id}/"
        ref = words.pop("ref")
        assert words == {
            "utm_source": "8",
            "utm_medium": "offline",
            "utm_campaign": "autumn",
            "utm_content": link.piece_public_id,
            "utm_term": link.code,
        }
        found = queries.read_ref(ref, at=datetime.now(UTC))
        assert found is not None
        assert found.pk == link.pk
        assert compact().touches == 1
        (touch,) = lake_table("touches").to_pylist()
        assert (touch["link_id"], touch["piece_id"], touch["is_clicked"]) == (
            link.pk,
            link.piece_id,
            True,
        )
        visitor = client.cookies["visitor"]
        assert touch["viewer_id"] == queries.viewer_number("site", visitor.value)
        assert (visitor["httponly"], visitor["samesite"]) == (True, "Lax")

    def test_keeps_the_visitor_it_knows(self, newsroom: Newsroom) -> None:
        link, client = make_link(newsroom), Client()
        client.get(f"/go/{link.code}")
        known = client.cookies["visitor"].value
        assert "visitor" not in client.get(f"/go/{link.code}").cookies
        assert client.cookies["visitor"].value == known

    def test_leads_nowhere_when_the_click_cannot_be_kept(
        self, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link = make_link(newsroom)

        class Full:
            def append(self, _frame: bytes) -> None:
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(capturing, "_writer", Full)
        assert Client().get(f"/go/{link.code}").status_code == 503

    def test_that_ended_or_never_was_leads_nowhere(self, newsroom: Newsroom) -> None:
        link = make_link(newsroom)
        operations.add_code(
            public_id=link.public_id,
            creator_id=newsroom.creator_id,
            code="tea10",
            actor=MACHINE,
            as_of=NOW,
        )
        assert queries.link_of_code(" Tea10 ", at=NOW) == link
        operations.end_link(
            public_id=link.public_id,
            creator_id=newsroom.creator_id,
            actor=MACHINE,
            as_of=NOW + timedelta(hours=1),
        )
        assert Client().get(f"/go/{link.code}").status_code == 410
        assert Client().get("/go/nothing").status_code == 404
        assert queries.link_of_code("TEA10", at=NOW + timedelta(minutes=59)) == link
        assert queries.link_of_code("TEA10", at=NOW + timedelta(hours=1)) is None
        assert queries.link_of_code("", at=NOW) is None

    def test_is_not_made_from_a_ref_that_is_not_ours(self, newsroom: Newsroom) -> None:
        link = make_link(newsroom)
        ref = queries.sign_ref(link, at=NOW)
        assert queries.read_ref(ref, at=NOW + timedelta(days=30)) == link
        assert queries.read_ref(ref, at=NOW + timedelta(days=31)) is None
        assert queries.read_ref(ref, at=NOW - timedelta(seconds=1)) is None
        for forged in (ref[:-1], "", "x:y", signing.Signer(salt="other").sign_object([link.pk, 0])):
            assert queries.read_ref(forged, at=NOW) is None

    @pytest.mark.parametrize("code", ["abc", "TEA 10", "X" * 25, "茶茶茶茶"])
    def test_takes_no_code_that_nobody_can_type(self, newsroom: Newsroom, code: str) -> None:
        link = make_link(newsroom)
        by: dict[str, Any] = {
            "public_id": link.public_id,
            "creator_id": newsroom.creator_id,
            "actor": MACHINE,
            "as_of": NOW,
        }
        with pytest.raises(operations.CodeUnfit):
            operations.add_code(code=code, **by)
        operations.add_code(code="SPRING", **by)
        with pytest.raises(operations.CodeUnfit):
            operations.add_code(code="spring", **by)

    def test_credits_a_piece_of_its_own_creator_alone(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish().public_id
        with pytest.raises(NotFound):
            make_link(newsroom, piece=piece, creator_id=newsroom.creator_id + 1)


class TestTheStudio:
    def test_makes_links_and_prints_their_codes(
        self, newsroom: Newsroom, enter: Callable[[str], Client]
    ) -> None:
        ada, piece = enter("ada"), newsroom.publish()
        form = {"name": "Stall", "medium": "offline", "piece": piece.public_id}
        made = ada.post("/studio/ada/links/new/", form, follow=True)
        link = TrackedLink.objects.get()
        page = made.content.decode()
        assert f"http://testserver/go/{link.code}" in page
        assert "<svg" in page
        picture = ada.get(f"/studio/ada/links/{link.public_id}/qr.svg")
        assert picture.headers["Content-Type"] == "image/svg+xml"
        assert (
            ada.post(f"/studio/ada/links/{link.public_id}/codes/", {"code": "x"}).status_code == 422
        )
        ada.post(f"/studio/ada/links/{link.public_id}/codes/", {"code": "TEA10"})
        assert b"TEA10" in ada.get(f"/studio/ada/links/{link.public_id}/").content
        ada.post(f"/studio/ada/links/{link.public_id}/end/")
        assert b"Ended" in ada.get(f"/studio/ada/links/{link.public_id}/").content

    def test_asks_as_many_queries_for_many_links_as_for_few(
        self, newsroom: Newsroom, enter: Callable[[str], Client], django_assert_max_num_queries: Any
    ) -> None:
        ada, piece = enter("ada"), newsroom.publish().public_id
        for many in (1, 9):
            for _ in range(many):
                make_link(newsroom, piece=piece)
            with django_assert_max_num_queries(9):
                assert ada.get("/studio/ada/links/").status_code == 200


def word(**more: Any) -> str:
    """What a page carries."""
    facts = {"watch": "w1", "piece": 1, "visitor": "v" * 22, **more}
    return queries.sign_page(queries.PageWord(**facts), at=datetime.now(UTC))


def say(client: Client, **said: Any) -> int:
    """Say something as a page does; gives the status."""
    body = {"word": word(), "name": "Content Watched", "id": "1", **said}
    return client.post("/ingest/v1/page", body, content_type="application/json").status_code


class TestAPageOfOurs:
    def test_says_that_it_is_watched(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish()
        signed = word(piece=piece.pk, slot="top")
        client = Client(enforce_csrf_checks=True)
        assert say(client, word=signed, name="Content Viewed", id="a") == 204
        assert say(client, word=signed, id="b") == 204
        assert say(client, word=signed, id="b") == 204
        done = compact()
        assert (done.events, done.repeated, done.quarantined) == (2, 1, 0)
        row = lake_table("events").to_pylist()[0]
        assert json.loads(row["properties"]) == {
            "piece_id": piece.pk,
            "slot": "top",
            "watch_id": "w1",
        }

    @pytest.mark.parametrize(
        ("said", "status"),
        [
            ({"word": "forged"}, 403),
            ({"word": signing.Signer(salt="other").sign_object([{"piece": 1}, 0])}, 403),
            ({"name": "Link Followed"}, 400),
            ({"name": "Creator Followed"}, 400),
            ({"id": ""}, 400),
            ({"id": "x" * 41}, 400),
            ({"id": 5}, 400),
        ],
    )
    def test_is_believed_its_own_word_alone(
        self, data: Path, said: dict[str, Any], status: int
    ) -> None:
        assert say(Client(), **said) == status

    def test_is_not_believed_for_ever(self) -> None:
        signed = word()
        assert queries.read_page(signed, at=datetime.now(UTC) + timedelta(hours=5)) is not None
        assert queries.read_page(signed, at=datetime.now(UTC) + timedelta(hours=7)) is None

    def test_carries_its_word(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish()
        client = Client()
        page = client.get(f"/v/{piece.public_id}/").content.decode()
        signed = page.partition('data-word="')[2].partition('"')[0]
        read = queries.read_page(signed, at=datetime.now(UTC))
        assert read is not None
        assert (read.piece, read.visitor) == (piece.pk, client.cookies["visitor"].value)


class TestStaff:
    def test_opens_every_page_with_rows_and_without(
        self, data: Path, world: Any, enter: Callable[[str], Client]
    ) -> None:
        eve, pages = enter("eve"), ["events", "lake", "sources", "hooks", "quarantine"]
        for _ in range(2):
            for page in pages:
                assert eve.get(f"/staff/{page}/").status_code == 200, page
            event = put_aside(1)
            operations.record(
                [operations.OwnEvent(name="Cart Viewed", message_id="m", anonymous_id="v")],
                as_of=NOW,
            )
            compact()
            pages.append(f"quarantine/{event.public_id}")

    def test_looks_missing_to_everybody_else(
        self, world: Any, enter: Callable[[str], Client]
    ) -> None:
        for name in ("ada", "bao", "dong"):
            for page in ("events", "lake", "sources", "hooks", "quarantine"):
                assert enter(name).get(f"/staff/{page}/").status_code == 404

    def test_asks_as_many_queries_for_many_rows_as_for_few(
        self, world: Any, enter: Callable[[str], Client], django_assert_max_num_queries: Any
    ) -> None:
        eve = enter("eve")
        for many in (1, 30):
            for number in range(many):
                put_aside(number)
                word = f"s{many}-{number}"
                by: dict[str, Any] = {"actor": MACHINE, "as_of": NOW}
                operations.add_source(slug=word, name=word, kind="server", token=word, **by)
                operations.add_endpoint(connector="a", name=word, secret="whsec_" + "A" * 32, **by)
                LakePart.objects.create(
                    table="events",
                    day=NOW.date(),
                    path=word,
                    batch=1,
                    rows=1,
                    bytes=1,
                    sha256="",
                    first_at=NOW,
                    last_at=NOW,
                    written_at=NOW,
                )
            for page in ("events", "lake", "sources", "hooks", "quarantine"):
                with django_assert_max_num_queries(9):
                    assert eve.get(f"/staff/{page}/").status_code == 200

    def test_adds_a_source_and_shows_its_key_once(
        self, data: Path, world: Any, enter: Callable[[str], Client]
    ) -> None:
        eve = enter("eve")
        form = {"name": "The shop", "slug": "shop", "kind": "server"}
        page = eve.post("/staff/sources/new/", form).content.decode()
        token = page.partition("wk_")[2].partition("<")[0]
        source = Source.objects.get()
        told = json.loads((data / "edge" / "sources.json").read_text())
        assert told == {"sources": [{"id": source.pk, "digests": [source.digest]}]}
        assert len(token) == 43
        assert token not in source.digest
        assert token not in eve.get(f"/staff/sources/{source.public_id}/").content.decode()
        assert eve.post("/staff/sources/new/", form).status_code == 422
        assert eve.post("/staff/sources/new/", {**form, "slug": "site"}).status_code == 422
        eve.post(f"/staff/sources/{source.public_id}/rotate/")
        told = json.loads((data / "edge" / "sources.json").read_text())
        assert len(told["sources"][0]["digests"]) == 2
        operations.publish_sources(as_of=datetime.now(UTC) + timedelta(days=2))
        told = json.loads((data / "edge" / "sources.json").read_text())
        assert len(told["sources"][0]["digests"]) == 1
        eve.post(f"/staff/sources/{source.public_id}/end/")
        assert json.loads((data / "edge" / "sources.json").read_text()) == {"sources": []}

    def test_mends_and_drops_what_was_put_aside(
        self, data: Path, world: Any, enter: Callable[[str], Client]
    ) -> None:
        eve, event, other = enter("eve"), put_aside(1), put_aside(2)
        place = f"/staff/quarantine/{event.public_id}/"
        assert eve.post(f"{place}replay/", {"text": event.text}).status_code == 422
        mended = {"type": "track", "event": "Cart Viewed", "messageId": "m1", "userId": "u"}
        answer = eve.post(f"{place}replay/", {"text": json.dumps(mended)}, follow=True)
        assert b"Taken in." in answer.content
        assert lake_table("events").column("name").to_pylist() == ["Cart Viewed"]
        place = f"/staff/quarantine/{other.public_id}/"
        assert eve.post(f"{place}drop/", {"why": ""}).status_code == 422
        eve.post(f"{place}drop/", {"why": "A test."})
        other.refresh_from_db()
        assert (other.state, other.why, other.decided_by) == ("dropped", "A test.", "Eve")

    def test_queues_the_replay_of_a_reason(
        self, world: Any, enter: Callable[[str], Client]
    ) -> None:
        answer = enter("eve").post("/staff/quarantine/reasons/unknown_event/replay/")
        job = Job.objects.get(name="events.replay_waiting")
        assert answer.headers["Location"].endswith(f"/jobs/{job.public_id}/")
        assert jobs.label_of(job.name) == "Replay events out of quarantine"


class TestOnesOwnVisits:
    def test_are_agreed_to_taken_back_and_erased(
        self, world: Any, enter: Callable[[str], Client]
    ) -> None:
        dong = enter("dong")
        assert dong.get("/account/visits/").status_code == 200
        dong.post("/account/visits/agree/")
        assert Consent.objects.filter(account=world.dong, withdrawn_at=None).count() == 1
        assert b"Take it back" in dong.get("/account/visits/").content
        dong.post("/account/visits/forget/")
        assert not Consent.objects.filter(withdrawn_at=None).exists()
        job = Job.objects.get(name="events.forget_person")
        assert job.payload == {"account_id": world.dong.pk}
