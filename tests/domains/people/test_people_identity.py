"""Identity: reviews by another person, one person per document, one payee at a time."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from PIL import Image

from wavepool.domains.people import operations, queries
from wavepool.domains.people.models import (
    Creator,
    CreatorPayee,
    Membership,
    Payee,
    Person,
    StaffTeam,
    Verification,
)
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound

DAY = timedelta(days=1)
JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)
NUMBER = "110105 1990-0101 8828"


def ask(
    world: Any, *, by: str = "ada", creator: Creator | None = None, **named: Any
) -> Verification:
    values = {"country": "CN", "document": "national_id", **named}
    number = values.pop("number", NUMBER)
    return operations.ask_verification(
        party=values.pop("party", "creator"),
        party_id=values.pop("party_id", (creator or world.creator).pk),
        legal_name="Wang Ada",
        number=queries.seal_number(number, country=values["country"], document=values["document"]),
        actor=world.actor(by),
        as_of=values.pop("as_of", JUNE),
        **values,
    )


def approve(
    world: Any, found: Verification, *, by: str = "eve", at: datetime = JUNE
) -> Verification:
    return operations.approve_verification(
        verification_id=found.pk, reason="Face and document agree.", actor=world.actor(by), as_of=at
    )


def second_creator(world: Any, owner: str = "dong") -> Creator:
    creator = Creator.objects.create(handle="second", name="Second")
    Membership.objects.create(account=getattr(world, owner), creator=creator, role="owner")
    return creator


class TestANumber:
    def test_is_not_stored(self, world: Any) -> None:
        ask(world)
        stored = str(Verification.objects.values().get())
        assert "19900101" not in stored
        assert Verification.objects.get().document_last == "8828"

    def test_is_the_same_however_it_is_typed(self) -> None:
        sealed = {
            queries.seal_number(each, country="cn", document="passport").hash
            for each in ("E1234567X", "e1234567x", "e123 4567-x", "E1234567X")
        }
        assert len(sealed) == 1


class TestAReview:
    def test_makes_the_person_its_payee_and_the_next_date(self, world: Any) -> None:
        found = approve(world, ask(world))
        assert (found.state, found.expires_at) == ("approved", JUNE + 182 * DAY)
        creator = Creator.objects.get(handle="ada")
        assert creator.person is not None
        assert creator.person.payee.is_verified

    def test_is_done_by_somebody_else(self, world: Any) -> None:
        Membership.objects.create(account=world.eve, creator=world.creator, role="owner")
        found = ask(world, by="eve")
        with pytest.raises(operations.OwnRequest):
            approve(world, found, by="eve")
        approve(world, found, by="fay")

    def test_by_oneself_is_refused_by_the_store_too(self, world: Any) -> None:
        found = ask(world)
        rows = Verification.objects.filter(pk=found.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(decided_by=found.account)

    def test_is_for_staff(self, world: Any) -> None:
        with pytest.raises(NotFound):
            approve(world, ask(world), by="chen")

    def test_ends_a_request_once(self, world: Any) -> None:
        found = approve(world, ask(world))
        with pytest.raises(operations.Decided):
            operations.refuse_verification(
                verification_id=found.pk, reason="Blurred.", actor=world.actor("fay"), as_of=JUNE
            )

    def test_waits_for_one_request_at_a_time(self, world: Any) -> None:
        found = ask(world)
        with pytest.raises(operations.InReview):
            ask(world)
        operations.withdraw_verification(
            party="creator",
            party_id=world.creator.pk,
            verification_id=found.pk,
            actor=world.actor("ada"),
            as_of=JUNE,
        )
        ask(world)

    def test_is_due_again_after_half_a_year(self, world: Any) -> None:
        found = approve(world, ask(world))
        end = JUNE + 182 * DAY
        assert operations.expire_verifications(actor=MACHINE, as_of=end - DAY) == 0
        assert queries.badge_of_verification(found, at=end).name == "expired"
        assert operations.expire_verifications(actor=MACHINE, as_of=end) == 1
        again = approve(world, ask(world, as_of=end), at=end)
        assert again.expires_at == end + 182 * DAY
        found.refresh_from_db()
        assert found.state == "superseded"


class TestAScan:
    def send(self, world: Any, content: bytes) -> int:
        client = Client()
        client.force_login(world.ada)
        form = {
            "legal_name": "Wang Ada",
            "country": "CN",
            "document": "national_id",
            "number": NUMBER,
            "scan": SimpleUploadedFile("card.png", content),
        }
        return client.post("/studio/ada/identity/new/", form).status_code

    def test_passes_the_upload_gate(self, world: Any) -> None:
        drawn = io.BytesIO()
        Image.new("RGB", (8, 5)).save(drawn, "PNG")
        assert self.send(world, drawn.getvalue()) == 302
        (name,) = Verification.objects.get().files
        assert name.startswith("file_")

    def test_that_is_no_picture_is_refused(self, world: Any) -> None:
        assert self.send(world, b"<svg onload=alert(1)>") == 422
        assert Verification.objects.count() == 0


class TestADocument:
    def test_is_one_person_whoever_shows_it(self, world: Any) -> None:
        approve(world, ask(world))
        other = second_creator(world)
        approve(world, ask(world, by="dong", creator=other, number=NUMBER.replace("-", "")))
        assert Person.objects.count() == 1
        assert Creator.objects.get(handle="second").person == Person.objects.get()
        world.dong.refresh_from_db()
        assert world.dong.person == Person.objects.get()
        assert Payee.objects.filter(kind="person").count() == 1

    def test_of_another_person_is_refused(self, world: Any) -> None:
        approve(world, ask(world))
        found = ask(world, number="another number 42")
        with pytest.raises(operations.AnotherPerson):
            approve(world, found)
        assert Person.objects.count() == 1

    def test_of_a_company_makes_its_payee(self, world: Any) -> None:
        approve(world, ask(world, document="licence", number="91110000MA01"))
        payee = Payee.objects.get(kind="company")
        assert (payee.holder, payee.is_verified) == (world.ada, True)
        assert Person.objects.count() == 0

    def test_of_an_agency_verifies_its_own_payee(self, world: Any) -> None:
        found = ask(
            world,
            by="chen",
            party="agency",
            party_id=world.agency.pk,
            document="licence",
            number="91110000MA02",
        )
        approve(world, found)
        assert world.agency.payee.is_verified


class TestAPayee:
    def name(self, world: Any, payee: Payee, *, at: datetime) -> CreatorPayee:
        return operations.set_payee(
            creator_id=world.creator.pk, payee_id=payee.pk, actor=world.actor("ada"), as_of=at
        )

    def test_is_one_at_any_time(self, world: Any) -> None:
        approve(world, ask(world))
        person = Payee.objects.get()
        self.name(world, person, at=JUNE)
        approve(world, ask(world, document="licence", number="91110000MA01"))
        company = Payee.objects.get(kind="company")
        self.name(world, company, at=JUNE + 10 * DAY)
        spans = CreatorPayee.objects.order_by("valid_from").values_list("valid_from", "valid_to")
        assert list(spans) == [(JUNE, JUNE + 10 * DAY), (JUNE + 10 * DAY, None)]
        key = world.creator.pk
        assert queries.payee_as_of(key, at=JUNE - DAY) is None
        assert queries.payee_as_of(key, at=JUNE + 9 * DAY) == person
        assert queries.payee_as_of(key, at=JUNE + 10 * DAY) == company
        with pytest.raises(operations.PayeeOverlaps):
            self.name(world, person, at=JUNE + 5 * DAY)

    def test_must_be_ones_own(self, world: Any) -> None:
        other = second_creator(world)
        approve(world, ask(world, by="dong", creator=other))
        with pytest.raises(operations.PayeeNotYours):
            self.name(world, Payee.objects.get(), at=JUNE)

    def test_of_a_shops_host_is_the_shop(self, world: Any) -> None:
        host = operations.become_creator(
            handle="tea-host",
            name="Tea host",
            role="shop-staff-host",
            shop_slug="bao-tea",
            actor=world.actor("bao"),
            as_of=JUNE,
        )
        row = operations.pay_host_through_shop(
            creator_id=host.pk, actor=world.actor("bao"), as_of=JUNE
        )
        assert row.payee.shop == world.shop
        with pytest.raises(operations.PayeeFixed):
            operations.set_payee(
                creator_id=host.pk, payee_id=row.payee_id, actor=world.actor("bao"), as_of=JUNE
            )

    @pytest.mark.parametrize(("start", "end"), [(1, 5), (-5, 1), (2, 3), (-5, None), (9, None)])
    def test_cannot_overlap_even_by_hand(self, world: Any, start: int, end: int | None) -> None:
        approve(world, ask(world))
        payee = Payee.objects.get()
        made = CreatorPayee.objects.create
        made(creator=world.creator, payee=payee, valid_from=JUNE, valid_to=JUNE + 4 * DAY)
        made(creator=world.creator, payee=payee, valid_from=JUNE + 6 * DAY)
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            made(
                creator=world.creator,
                payee=payee,
                valid_from=JUNE + start * DAY,
                valid_to=None if end is None else JUNE + end * DAY,
            )
        made(
            creator=world.creator,
            payee=payee,
            valid_from=JUNE + 4 * DAY,
            valid_to=JUNE + 6 * DAY,
        )


class TestAStaffTeam:
    def test_member_without_the_right_decides_nothing(self, world: Any) -> None:
        team = StaffTeam.objects.get()
        Membership.objects.create(account=world.dong, team=team, role="viewer")
        with pytest.raises(Exception, match="Your role does not allow this"):
            approve(world, ask(world), by="dong")
