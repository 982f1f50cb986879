"""What was taken away opens nothing at the very next request: roles, contracts, keys, sessions.

Each case signs in, sees its page, loses the right, and asks again at once. The
last test is the sabotage: with rights kept from an earlier request, the same
check finds the door open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.people import operations
from wavepool.domains.people.models import Account, Membership
from wavepool.domains.people.queries import doors
from wavepool.plumbing import clock, keys
from wavepool.plumbing.models import AuditRow
from worlds import cast
from worlds.people import in_force, propose

DAY = timedelta(days=1)
STUDIO = "/studio/ada/"
Lose = Callable[[Any], None]


@pytest.fixture
def world(db: None) -> Any:
    """The cast; the promises' own `world` is a market on disk."""
    return cast.make_cast()


def client_of(world: Any, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name))
    return client


def seen(client: Client, address: str) -> int:
    return client.get(address).status_code


def seat(world: Any, role: str = "operator") -> Membership:
    return Membership.objects.create(account=world.dong, creator=world.creator, role=role)


def end_seat(world: Any) -> None:
    operations.end_membership(
        party="creator",
        party_id=world.creator.pk,
        membership_id=Membership.objects.get(account=world.dong).pk,
        actor=world.actor("ada"),
        as_of=clock.now(),
    )


def unbind(world: Any) -> None:
    now = clock.now()
    contract = world.creator.contracts.get()
    named = {"contract_id": contract.pk, "as_of": now}
    operations.ask_to_unbind(side="creator", reason="Enough.", actor=world.actor("ada"), **named)
    operations.agree_to_unbinding(side="agency", actor=world.actor("chen"), **named)


def narrow(world: Any) -> None:
    now = clock.now()
    contract = world.creator.contracts.get()
    version = operations.propose_change(
        contract_id=contract.pk,
        side="creator",
        terms=operations.ContractTerms(direct_ppm=200_000, pool_ppm=0, award_ppm=0),
        actor=world.actor("ada"),
        as_of=now,
    )
    operations.agree_to_version(
        contract_id=contract.pk,
        number=version.number,
        side="agency",
        actor=world.actor("chen"),
        as_of=now,
    )


def leave_agency(world: Any) -> None:
    Membership.objects.create(account=world.dong, agency=world.agency, role="owner")
    operations.end_membership(
        party="agency",
        party_id=world.agency.pk,
        membership_id=Membership.objects.get(account=world.chen).pk,
        actor=world.actor("chen"),
        as_of=clock.now(),
    )


class TestASeat:
    def test_taken_away_opens_nothing(self, world: Any) -> None:
        seat(world)
        client = client_of(world, "dong")
        assert seen(client, STUDIO) == 200
        end_seat(world)
        assert seen(client, STUDIO) == 404

    def test_with_less_rights_does_less(self, world: Any) -> None:
        row = seat(world)
        client = client_of(world, "dong")
        assert seen(client, f"{STUDIO}profile/") == 200
        operations.change_role(
            party="creator",
            party_id=world.creator.pk,
            membership_id=row.pk,
            role="viewer",
            actor=world.actor("ada"),
            as_of=clock.now(),
        )
        assert seen(client, f"{STUDIO}profile/") == 403

    def test_among_staff_taken_away_opens_nothing(self, world: Any) -> None:
        client = client_of(world, "fay")
        assert seen(client, "/staff/") == 200
        operations.end_membership(
            party="team",
            party_id=world.team.pk,
            membership_id=Membership.objects.get(account=world.fay).pk,
            actor=world.actor("eve"),
            as_of=clock.now(),
        )
        assert seen(client, "/staff/") == 404


class TestAnAgency:
    @pytest.mark.parametrize("lose", [unbind, narrow, leave_agency])
    def test_without_its_contract_or_seat_opens_nothing(self, world: Any, lose: Lose) -> None:
        in_force(world, as_of=clock.now() - DAY)
        client = client_of(world, "chen")
        assert seen(client, STUDIO) == 200
        lose(world)
        assert seen(client, STUDIO) == 404

    def test_acts_within_what_was_granted_and_under_its_own_name(self, world: Any) -> None:
        in_force(world, as_of=clock.now() - DAY)
        client = client_of(world, "chen")
        text = client.get(STUDIO).content.decode()
        assert "You act on behalf of this creator" in text
        form = {"name": "Ada", "bio": "By Chen.", "role": "home-cook"}
        assert client.post(f"{STUDIO}profile/", form).status_code == 302
        for closed in ("team/", "payee/", "identity/", "claims/"):
            method = client.post if closed == "team/" else client.get
            assert method(f"{STUDIO}{closed}").status_code == 403
        row = AuditRow.objects.get(kind="people.profile_changed")
        assert '"Chen"' in row.actor
        assert '"on_behalf_through":"Chen Talents"' in row.data.replace('": "', '":"')

    def test_after_the_last_day_of_the_term_opens_nothing(self, world: Any) -> None:
        now = clock.now()
        in_force(world, as_of=now - 2 * DAY, ends_at=now - DAY)
        assert seen(client_of(world, "chen"), STUDIO) == 404

    def test_that_only_proposed_opens_nothing(self, world: Any) -> None:
        propose(world, as_of=clock.now())
        assert seen(client_of(world, "chen"), STUDIO) == 404


class TestALetter:
    def test_withdrawn_opens_nothing(self, world: Any) -> None:
        now, token = clock.now(), "a token of the tests"
        party = {"party": "creator", "party_id": world.creator.pk}
        invitation = operations.invite_member(
            **party,
            email="dong@example.com",
            role="owner",
            token=token,
            actor=world.actor("ada"),
            as_of=now,
        )
        client = client_of(world, "dong")
        assert "Accept" in client.get(f"/invitations/{token}/").content.decode()
        operations.withdraw_invitation(
            **party, invitation_id=invitation.pk, actor=world.actor("ada"), as_of=now
        )
        client.post(f"/invitations/{token}/accept/")
        assert seen(client, STUDIO) == 404


class TestAKey:
    def make(self, world: Any) -> Any:
        return keys.make_key(
            account_id=world.dong.pk,
            name="A key of the tests",
            scopes=["people:read"],
            is_live=True,
            expires_at=clock.now() + DAY,
            actor=world.actor("dong"),
            at=clock.now(),
        )

    def test_revoked_opens_nothing(self, world: Any) -> None:
        made = self.make(world)
        headers = {"authorization": f"Bearer {made.token}"}
        client = Client(headers=headers)
        assert seen(client, "/api/v1/me/memberships") == 200
        keys.revoke_key(
            public_id=made.row.public_id,
            account_id=world.dong.pk,
            actor=world.actor("dong"),
            at=clock.now(),
        )
        assert seen(client, "/api/v1/me/memberships") == 401

    def test_shows_no_seat_that_was_taken_away(self, world: Any) -> None:
        seat(world)
        client = Client(headers={"authorization": f"Bearer {self.make(world).token}"})
        assert [each["slug"] for each in client.get("/api/v1/me/memberships").json()] == ["ada"]
        end_seat(world)
        assert client.get("/api/v1/me/memberships").json() == []


class TestASession:
    def test_ends_with_a_new_password(self, world: Any) -> None:
        client = client_of(world, "ada")
        assert seen(client, STUDIO) == 200
        account = Account.objects.get(pk=world.ada.pk)
        account.set_password("a new password of the tests")
        account.save()
        assert seen(client, STUDIO) == 302

    def test_ends_with_its_account(self, world: Any) -> None:
        client = client_of(world, "ada")
        Account.objects.filter(pk=world.ada.pk).update(is_active=False)
        assert seen(client, STUDIO) == 302


class TestTheCheckItself:
    def test_finds_a_door_that_remembers(self, world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sabotage: a door that keeps what it found once lets a former member in."""
        kept: dict[str, Any] = {}
        honest = doors._own_workspace

        def remembering(**named: Any) -> Any:
            key = str(sorted(named.items(), key=str))
            return kept.setdefault(key, honest(**named))

        monkeypatch.setattr(doors, "_own_workspace", remembering)
        seat(world)
        client = client_of(world, "dong")
        assert seen(client, STUDIO) == 200
        end_seat(world)
        assert seen(client, STUDIO) == 200

    def test_finds_a_contract_that_nobody_asks_for_again(
        self, world: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sabotage: rights through an agency that outlive the contract."""
        in_force(world, as_of=clock.now() - DAY)
        rights = doors._rights_through_agency(
            creator_id=world.creator.pk, actor=world.actor("chen"), at=clock.now()
        )
        client = client_of(world, "chen")
        unbind(world)
        assert seen(client, STUDIO) == 404
        monkeypatch.setattr(doors, "_rights_through_agency", lambda **_named: rights)
        assert seen(client, STUDIO) == 200
