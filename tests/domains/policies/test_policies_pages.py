"""The pages of policies: what everybody reads, what staff write."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.policies import queries
from wavepool.domains.policies.models import PolicyVersion
from wavepool.domains.policies.tables import KINDS
from wavepool.plumbing import clock
from worlds.policy_desk import NOON, Desk

FEE = ("fee_ppm = 100000", "fee_ppm = 120000")


def signed_in(desk: Desk, name: str) -> Client:
    """A browser of one of the cast, a second factor shown a moment ago."""
    client = Client()
    client.force_login(getattr(desk.world, name))
    session = client.session
    at = clock.now().timestamp()
    session["account_authentication_methods"] = [{"method": "mfa", "at": at}]
    session.save()
    return client


def page(client: Client, address: str, *, status: int = 200) -> str:
    """The text of a page."""
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


class TestThePublicPages:
    def test_list_every_kind_with_its_version(self, desk: Desk) -> None:
        text = page(Client(), "/policies/")
        assert [str(kind.label) in text for kind in KINDS.values()] == [True] * 10
        assert text.count("Version 1") == 10

    @pytest.mark.parametrize("kind", list(KINDS))
    def test_show_each_policy_in_numbers_and_as_its_document(self, desk: Desk, kind: str) -> None:
        text = page(Client(), f"/policies/{kind}/")
        assert "In numbers" in text
        assert queries.policy_in_force(kind, at=clock.now()).digest in text
        document = Client().get(f"/policies/{kind}/v1.toml")
        assert document.content.decode() == PolicyVersion.objects.get(kind=kind).text

    def test_say_numbers_in_words(self, desk: Desk) -> None:
        text = page(Client(), "/policies/commission/")
        assert "Part of the commission that the platform keeps" in text
        assert "<dd>10%</dd>" in text

    def test_say_them_in_chinese_too(self, desk: Desk) -> None:
        client = Client(headers={"accept-language": "zh-hans"})
        text = page(client, "/policies/commission/")
        assert "平台从佣金中收取的比例" in text

    def test_announce_a_change_with_its_difference(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        with time_machine.travel(NOON):
            assert "v2/diff/" in page(Client(), "/policies/")
            assert "A change is announced" in page(Client(), "/policies/commission/")
        text = page(Client(), "/policies/commission/v2/diff/")
        assert '<del class="way__before">10%</del>' in text
        assert '<ins class="way__after">12%</ins>' in text

    def test_go_by_the_announced_time_and_not_by_a_job(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        text = page(Client(), "/policies/commission/")
        assert "<dd>12%</dd>" in text
        assert "Version 2 in force" in text
        assert "no longer in force" in page(Client(), "/policies/commission/v1/")

    def test_hide_drafts_as_if_they_were_not_there(self, desk: Desk) -> None:
        desk.draft("commission", *FEE)
        for address in ("v2/", "v2/diff/", "v2.toml", "v9/"):
            page(Client(), f"/policies/commission/{address}", status=404)
        page(Client(), "/policies/nothing/", status=404)

    def test_name_no_member_of_staff(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        for address in ("", "v1/", "v2/", "v2/diff/"):
            text = page(Client(), f"/policies/commission/{address}")
            # As words: a token of chance may hold their letters.
            assert not re.search(r"\b(?:Eve|Fay)\b|@example\.com", text)


class TestThePagesOfStaff:
    def test_are_missing_for_everybody_else(self, desk: Desk) -> None:
        client = signed_in(desk, "bao")
        for address in ("", "versions/", "versions.csv", "tier/", "tier/v1/", "tier/v1/edit/"):
            assert client.get(f"/staff/policies/{address}").status_code == 404

    def test_lead_from_a_draft_to_a_notice(self, desk: Desk) -> None:
        eve, fay = signed_in(desk, "eve"), signed_in(desk, "fay")
        answer = eve.post("/staff/policies/commission/draft/")
        assert answer["Location"] == "/staff/policies/commission/v2/edit/"
        form = _form(desk, FEE)
        here = "/staff/policies/commission/v2/"
        assert eve.post(f"{here}edit/", form)["Location"] == here
        assert "Ask a second person" in page(eve, here)
        eve.post(f"{here}ask/", _seen())
        assert "You had a hand in this text" in page(eve, here)
        assert "Your decision is asked for" in page(fay, here)
        fay.post(f"{here}approve/", _seen())
        eve.post(f"{here}publish/", _seen())
        assert PolicyVersion.objects.get(kind="commission", number=2).stage == "notice"
        assert "Version 2 announced" in page(eve, "/staff/policies/commission/")

    def test_show_a_fault_at_its_line_and_keep_what_was_written(self, desk: Desk) -> None:
        eve = signed_in(desk, "eve")
        eve.post("/staff/policies/commission/draft/")
        form = _form(desk, ("fee_ppm = 100000", 'fee_ppm = "much"'))
        answer = eve.post("/staff/policies/commission/v2/edit/", form)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert 'href="#line-9">Line 9</a>' in text
        assert "<code>commission.fee_ppm</code>: A value of another type is expected" in text
        assert "fee_ppm = &quot;much&quot;" in text

    def test_check_without_saving(self, desk: Desk) -> None:
        eve = signed_in(desk, "eve")
        eve.post("/staff/policies/commission/draft/")
        form = _form(desk, FEE)
        for address, extra in (("edit/", {"check": "1"}), ("check/", {})):
            answer = eve.post(f"/staff/policies/commission/v2/{address}", form | extra)
            assert '<ins class="way__after">12%</ins>' in answer.content.decode()
        assert "100000" in PolicyVersion.objects.get(kind="commission", number=2).text

    def test_preview_who_is_affected(self, desk: Desk) -> None:
        version = desk.draft("commission", *FEE)
        text = page(signed_in(desk, "eve"), f"/staff/policies/commission/v{version.number}/")
        assert "Who is affected" in text

    def test_export_exactly_what_the_list_shows(self, desk: Desk) -> None:
        text = b"".join(
            signed_in(desk, "eve").get("/staff/policies/versions.csv?kind=tier").streaming_content
        ).decode()
        assert [line.split(",")[:3] for line in text.splitlines()] == [
            ["version", "kind", "number"],
            ["Tiers v1", "tier", "1"],
        ]

    def test_ask_the_store_as_often_for_many_versions_as_for_few(self, desk: Desk) -> None:
        eve = signed_in(desk, "eve")
        few = _count(eve, "/staff/policies/versions/")
        for _turn in range(12):
            desk.draft("tier", "newcomer_days = 90", "newcomer_days = 60")
        assert _count(eve, "/staff/policies/versions/") == few
        assert _count(eve, "/staff/policies/") <= few + 1


def _form(desk: Desk, change: tuple[str, str]) -> dict[str, Any]:
    version = PolicyVersion.objects.get(kind="commission", number=2)
    return {
        "text": version.text.replace(*change),
        "summary": "The fee rises.",
        "seen_digest": version.digest,
    }


def _seen() -> dict[str, str]:
    version = PolicyVersion.objects.get(kind="commission", number=2)
    return {"seen_digest": version.digest}


def _count(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries_made:
        page(client, address)
    return len(queries_made)
