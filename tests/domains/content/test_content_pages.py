"""Pages of content: what each shows, whom it refuses, how many queries it asks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.content import operations, queries
from wavepool.domains.content.models import Admission, Piece, Series
from wavepool.domains.people.models import ChannelAccount, Creator, Follow
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from worlds.newsroom import HEADLINES, LONG_TEXT, Newsroom
from worlds.shelf import NOON

Enter = Callable[[str], Client]
STUDIO = "/studio/ada/"


def count(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def fill(newsroom: Newsroom, *, first: int, last: int) -> None:
    """More published pieces, and creators who apply."""
    for number in range(first, last):
        newsroom.publish(f"Cups, part {number}")
        creator = Creator.objects.create(handle=f"c{number}", name=f"Creator {number}")
        for creator_id, scene in ((creator.pk, "headlines"), (newsroom.creator_id, _scene(number))):
            operations.apply_for_scene(
                creator_id=creator_id, scene_id=scene, statement="", actor=MACHINE, as_of=NOON
            )


def _scene(number: int) -> str:
    return [each.id for each in queries.list_pool_scenes(at=NOON)][number]


LISTS = {
    f"{STUDIO}pieces/": "ada",
    f"{STUDIO}pieces/?state=published&format=post&sort=title": "ada",
    f"{STUDIO}admissions/": "ada",
    "/staff/pieces/": "eve",
    "/staff/pieces/?state=submitted": "eve",
    "/staff/admissions/": "eve",
    "/v/": "dong",
    "/v/?format=post&category=cups": "dong",
    "/c/ada/pieces/": "dong",
    "/following/": "dong",
}


class TestEveryList:
    def test_asks_the_same_number_of_queries_for_any_number_of_rows(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        Follow.objects.create(
            account=newsroom.world.dong, creator=newsroom.world.creator, since_at=NOON
        )
        fill(newsroom, first=0, last=2)
        few = {path: count(enter(name), path) for path, name in LISTS.items()}
        fill(newsroom, first=2, last=6)
        many = {path: count(enter(name), path) for path, name in LISTS.items()}
        assert many == few
        assert max(many.values()) <= 9

    def test_is_a_file_too(self, newsroom: Newsroom, enter: Enter) -> None:
        fill(newsroom, first=0, last=1)
        for path, name in LISTS.items():
            bare = path.partition("?")[0].rstrip("/")
            assert enter(name).get(f"{bare}.csv").status_code == 200
            assert enter(name).get(f"{bare}.parquet").status_code == 200


class TestAPiece:
    def said(self, newsroom: Newsroom, **more: str) -> dict[str, str]:
        return {
            "title": "Two tea cups",
            "account": str(newsroom.account.pk),
            "channel": HEADLINES,
            "format": "post",
            "category": "cups",
            "body": LONG_TEXT,
            "disclosure": "sample",
            "ai_share": "10",
            **more,
        }

    def test_goes_from_a_form_to_everybody(self, newsroom: Newsroom, enter: Enter) -> None:
        cup = newsroom.on_sale(newsroom.shelf.cup)
        newsroom.admit(at=clock.now())
        ada, eve = enter("ada"), enter("eve")
        said = self.said(newsroom, items=f"http://testserver/p/{cup.public_id}/\n")
        answer = ada.post(f"{STUDIO}pieces/new/", said)
        piece = Piece.objects.get()
        page = f"{STUDIO}pieces/{piece.public_id}/"
        assert answer["Location"] == page
        assert "A cover picture" in ada.get(page).content.decode()
        assert Client().get(f"/v/{piece.public_id}/").status_code == 404
        ada.post(f"{page}submit/")
        desk = f"/staff/pieces/{piece.public_id}/"
        assert "Two tea cups" in eve.get("/staff/pieces/?state=submitted").content.decode()
        eve.post(f"{desk}publish/", {"grade": "b", "why": "Clear."})
        shown = Client().get(f"/v/{piece.public_id}/").content.decode()
        for word in ("Two tea cups", "Free sample", "10%", "Tea cup", f"/p/{cup.public_id}/"):
            assert word in shown, word
        assert "Published with a grade" not in shown
        assert "90%" in ada.get(page).content.decode()

    def test_says_what_it_is_to_search_engines_and_cannot_break_out(
        self, newsroom: Newsroom
    ) -> None:
        title = "</script><script>alert(1)</script> & cups"
        piece = newsroom.publish(title)
        answer = Client().get(f"/v/{piece.public_id}/")
        shown = answer.content.decode()
        assert "<script>alert" not in shown
        found = re.search(
            r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>', shown, re.DOTALL
        )
        assert found is not None
        assert f"'nonce-{found.group(1)}'" in answer["Content-Security-Policy"]
        said = json.loads(found.group(2))
        assert (said["@type"], said["name"]) == ("Article", title)
        assert said["author"]["url"] == "http://testserver/c/ada/"

    def test_that_was_removed_answers_410_with_the_reason(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        piece = newsroom.publish()
        enter("eve").post(f"/staff/pieces/{piece.public_id}/remove/", {"why": "Copied."})
        answer = Client().get(f"/v/{piece.public_id}/")
        assert answer.status_code == 410
        assert "Copied." in answer.content.decode()
        assert "Two tea cups" not in answer.content.decode()

    def test_is_edited_from_the_version_that_was_read(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        piece = newsroom.draft()
        page, ada = f"{STUDIO}pieces/{piece.public_id}/edit/", enter("ada")
        assert ada.post(page, self.said(newsroom, version="7")).status_code == 422
        assert ada.post(page, self.said(newsroom, version="1")).status_code == 302
        piece.refresh_from_db()
        assert (piece.disclosure, piece.ai_share_ppm, piece.version) == ("sample", 100_000, 2)

    def test_shows_what_was_wrong_and_keeps_what_was_typed(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        ada = enter("ada")
        answer = ada.post(f"{STUDIO}pieces/new/", self.said(newsroom, items="a kettle"))
        assert answer.status_code == 422
        assert "no id and no address of an item: a kettle" in answer.content.decode()
        cup = newsroom.shelf.cup.public_id
        answer = ada.post(f"{STUDIO}pieces/new/", self.said(newsroom, items=cup))
        assert "These are no items on sale" in answer.content.decode()
        assert LONG_TEXT in answer.content.decode()
        assert Piece.objects.count() == 0

    def test_needs_an_account_and_the_page_says_where_to_get_one(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        ChannelAccount.objects.all().delete()
        assert "/studio/ada/channels/" in enter("ada").get(f"{STUDIO}pieces/new/").content.decode()

    def test_is_refused_without_admission_and_stays_a_draft(
        self, newsroom: Newsroom, enter: Enter
    ) -> None:
        piece = newsroom.draft(channel=HEADLINES)
        path = f"{STUDIO}pieces/{piece.public_id}/submit/"
        shown = enter("ada").post(path, follow=True).content.decode()
        assert "Apply for Headlines first" in shown

    def test_is_hidden_and_shown_by_its_creator(self, newsroom: Newsroom, enter: Enter) -> None:
        piece, ada = newsroom.publish(), enter("ada")
        public = f"/v/{piece.public_id}/"
        ada.post(f"{STUDIO}pieces/{piece.public_id}/hide/")
        assert Client().get(public).status_code == 404
        ada.post(f"{STUDIO}pieces/{piece.public_id}/show/")
        assert Client().get(public).status_code == 200

    def test_asks_few_queries_of_a_visitor_whatever_it_shows(self, newsroom: Newsroom) -> None:
        items = tuple(
            newsroom.on_sale(each).public_id for each in (newsroom.shelf.cup, newsroom.shelf.kettle)
        )
        one = newsroom.publish(items=items[:1])
        two = newsroom.publish(items=items)
        counts = [count(Client(), f"/v/{each.public_id}/") for each in (one, two)]
        assert counts == [2, 2]


class TestASeries:
    def test_is_added_on_its_page(self, newsroom: Newsroom, enter: Enter) -> None:
        ada = enter("ada")
        ada.post(f"{STUDIO}series/", {"title": "Cups", "about": "One a week."})
        assert Series.objects.get().title == "Cups"
        assert "One a week." in ada.get(f"{STUDIO}series/").content.decode()
        assert ada.post(f"{STUDIO}series/", {"title": "Cups"}).status_code == 422


class TestAnAdmission:
    def test_goes_through_all_its_pages(self, newsroom: Newsroom, enter: Enter) -> None:
        ada, eve = enter("ada"), enter("eve")
        ada.post(f"{STUDIO}admissions/apply/", {"scene": "headlines", "statement": "Tea."})
        admission = Admission.objects.get()
        own, desk = (
            f"{STUDIO}admissions/{admission.public_id}/",
            f"/staff/admissions/{admission.public_id}/",
        )
        again = ada.post(f"{STUDIO}admissions/apply/", {"scene": "headlines"})
        assert (again.status_code, b"applied for this scene already" in again.content) == (
            422,
            True,
        )
        eve.post(f"{desk}trial/", {"pieces": "2", "days": "7"})
        assert "Trial run" in ada.get(own).content.decode()
        assert eve.post(f"{desk}admit/", {"why": ""}).status_code == 422
        eve.post(f"{desk}admit/", {"why": "Good."})
        eve.post(f"{desk}warn/", {"why": "Too few pieces."})
        assert "Too few pieces." in ada.get(own).content.decode()
        early = eve.post(f"{desk}end/", {"why": "Too few."}, follow=True).content.decode()
        assert "The warning runs until" in early
        eve.post(f"{desk}lift/")
        ada.post(f"{own}leave/")
        admission.refresh_from_db()
        assert admission.state == "left"


class TestChannels:
    def test_show_the_scene_that_policy_gives_them(self, newsroom: Newsroom, enter: Enter) -> None:
        shown = enter("eve").get("/staff/channels/").content.decode()
        assert "Love Shopping" in shown
        answer = enter("eve").post("/staff/channels/install/", follow=True)
        assert "0 channels added." in answer.content.decode()


class TestForeignThings:
    def test_look_exactly_as_missing_ones(self, newsroom: Newsroom, enter: Enter) -> None:
        other = Creator.objects.create(handle="other", name="Other")
        account = ChannelAccount.objects.create(
            creator=other, channel="weitao", external_id="o", name="O", since_at=NOON
        )
        piece = operations.add_piece(
            creator_id=other.pk,
            facts=newsroom.facts(account_id=account.pk),
            actor=MACHINE,
            as_of=NOON,
        )
        admission = operations.apply_for_scene(
            creator_id=other.pk, scene_id="headlines", statement="", actor=MACHINE, as_of=NOON
        )
        ada = enter("ada")
        for name in (piece.public_id, "pc_none"):
            for verb in ("", "edit/"):
                assert ada.get(f"{STUDIO}pieces/{name}/{verb}").status_code == 404
            for verb in ("submit", "take-back", "hide", "show", "cover", "edit"):
                assert ada.post(f"{STUDIO}pieces/{name}/{verb}/").status_code == 404
        for name in (admission.public_id, "adm_none"):
            assert ada.get(f"{STUDIO}admissions/{name}/").status_code == 404
            assert ada.post(f"{STUDIO}admissions/{name}/leave/").status_code == 404
        account_of_theirs: dict[str, Any] = {"account": str(account.pk)}
        said = TestAPiece().said(newsroom, **account_of_theirs)
        assert ada.post(f"{STUDIO}pieces/new/", said).status_code == 422
