"""Pages of live sessions: what each shows, whom it refuses, how many queries it asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.live import operations
from wavepool.domains.live.models import Session
from wavepool.domains.people.models import ChannelAccount, Creator, Membership, Role
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from worlds.newsroom import Newsroom
from worlds.shelf import DAY, NOON

Enter = Callable[[str], Client]
STUDIO = "/studio/ada/sessions/"


def count(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def plan(newsroom: Newsroom, title: str = "Tea at noon", **said: Any) -> Session:
    at = clock.now()
    piece = newsroom.facts(title, format="live", channel="7", **said)
    facts = operations.SessionFacts(piece=piece, scheduled_at=at + DAY)
    creator_id = newsroom.creator_id
    return operations.plan_session(creator_id=creator_id, facts=facts, actor=MACHINE, as_of=at)


def go(newsroom: Newsroom, session: Session, *, at: Any = None, hours: int = 0) -> None:
    """Put a session on air, and end it after some hours, if any."""
    by: dict[str, Any] = {
        "public_id": session.public_id,
        "creator_id": newsroom.creator_id,
        "actor": MACHINE,
    }
    at = at or clock.now()
    operations.start_session(**by, as_of=at)
    if hours:
        operations.end_session(**by, as_of=at + timedelta(hours=hours))


LISTS = {
    STUDIO: "ada",
    f"{STUDIO}?state=scheduled": "ada",
    "/staff/sessions/": "eve",
    "/live/": "dong",
    "/live/?when=next&sort=scheduled_at": "dong",
}


class TestEveryList:
    def test_asks_the_same_number_of_queries_for_any_number_of_rows(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        go(newsroom, plan(newsroom, "On air"))
        plan(newsroom, "One")
        few = {path: count(enter(name), path) for path, name in LISTS.items()}
        for title in ("Two", "Three", "Four"):
            plan(newsroom, title)
        many = {path: count(enter(name), path) for path, name in LISTS.items()}
        assert many == few
        assert max(many.values()) <= 7

    def test_is_a_file_too(self, newsroom: Newsroom, enter: Enter) -> None:
        plan(newsroom)
        for path, name in LISTS.items():
            bare = path.partition("?")[0].rstrip("/")
            assert enter(name).get(f"{bare}.csv").status_code == 200
            assert enter(name).get(f"{bare}.parquet").status_code == 200


class TestASession:
    def test_goes_from_a_form_over_the_air_to_its_record(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        cup, ada = newsroom.on_sale(newsroom.shelf.cup), enter("ada")
        said = {
            "title": "Tea at noon",
            "scheduled_at": f"{clock.now() + DAY:%Y-%m-%dT%H:%M}",
            "planned_minutes": "60",
            "account": str(newsroom.account.pk),
            "channel": "7",
            "category": "cups",
            "items": cup.public_id,
            "disclosure": "paid",
            "ai_share": "0",
        }
        assert ada.post(f"{STUDIO}new/", {**said, "items": "cups"}).status_code == 422
        answer = ada.post(f"{STUDIO}new/", said)
        session = Session.objects.get()
        page, public = f"{STUDIO}{session.public_id}/", f"/live/{session.public_id}/"
        assert answer["Location"] == page
        edited = {**said, "title": "Tea at one", "version": "1"}
        assert ada.post(f"{page}edit/", {**edited, "version": "9"}).status_code == 422
        assert ada.post(f"{page}edit/", edited).status_code == 302
        shown = Client().get(public).content.decode()
        for word in ("Tea at one", "Scheduled", "No video here yet", "Paid partnership", "Tea cup"):
            assert word in shown, word
        for deed in ("start", f"items/{cup.public_id}/show"):
            assert ada.post(f"{page}{deed}/").status_code == 302
        shown = Client().get(public).content.decode()
        assert ("On air" in shown, "Shown now:" in shown) == (True, True)
        assert "Tea at one" in Client().get("/live/").content.decode()
        for deed in (f"items/{cup.public_id}/take-down", "pause", "resume", "end"):
            ada.post(f"{page}{deed}/")
        session.refresh_from_db()
        assert (session.state, session.effective_ms) == ("ended", 0)
        assert "not an effective session" in ada.get(page).content.decode()
        assert Client().get(f"/v/{session.piece.public_id}/").status_code == 200

    def test_is_run_by_a_co_pilot_who_plans_nothing(self, newsroom: Newsroom, enter: Enter) -> None:
        session = plan(newsroom)
        Membership.objects.create(
            account=newsroom.world.dong, creator=newsroom.world.creator, role=Role.CO_PILOT
        )
        dong, page = enter("dong"), f"{STUDIO}{session.public_id}/"
        assert dong.get(f"{STUDIO}new/").status_code == 403
        assert dong.post(f"{page}cancel/").status_code == 403
        assert dong.post(f"{page}start/").status_code == 302
        session.refresh_from_db()
        assert session.state == "live"

    def test_is_cut_off_by_staff_and_its_page_says_why(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        session, eve = plan(newsroom), enter("eve")
        go(newsroom, session)
        page = f"/staff/sessions/{session.public_id}/"
        assert eve.post(f"{page}cut/", {"why": ""}).status_code == 422
        eve.post(f"{page}cut/", {"why": "A replay."})
        shown = Client().get(f"/live/{session.public_id}/").content.decode()
        assert ("Cut off" in shown, "A replay." in shown) == (True, True)

    def test_that_is_called_off_keeps_its_page(self, newsroom: Newsroom, enter: Enter) -> None:
        session = plan(newsroom)
        enter("ada").post(f"{STUDIO}{session.public_id}/cancel/", {"why": "Rain."})
        shown = Client().get(f"/live/{session.public_id}/").content.decode()
        assert ("Cancelled" in shown, "Rain." in shown) == (True, True)

    def test_asks_few_queries_of_a_visitor(self, newsroom: Newsroom) -> None:
        items = (newsroom.on_sale(newsroom.shelf.cup), newsroom.on_sale(newsroom.shelf.kettle))
        one = plan(newsroom, items=(items[0].public_id,))
        two = plan(newsroom, "Two", items=tuple(each.public_id for each in items))
        counts = [count(Client(), f"/live/{each.public_id}/") for each in (one, two)]
        assert counts == [3, 3]


class TestACalendar:
    def test_lists_what_is_scheduled(self, newsroom: Newsroom) -> None:
        session = plan(newsroom, "Tea; cups, pots and a title that is longer than one line can be")
        go(newsroom, plan(newsroom, "Over"), hours=1)
        answer = Client().get("/c/ada/schedule.ics")
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        text = answer.content.decode()
        assert text.startswith("BEGIN:VCALENDAR\r\n")
        assert f"UID:{session.public_id}@wavepool\r\n" in text
        assert text.count("BEGIN:VEVENT") == 1
        assert "SUMMARY:Ada's kitchen: Tea\\; cups\\, pots" in text
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


class TestForeignThings:
    def test_look_exactly_as_missing_ones(self, newsroom: Newsroom, enter: Enter) -> None:
        other = Creator.objects.create(handle="other", name="Other")
        account = ChannelAccount.objects.create(
            creator=other, channel="weitao", external_id="o", name="O", since_at=NOON
        )
        piece = newsroom.facts(format="live", channel="7", account_id=account.pk)
        session = operations.plan_session(
            creator_id=other.pk,
            facts=operations.SessionFacts(piece=piece, scheduled_at=None),
            actor=MACHINE,
            as_of=NOON,
        )
        ada = enter("ada")
        for name in (session.public_id, "ses_none"):
            assert Client().get(f"/live/{name}/").status_code == 404
            for verb in ("", "edit/"):
                assert ada.get(f"{STUDIO}{name}/{verb}").status_code == 404
            for verb in ("edit", "cancel", "start", "pause", "resume", "end", "items/x/show"):
                assert ada.post(f"{STUDIO}{name}/{verb}/").status_code == 404
