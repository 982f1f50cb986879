"""Promise: nobody changes a rule of pay alone, on any way into the platform."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import Client

from wavepool.domains.people.models import Membership, Role
from wavepool.domains.policies import operations
from wavepool.domains.policies.models import PolicyVersion
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.models import Approval
from wavepool.site.api import describe
from worlds.cast import make_cast
from worlds.policy_desk import NOON, Desk, make_desk

FEE = ("fee_ppm = 100000", "fee_ppm = 120000")
HERE = "/staff/policies/commission/v2/"


@pytest.fixture
def desk(db: None) -> Desk:
    """Eve and Fay own the terms, Dong operates."""
    return make_desk(make_cast())


@pytest.fixture
def asked(desk: Desk) -> PolicyVersion:
    """Eve wrote a draft and asked for a second person."""
    version = desk.draft("commission", *FEE)
    desk.ask(version)
    return version


def bypasses(version: PolicyVersion, ways: Iterator[tuple[str, Callable[[], Any]]]) -> list[str]:
    """Try each way, name those on which the version was agreed to or left its draft."""
    through = []
    for name, attempt in ways:
        with suppress(PlatformError, IntegrityError, CommandError, _Undo), transaction.atomic():
            attempt()
            version.refresh_from_db()
            if not version.is_draft or _is_agreed(version):
                through.append(name)
            raise _Undo
    return through


def ways_in(desk: Desk, version: PolicyVersion) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every way into the platform on which Eve, who has all rights, could agree to her own text."""
    named, eve = desk.named(version), desk.actor("eve")
    yield "operation", lambda: operations.approve_version(**named, actor=eve, as_of=NOON)
    yield (
        "operation, not agreed",
        lambda: operations.publish_version(**named, actor=eve, as_of=NOON),
    )
    yield "page", lambda: _post(desk, "eve", "approve/", version)
    yield "page, not agreed", lambda: _post(desk, "eve", "publish/", version)
    yield (
        "approval",
        lambda: approvals.approve(
            approval_id=_open(version).public_id, digest=version.digest, actor=eve, as_of=NOON
        ),
    )
    yield "machine", lambda: operations.approve_version(**named, actor=MACHINE, as_of=NOON)
    key = replace(desk.actor("fay"), scopes=frozenset({"policies:write"}))
    yield "API key", lambda: operations.approve_version(**named, actor=key, as_of=NOON)
    for step in ("approve", "publish"):
        yield (
            f"terminal, {step}",
            lambda step=step: call_command(  # type: ignore[misc]
                "policies", step, "commission", "2", account="eve@example.com", stdout=StringIO()
            ),
        )


def rows_by_hand(desk: Desk, version: PolicyVersion) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Rows that Eve could write in a shell, past every operation."""
    asked = Approval.objects.filter(subject=version.subject)
    row = PolicyVersion.objects.filter(pk=version.pk)
    later = NOON + timedelta(days=9)
    begins = {"stage": "notice", "valid_from_at": later, "announced_at": NOON}
    agreed = {**begins, "approved_digest": version.digest, "approval": _open(version)}
    yield (
        "she decides",
        lambda: asked.update(decision="approved", decided_by=desk.world.eve.pk, decided_at=NOON),
    )
    yield "announced", lambda: row.update(**begins)
    yield "agreed by her", lambda: row.update(**agreed, approved_by=desk.world.eve)
    yield "agreed by nobody", lambda: row.update(**agreed)
    yield (
        "another text agreed",
        lambda: row.update(**{**agreed, "approved_digest": "0" * 64}, approved_by=desk.world.fay),
    )


class TestOnePersonAlone:
    def test_gets_through_nowhere(self, desk: Desk, asked: PolicyVersion) -> None:
        assert len(list(ways_in(desk, asked))) == 9
        assert bypasses(asked, ways_in(desk, asked)) == []

    def test_gets_through_nowhere_when_somebody_else_asked(
        self, desk: Desk, asked: PolicyVersion
    ) -> None:
        """Dong asks for Eve's text; the request is not hers, the text is."""
        desk.ask(asked, by="dong")
        assert bypasses(asked, ways_in(desk, asked)) == []

    def test_writes_no_row_that_the_store_takes(self, desk: Desk, asked: PolicyVersion) -> None:
        assert bypasses(asked, rows_by_hand(desk, asked)) == []

    def test_gets_through_when_the_guard_is_off(
        self, desk: Desk, asked: PolicyVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sabotage: everybody counts as a second person, and the same tries succeed."""
        desk.ask(asked, by="dong")
        monkeypatch.setattr(approvals, "is_second_person", lambda account_id, *, makers: True)
        assert bypasses(asked, ways_in(desk, asked)) == ["operation", "page", "approval"]

    def test_finds_no_door_of_the_api_that_writes(self) -> None:
        paths = describe()["paths"]
        ours = {path: set(methods) for path, methods in paths.items() if "/policies" in path}
        assert len(ours) == 4
        assert set().union(*ours.values()) == {"get"}


class TestASecondPerson:
    def test_makes_it_possible(self, desk: Desk, asked: PolicyVersion) -> None:
        desk.approve(asked)
        assert desk.publish(asked).stage == "notice"

    def test_with_a_hand_in_an_earlier_text_is_none(self, desk: Desk, asked: PolicyVersion) -> None:
        """Fay edits, Eve edits again and asks: Fay wrote a part of it."""
        version = desk.edit(asked, "fee_ppm = 120000", "fee_ppm = 130000", by="fay")
        version = desk.edit(version, "fee_ppm = 130000", "fee_ppm = 120000", by="eve")
        desk.ask(version)
        with pytest.raises(approvals.SecondPersonNeeded):
            desk.approve(version, by="fay")

    def test_who_asked_for_another_s_text_is_none(self, desk: Desk) -> None:
        """The swap: Dong writes, Fay asks, Fay agrees."""
        version = desk.draft("commission", *FEE, by="dong")
        desk.ask(version, by="fay")
        with pytest.raises(approvals.SecondPersonNeeded):
            desk.approve(version, by="fay")
        desk.approve(version, by="eve")

    def test_swaps_no_roles(self, desk: Desk, asked: PolicyVersion) -> None:
        """Eve lets Fay ask again and agrees herself; then Eve's role changes hands and back."""
        desk.ask(asked, by="fay")
        with pytest.raises(approvals.SecondPersonNeeded):
            desk.approve(asked, by="eve")
        Membership.objects.filter(account=desk.world.eve).update(role=Role.OPERATOR)
        Membership.objects.filter(account=desk.world.eve).update(role=Role.OWNER)
        with pytest.raises(approvals.SecondPersonNeeded):
            desk.approve(asked, by="eve")

    def test_who_lost_the_right_is_none(self, desk: Desk, asked: PolicyVersion) -> None:
        Membership.objects.filter(account=desk.world.fay).update(role=Role.OPERATOR)
        with pytest.raises(PlatformError) as refused:
            desk.approve(asked, by="fay")
        assert refused.value.kind == "not_allowed"
        answer = _post(desk, "fay", "approve/", asked)
        assert answer.status_code == 403

    def test_needs_a_fresh_second_factor(self, desk: Desk, asked: PolicyVersion) -> None:
        fay = desk.actor("fay")
        stale = (None, NOON - timedelta(minutes=16), NOON + timedelta(minutes=6))
        for mfa_at in stale:
            with pytest.raises(approvals.SecondFactorNeeded):
                operations.approve_version(
                    **desk.named(asked), actor=replace(fay, mfa_at=mfa_at), as_of=NOON
                )
        answer = _post(desk, "fay", "approve/", asked, has_factor=False)
        assert (answer.status_code, _is_agreed(asked)) == (302, False)
        _post(desk, "fay", "approve/", asked)
        assert _is_agreed(asked)

    def test_agrees_once(self, desk: Desk, asked: PolicyVersion) -> None:
        desk.approve(asked)
        with pytest.raises(approvals.AlreadyDecided):
            desk.approve(asked)


class TestAnEdit:
    def test_after_the_approval_voids_it(self, desk: Desk, asked: PolicyVersion) -> None:
        desk.approve(asked)
        edited = desk.edit(asked, "fee_ppm = 120000", "fee_ppm = 300000", by="eve")
        with pytest.raises(approvals.NotApproved):
            desk.publish(edited)
        with pytest.raises(operations.DraftChanged):
            desk.publish(asked)
        assert [each.decision for each in approvals.list_approvals(subject=asked.subject)] == [
            "void"
        ]

    def test_of_anything_that_binds_voids_it(self, desk: Desk, asked: PolicyVersion) -> None:
        """The wanted first day is part of what was agreed on."""
        desk.approve(asked)
        later = operations.save_draft(
            kind="commission",
            number=2,
            text=asked.text,
            summary="",
            first_date=(NOON + timedelta(days=60)).date(),
            seen_digest=asked.digest,
            actor=desk.actor("eve"),
            as_of=NOON,
        )
        with pytest.raises(approvals.NotApproved):
            desk.publish(later)

    def test_behind_the_back_of_the_one_who_agrees_is_noticed(
        self, desk: Desk, asked: PolicyVersion
    ) -> None:
        edited = desk.edit(asked, "fee_ppm = 120000", "fee_ppm = 300000", by="eve")
        desk.ask(edited)
        with pytest.raises(operations.DraftChanged):
            desk.approve(asked)

    def test_in_the_store_alone_is_noticed(self, desk: Desk, asked: PolicyVersion) -> None:
        desk.approve(asked)
        rows = PolicyVersion.objects.filter(pk=asked.pk)
        rows.update(text=asked.text.replace("120000", "900000"))
        with pytest.raises(PlatformError) as refused:
            desk.publish(asked)
        assert refused.value.kind == "policies.tampered"


class TestAnApproval:
    """The piece itself, as other domains use it."""

    DIGEST = hashlib.sha256(b"move 100,000.00 CNY").hexdigest()

    def ask(self, actor: Actor) -> Approval:
        return approvals.request_approval(
            subject="adjustment/7", digest=self.DIGEST, makers=(), actor=actor, as_of=NOON
        )

    def test_counts_for_its_digest_only(self, desk: Desk) -> None:
        asked = self.ask(desk.actor("eve"))
        fay = desk.actor("fay")
        with pytest.raises(approvals.ContentChanged):
            approvals.approve(approval_id=asked.public_id, digest="0" * 64, actor=fay, as_of=NOON)
        approvals.approve(approval_id=asked.public_id, digest=self.DIGEST, actor=fay, as_of=NOON)
        with transaction.atomic():
            found = approvals.ensure_approved(subject="adjustment/7", digest=self.DIGEST, makers=())
        assert found.public_id == asked.public_id
        with pytest.raises(approvals.NotApproved), transaction.atomic():
            approvals.ensure_approved(subject="adjustment/7", digest="0" * 64, makers=())

    def test_does_not_count_where_the_one_who_agreed_acts_on_own_content(self, desk: Desk) -> None:
        asked = self.ask(desk.actor("eve"))
        fay = desk.actor("fay")
        approvals.approve(approval_id=asked.public_id, digest=self.DIGEST, actor=fay, as_of=NOON)
        with pytest.raises(approvals.NotApproved), transaction.atomic():
            approvals.ensure_approved(
                subject="adjustment/7", digest=self.DIGEST, makers=(desk.world.fay.pk,)
            )

    def test_refused_says_why(self, desk: Desk) -> None:
        asked = self.ask(desk.actor("eve"))
        fay = desk.actor("fay")
        named = {"approval_id": asked.public_id, "digest": self.DIGEST}
        with pytest.raises(approvals.ReasonNeeded):
            approvals.reject(**named, reason=" ", actor=fay, as_of=NOON)
        done = approvals.reject(**named, reason="Wrong sum.", actor=fay, as_of=NOON)
        assert (done.decision, done.reason) == ("rejected", "Wrong sum.")

    def test_cannot_be_given_by_who_asked_even_by_hand(self, desk: Desk) -> None:
        asked = self.ask(desk.actor("eve"))
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.filter(pk=asked.pk).update(
                decision="approved", decided_by=desk.world.eve.pk, decided_at=NOON
            )


class _Undo(Exception):
    """Take an attempt back, so that the next finds what the first found."""


def _is_agreed(version: PolicyVersion) -> bool:
    found = approvals.find_approval(subject=version.subject)
    return found is not None and found.is_approved


def _open(version: PolicyVersion) -> Approval:
    return Approval.objects.get(subject=version.subject, decision="open")


def _post(
    desk: Desk, name: str, step: str, version: PolicyVersion, *, has_factor: bool = True
) -> Any:
    client = Client()
    client.force_login(getattr(desk.world, name))
    if has_factor:
        session = client.session
        at = clock.now().timestamp()
        session["account_authentication_methods"] = [{"method": "mfa", "at": at}]
        session.save()
    return client.post(f"{HERE}{step}", {"seen_digest": version.digest})
