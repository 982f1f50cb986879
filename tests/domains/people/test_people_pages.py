"""Every page of people: opens for those it is for, asks a constant number of questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wavepool.domains.people import operations
from wavepool.domains.people.models import Contract, Creator, Shop
from wavepool.plumbing import clock
from worlds.people import propose

DAY = timedelta(days=1)


def client_of(world: Any, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name))
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.content[:400])
    streamed = getattr(answer, "streaming", False)
    return (b"".join(answer.streaming_content) if streamed else answer.content).decode()


PUBLIC = ("/roles/", "/roles/village-anchor/", "/become-a-creator/", "/c/ada/")
PAGES = {
    "ada": (
        "/studio/ada/",
        "/studio/ada/start/",
        "/studio/ada/profile/",
        "/studio/ada/channels/",
        "/studio/ada/terms/",
        "/studio/ada/claims/",
        "/studio/ada/claims/dispute/",
        "/studio/ada/payee/",
        "/studio/ada/level/",
        "/studio/ada/team/",
        "/studio/ada/identity/",
        "/studio/ada/identity/new/",
        "/studio/ada/contracts/",
    ),
    "bao": ("/merchant/bao-tea/", "/merchant/bao-tea/team/", "/merchant/bao-tea/identity/new/"),
    "chen": (
        "/agency/chen-mcn/",
        "/agency/chen-mcn/roster/",
        "/agency/chen-mcn/roster.csv",
        "/agency/chen-mcn/contracts/",
        "/agency/chen-mcn/contracts/new/",
        "/agency/chen-mcn/introductions/",
        "/agency/chen-mcn/introductions/new/",
        "/agency/chen-mcn/team/",
        "/agency/chen-mcn/identity/",
    ),
    "eve": (
        "/staff/",
        "/staff/people/creators/",
        "/staff/people/creators.csv",
        "/staff/people/shops/",
        "/staff/people/agencies/",
        "/staff/people/accounts/",
        "/staff/people/creators/ada/",
        "/staff/verifications/",
        "/staff/decisions/",
        "/staff/imports/accounts/",
        "/staff/imports/accounts/new/",
        "/staff/team/",
    ),
}


class TestAPublicPage:
    @pytest.mark.parametrize("address", PUBLIC)
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_opens_for_everybody(self, world: Any, address: str, language: str) -> None:
        client = Client(headers={"accept-language": language})
        assert "<h1" in page(client, address)

    def test_of_nobody_is_missing(self, world: Any) -> None:
        page(Client(), "/c/nobody/", 404)
        page(Client(), "/roles/nobody/", 404)


class TestAWorkspacePage:
    @pytest.mark.parametrize(
        ("name", "address"), [(name, each) for name, all_of in PAGES.items() for each in all_of]
    )
    def test_opens_for_its_people_only(self, world: Any, name: str, address: str) -> None:
        page(client_of(world, name), address)
        page(client_of(world, "dong"), address, 404)


class TestTheRoles:
    def test_are_found_by_word_in_both_languages(self, world: Any) -> None:
        assert "Village anchor" in page(Client(), "/roles/?q=village")
        assert "Village anchor" in page(Client(), "/roles/?q=村播主播")
        assert "No role fits" in page(Client(), "/roles/?q=astronaut")

    def test_are_narrowed_by_group_and_earning(self, world: Any) -> None:
        text = page(Client(), "/roles/?group=overseas&earning=incentive")
        assert "Overseas buyer" in text
        assert "Village anchor" not in text.split("<main", 1)[1].split("</form>", 1)[1]


class TestAJourney:
    def test_goes_from_nothing_to_a_studio(self, world: Any) -> None:
        client = client_of(world, "dong")
        answer = client.post(
            "/become-a-creator/new/",
            {"name": "Dong's garden", "handle": "Dong-Garden", "role": "gardener"},
        )
        assert answer["Location"] == "/studio/dong-garden/start/"
        text = page(client, answer["Location"])
        assert "1 of 6 steps are done" in text
        client.post(
            "/studio/dong-garden/profile/",
            {"name": "Dong's garden", "bio": "Plants at home.", "role": "gardener"},
        )
        channel = {"channel": "weitao", "external_id": "d-1", "name": "Dong"}
        client.post("/studio/dong-garden/channels/", channel)
        client.post("/studio/dong-garden/terms/")
        assert "4 of 6 steps are done" in page(client, "/studio/dong-garden/start/")

    def test_says_at_the_field_that_a_handle_is_taken(self, world: Any) -> None:
        form = {"name": "Another Ada", "handle": "ada", "role": "gardener"}
        answer = client_of(world, "dong").post("/become-a-creator/new/", form)
        assert answer.status_code == 422
        assert "This handle is taken." in answer.content.decode()


class TestAContractPage:
    def test_shows_a_change_beside_what_applies(self, world: Any) -> None:
        now = clock.now()
        contract = propose(world, as_of=now - 2 * DAY)
        ada, chen = client_of(world, "ada"), client_of(world, "chen")
        address = f"/studio/ada/contracts/{contract.reference}/"
        assert "Agree to these terms?" in page(ada, address)
        assert "Agree to these terms?" not in page(
            chen, address.replace("studio/ada", "agency/chen-mcn")
        )
        answer = ada.post(f"{address}agree/", {"number": "1"})
        assert answer["Location"] == address
        assert Contract.objects.get().state == "in_force"
        change = {
            "direct": "12.5",
            "pool": "30",
            "award": "0",
            "unbinding_days": "15",
            "may": ["view"],
        }
        assert ada.post(f"{address}change/", change).status_code == 302
        text = page(ada, address)
        assert "20%" in text
        assert "12.5%" in text
        assert "changed" in text

    def test_of_others_looks_missing(self, world: Any) -> None:
        contract = propose(world, as_of=clock.now())
        other = Creator.objects.create(handle="other", name="Other")
        other.memberships.create(account=world.dong, role="owner")
        dong = client_of(world, "dong")
        page(dong, f"/studio/other/contracts/{contract.reference}/", 404)
        answer = dong.post(f"/studio/other/contracts/{contract.reference}/agree/", {"number": "1"})
        assert answer.status_code == 404


class TestALongList:
    @pytest.mark.parametrize(
        ("name", "address", "most"),
        [
            ("eve", "/staff/people/creators/", 9),
            ("eve", "/staff/people/shops/", 9),
            ("eve", "/staff/people/accounts/", 9),
            ("eve", "/staff/verifications/", 9),
            ("chen", "/agency/chen-mcn/roster/", 10),
            ("chen", "/agency/chen-mcn/introductions/", 9),
        ],
    )
    def test_asks_as_often_for_twelve_rows_as_for_two(
        self, world: Any, name: str, address: str, most: int, django_assert_max_num_queries: Any
    ) -> None:
        client = client_of(world, name)
        fill(world, 2)
        page(client, address)
        with django_assert_max_num_queries(most) as few:
            page(client, address)
        fill(world, 10)
        with django_assert_max_num_queries(most) as many:
            page(client, address)
        assert len(few) == len(many)


def fill(world: Any, count: int) -> None:
    """Creators under contract, with shops, requests and introductions."""
    now = clock.now()
    chen = world.actor("chen")
    start = Creator.objects.count()
    for number in range(start, start + count):
        creator = Creator.objects.create(handle=f"c{number}", name=f"Creator {number}")
        creator.memberships.create(account=world.dong, role="owner")
        Shop.objects.create(slug=f"s{number}", name=f"Shop {number}")
        contract = propose(world, creator=creator, as_of=now - DAY)
        operations.agree_to_version(
            contract_id=contract.pk, number=1, side="creator", actor=world.actor("dong"), as_of=now
        )
        operations.claim_introduction(
            agency_id=world.agency.pk,
            creator_id=creator.pk,
            evidence="A training record.",
            introduced_at=now - DAY,
            actor=chen,
            as_of=now,
        )


class TestFollowing:
    def test_counts_once_and_can_stop(self, world: Any) -> None:
        client = client_of(world, "dong")
        for _again in range(2):
            client.post(reverse("people.follow", args=["ada"]))
        assert Creator.objects.get(handle="ada").followers == 1
        for _again in range(2):
            client.post(reverse("people.unfollow", args=["ada"]))
        assert Creator.objects.get(handle="ada").followers == 0

    def test_is_not_for_ones_own_people(self, world: Any) -> None:
        client_of(world, "ada").post(reverse("people.follow", args=["ada"]))
        assert Creator.objects.get(handle="ada").followers == 0

    def test_asks_strangers_to_sign_in(self, world: Any) -> None:
        answer = Client().post(reverse("people.follow", args=["ada"]))
        assert answer.status_code == 302
        assert "login" in answer["Location"]
