"""Who is told of invitations, terms, introductions and identities, and who is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from wavepool.domains.people import operations, queries
from wavepool.domains.people.models import Membership
from wavepool.plumbing.models import Notification
from worlds.people import in_force, propose
from worlds.told import told_to

JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)


def invite(world: Any, email: str) -> Any:
    return operations.invite_member(
        party="shop",
        party_id=world.shop.pk,
        email=email,
        role="viewer",
        token=f"{email:x<43}",
        actor=world.actor("bao"),
        as_of=JUNE,
    )


class TestAnInvitation:
    def test_is_told_to_who_has_an_account_and_again_when_sent_again(self, world: Any) -> None:
        found = invite(world, "dong@example.com")
        operations.resend_invitation(
            party="shop",
            party_id=world.shop.pk,
            invitation_id=found.pk,
            token="y" * 43,
            actor=world.actor("bao"),
            as_of=JUNE + timedelta(days=1),
        )
        assert told_to(world.dong) == [("Bao Tea offers you a seat: Viewer", "")] * 2

    def test_to_an_unknown_address_is_a_letter_only(self, world: Any) -> None:
        invite(world, "nobody@example.com")
        assert Notification.objects.count() == 0

    def test_never_carries_the_secret_of_its_letter(self, world: Any) -> None:
        invite(world, "dong@example.com")
        (row,) = Notification.objects.values()
        assert "xxxx" not in str(row)


class TestTerms:
    def test_wait_for_the_owners_of_the_other_side(self, world: Any) -> None:
        for name, role in (("dong", "operator"), ("fay", "owner")):
            account = getattr(world, name)
            Membership.objects.create(account=account, creator=world.creator, role=role)
        contract = propose(world, as_of=JUNE)
        said = (
            "Chen Talents proposed terms of a contract",
            f"/studio/ada/contracts/{contract.reference}/",
        )
        assert told_to(world.ada) == [said]
        assert told_to(world.fay) == [said]
        assert [told_to(getattr(world, name)) for name in ("dong", "chen", "bao")] == [[], [], []]

    def test_of_a_change_wait_for_the_agency_where_the_creator_proposed(self, world: Any) -> None:
        contract = in_force(world, as_of=JUNE)
        operations.propose_change(
            contract_id=contract.pk,
            side="creator",
            terms=operations.ContractTerms(direct_ppm=100_000, pool_ppm=0, award_ppm=0),
            actor=world.actor("ada"),
            as_of=JUNE,
        )
        assert told_to(world.chen) == [
            (
                "Ada's kitchen proposed terms of a contract",
                f"/agency/chen-mcn/contracts/{contract.reference}/",
            )
        ]


class TestAnIntroduction:
    def test_is_told_to_the_creator(self, world: Any) -> None:
        operations.claim_introduction(
            agency_id=world.agency.pk,
            creator_id=world.creator.pk,
            evidence="A letter.",
            introduced_at=JUNE,
            actor=world.actor("chen"),
            as_of=JUNE,
        )
        assert told_to(world.ada) == [
            ("Chen Talents says that it brought you here", "/studio/ada/contracts/")
        ]


class TestAnIdentity:
    def ask(self, world: Any) -> Any:
        return operations.ask_verification(
            party="creator",
            party_id=world.creator.pk,
            legal_name="Wang Ada",
            country="CN",
            document="national_id",
            number=queries.seal_number("110105199001018828", country="CN", document="national_id"),
            actor=world.actor("ada"),
            as_of=JUNE,
        )

    def test_that_was_verified_is_told(self, world: Any) -> None:
        operations.approve_verification(
            verification_id=self.ask(world).pk, reason="", actor=world.actor("eve"), as_of=JUNE
        )
        assert told_to(world.ada) == [
            ("The identity of Ada's kitchen is verified", "/studio/ada/identity/")
        ]

    def test_that_was_refused_is_told_with_its_reason(self, world: Any) -> None:
        operations.refuse_verification(
            verification_id=self.ask(world).pk,
            reason="The picture is dark.",
            actor=world.actor("eve"),
            as_of=JUNE,
        )
        assert told_to(world.ada) == [
            ("The identity of Ada's kitchen was not accepted", "/studio/ada/identity/")
        ]
        assert Notification.objects.get().data["reason"] == "The picture is dark."
