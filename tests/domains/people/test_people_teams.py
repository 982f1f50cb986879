"""Teams: invitations, roles, and the owner that every team keeps."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from wavepool.domains.people import operations, queries
from wavepool.domains.people.models import Invitation, Membership
from wavepool.domains.people.operations import memberships
from wavepool.plumbing.errors import NotAllowed, NotFound
from worlds.parallel import run_parallel, shared_store

JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)
TOKEN = "a token of 256 bits, as the tests spell it"


def invite(
    world: Any, *, by: str = "bao", email: str = "Dong@Example.com", **named: Any
) -> Invitation:
    return operations.invite_member(
        party="shop",
        party_id=world.shop.pk,
        email=email,
        role=named.pop("role", "operator"),
        token=named.pop("token", TOKEN),
        actor=world.actor(by),
        as_of=named.pop("as_of", JUNE),
    )


def accept(
    world: Any, *, by: str = "dong", token: str = TOKEN, as_of: datetime = JUNE
) -> Membership:
    return operations.accept_invitation(token=token, actor=world.actor(by), as_of=as_of)


class TestAnInvitation:
    def test_gives_the_seat_to_its_address(self, world: Any) -> None:
        invite(world)
        seat = accept(world)
        assert (seat.account, seat.shop, seat.role) == (world.dong, world.shop, "operator")

    def test_stores_no_token(self, world: Any) -> None:
        invite(world)
        assert TOKEN not in str(Invitation.objects.values().get())

    def test_works_for_its_address_only(self, world: Any) -> None:
        invite(world)
        with pytest.raises(operations.NotForYou):
            accept(world, by="ada")

    def test_works_once(self, world: Any) -> None:
        invite(world)
        accept(world)
        with pytest.raises(operations.InvitationClosed):
            accept(world)

    def test_ends_after_seven_days(self, world: Any) -> None:
        invite(world)
        with pytest.raises(operations.InvitationClosed):
            accept(world, as_of=JUNE + timedelta(days=7))
        invite(world, token="another token", as_of=JUNE + timedelta(days=7))
        accept(world, token="another token", as_of=JUNE + timedelta(days=8))

    def test_sent_again_has_a_new_token_and_new_days(self, world: Any) -> None:
        first = invite(world)
        operations.resend_invitation(
            party="shop",
            party_id=world.shop.pk,
            invitation_id=first.pk,
            token="a second token",
            actor=world.actor("bao"),
            as_of=JUNE + timedelta(days=5),
        )
        with pytest.raises(NotFound):
            accept(world)
        accept(world, token="a second token", as_of=JUNE + timedelta(days=11))

    def test_withdrawn_opens_nothing(self, world: Any) -> None:
        found = invite(world)
        operations.withdraw_invitation(
            party="shop",
            party_id=world.shop.pk,
            invitation_id=found.pk,
            actor=world.actor("bao"),
            as_of=JUNE,
        )
        with pytest.raises(operations.InvitationClosed):
            accept(world)

    def test_declined_is_answered(self, world: Any) -> None:
        invite(world)
        operations.decline_invitation(token=TOKEN, actor=world.actor("dong"), as_of=JUNE)
        with pytest.raises(operations.InvitationClosed):
            accept(world)

    def test_is_open_once_per_address(self, world: Any) -> None:
        invite(world)
        with pytest.raises(operations.AlreadyInvited):
            invite(world, token="another token")

    def test_is_an_owners_to_make(self, world: Any) -> None:
        with pytest.raises(NotFound):
            invite(world, by="ada")
        invite(world)
        accept(world)
        with pytest.raises(NotAllowed):
            invite(world, by="dong", email="new@example.com", token="another token")

    def test_goes_out_by_letter_and_back_by_link(self, world: Any) -> None:
        bao, dong = Client(), Client()
        bao.force_login(world.bao)
        dong.force_login(world.dong)
        form = {"email": "dong@example.com", "role": "viewer"}
        assert bao.post("/merchant/bao-tea/team/", form).status_code == 302
        link = re.search(r"http://testserver(/invitations/\S+)", mail.outbox[0].body)
        assert link is not None
        assert "Bao Tea" in dong.get(link[1]).content.decode()
        assert dong.get("/merchant/bao-tea/").status_code == 404
        dong.post(f"{link[1]}accept/")
        assert dong.get("/merchant/bao-tea/").status_code == 200
        assert dong.post("/merchant/bao-tea/team/", form).status_code == 403


class TestTheLastOwner:
    def seat(self, world: Any, name: str) -> Membership:
        return Membership.objects.get(account=getattr(world, name), shop=world.shop)

    def end(self, world: Any, name: str, *, by: str = "") -> None:
        operations.end_membership(
            party="shop",
            party_id=world.shop.pk,
            membership_id=self.seat(world, name).pk,
            actor=world.actor(by or name),
            as_of=JUNE,
        )

    def test_cannot_leave(self, world: Any) -> None:
        with pytest.raises(operations.LastOwner):
            self.end(world, "bao")

    def test_cannot_become_less(self, world: Any) -> None:
        with pytest.raises(operations.LastOwner):
            operations.change_role(
                party="shop",
                party_id=world.shop.pk,
                membership_id=self.seat(world, "bao").pk,
                role="viewer",
                actor=world.actor("bao"),
                as_of=JUNE,
            )

    def test_may_leave_once_there_is_another(self, world: Any) -> None:
        Membership.objects.create(account=world.dong, shop=world.shop, role="owner")
        self.end(world, "bao")
        assert [each.account for each in world.shop.memberships.all()] == [world.dong]

    def test_members_may_leave_but_remove_nobody(self, world: Any) -> None:
        Membership.objects.create(account=world.dong, shop=world.shop, role="viewer")
        with pytest.raises(NotAllowed):
            self.end(world, "bao", by="dong")
        self.end(world, "dong")


def two_leave(world: Any, folder: Path) -> int:
    """Both owners leave at once; how many owners stay."""
    Membership.objects.create(account=world.dong, shop=world.shop, role="owner")
    seats = list(world.shop.memberships.values_list("pk", "account_id"))
    actors = {getattr(world, name).pk: world.actor(name) for name in ("bao", "dong")}
    ready = Barrier(2)

    def leave(seat: tuple[int, int]) -> None:
        ready.wait(10)
        try:
            operations.end_membership(
                party="shop",
                party_id=world.shop.pk,
                membership_id=seat[0],
                actor=actors[seat[1]],
                as_of=JUNE,
            )
        except operations.LastOwner:
            return

    with shared_store(folder):
        run_parallel(leave, seats, threads=2)
        (left,) = run_parallel(lambda _: world.shop.memberships.count(), [0], threads=1)
        return left


class TestTwoOwnersLeavingAtOnce:
    def test_leave_one_behind(self, transactional_db: None, world: Any, tmp_path: Path) -> None:
        assert two_leave(world, tmp_path) == 1

    def test_leave_nobody_without_the_guard(
        self, transactional_db: None, world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sabotage: without the question for another owner both go."""
        monkeypatch.setattr(memberships, "_keep_an_owner", lambda *_args, **_named: None)
        assert two_leave(world, tmp_path) == 0


class TestTheMatrix:
    def test_says_what_each_role_may(self) -> None:
        matrix = {
            right: [may for _role, may in cells] for right, cells in queries.permission_matrix()
        }
        assert matrix["See and move money"] == [True, False, True, False, False]
        assert matrix["Run live rooms"] == [True, True, False, False, True]
