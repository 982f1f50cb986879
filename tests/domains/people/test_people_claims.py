"""Accounts of an older platform: files read, taken over, claimed once, disputed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wavepool.domains.people import operations, queries
from wavepool.domains.people.models import (
    AccountImport,
    ChannelAccount,
    Claim,
    Creator,
    Membership,
    OldAccount,
    Person,
)
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.sheets import SheetUnreadable
from worlds.parallel import run_parallel, shared_store

JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)
FILE = """external_id,name,old_level,followers,pieces,opened_on,claim_code,document_number
w-1,阿达厨房,大咖,12000,340,2016-07-12,CODE-1234-ABCD,
w-2,Two,红人,5,1,,,110105199001018828
w-3,,ordinary,x,1,2016-13-01,short,
w-1,Again,unknown,1,1,,CODE-9999-ZZZZ,
"""


def preview(world: Any, content: bytes = FILE.encode()) -> AccountImport:
    return operations.preview_import(
        platform="taobao-daren",
        file_name="accounts.csv",
        content=content,
        levels=operations.LEVELS,
        actor=world.actor("eve"),
        as_of=JUNE,
    )


def taken_over(world: Any, content: bytes = FILE.encode()) -> AccountImport:
    found = preview(world, content)
    return operations.take_over_import(import_id=found.pk, actor=world.actor("fay"), as_of=JUNE)


def claim(world: Any, *, creator: Any = None, by: str = "ada", code: str = "code1234abcd") -> Claim:
    return operations.claim_by_code(
        creator_id=(creator or world.creator).pk,
        platform="taobao-daren",
        external_id="w-1",
        code=code,
        actor=world.actor(by),
        as_of=JUNE,
    )


def second(world: Any) -> Creator:
    creator = Creator.objects.create(handle="second", name="Second")
    Membership.objects.create(account=world.dong, creator=creator, role="owner")
    return creator


class TestAFile:
    def test_is_shown_before_anything_is_taken_over(self, world: Any) -> None:
        found = preview(world)
        assert (found.rows_good, found.rows_bad) == (2, 2)
        assert OldAccount.objects.count() == 0

    def test_has_every_error_named_with_row_and_column(self, world: Any) -> None:
        errors = [(row, column) for row, column, _value, _message in preview(world).errors]
        assert errors == [
            (3, "name"),
            (3, "followers"),
            (3, "opened_on"),
            (3, "claim_code"),
            (4, "external_id"),
            (4, "old_level"),
        ]

    def test_keeps_no_code_and_no_number(self, world: Any) -> None:
        stored = str(AccountImport.objects.filter(pk=preview(world).pk).values().get())
        assert "ABCD" not in stored
        assert "19900101" not in stored

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_is_read_in_the_encodings_of_the_field(self, world: Any, encoding: str) -> None:
        found = preview(world, FILE.encode(encoding))
        assert found.rows[0]["name"] == "阿达厨房"

    def test_without_its_columns_is_refused(self, world: Any) -> None:
        with pytest.raises(operations.FileNotReadable):
            preview(world, b"a,b\n1,2\n")
        with pytest.raises(SheetUnreadable):
            preview(world, b"PK\x03\x04 no workbook")

    def test_taken_over_twice_is_refused(self, world: Any) -> None:
        found = taken_over(world)
        assert (found.rows_added, found.rows_updated) == (2, 0)
        with pytest.raises(operations.ImportDecided):
            operations.take_over_import(import_id=found.pk, actor=world.actor("eve"), as_of=JUNE)

    def test_again_brings_accounts_up_to_date(self, world: Any) -> None:
        taken_over(world)
        claim(world)
        again = taken_over(world, FILE.replace("12000", "13000").encode())
        assert (again.rows_added, again.rows_updated) == (0, 2)
        assert OldAccount.objects.get(external_id="w-1").followers == 13_000
        assert Claim.objects.get(state="won").creator == world.creator

    def test_goes_through_its_pages(self, world: Any) -> None:
        client = Client()
        client.force_login(world.eve)
        form = {
            "platform": "taobao-daren",
            "file": SimpleUploadedFile("accounts.csv", FILE.encode()),
            "levels": "大咖 = 4\n红人 = 5\nordinary = 1",
        }
        answer = client.post("/staff/imports/accounts/new/", form)
        place = answer["Location"]
        assert "阿达厨房" in client.get(place).content.decode()
        errors = client.get(f"{place}errors.csv").content.decode("utf-8-sig")
        assert errors.splitlines()[0] == "row,column,value,message"
        client.post(f"{place}take-over/")
        assert OldAccount.objects.count() == 2


class TestAClaim:
    def test_brings_history_channel_and_level_along(self, world: Any) -> None:
        taken_over(world)
        claim(world)
        channel = ChannelAccount.objects.get(creator=world.creator)
        assert (channel.channel, channel.claimed_from.followers) == ("taobao-daren", 12_000)
        assert Creator.objects.get(handle="ada").level == 4

    def test_never_lowers_a_level(self, world: Any) -> None:
        taken_over(world)
        operations.set_level(
            creator_id=world.creator.pk,
            level=6,
            reason="Growth.",
            actor=world.actor("eve"),
            as_of=JUNE,
        )
        claim(world)
        assert Creator.objects.get(handle="ada").level == 6

    def test_by_identity_needs_the_verified_document(self, world: Any) -> None:
        taken_over(world)
        old = OldAccount.objects.get(external_id="w-2")
        named = {"creator_id": world.creator.pk, "old_account_id": old.pk, "as_of": JUNE}
        with pytest.raises(NotFound):
            operations.claim_by_identity(actor=world.actor("ada"), **named)
        number = queries.seal_number("110105199001018828", country="CN", document="national_id")
        person = Person.objects.create(
            legal_name="Ada", document_hash=number.hash, verified_at=JUNE
        )
        Creator.objects.filter(pk=world.creator.pk).update(person=person)
        assert list(queries.list_matching_accounts(world.creator.pk)) == [old]
        assert operations.claim_by_identity(actor=world.actor("ada"), **named).state == "won"
        assert list(queries.list_matching_accounts(world.creator.pk)) == []

    def test_with_wrong_codes_ends_after_ten(self, world: Any) -> None:
        taken_over(world)
        for number in range(10):
            with pytest.raises(operations.CodeWrong):
                claim(world, code=f"wrong-code-{number}")
        with pytest.raises(operations.CodeWrong):
            claim(world)

    def test_of_a_taken_account_is_refused(self, world: Any) -> None:
        taken_over(world)
        claim(world)
        with pytest.raises(operations.AlreadyClaimed):
            claim(world, creator=second(world), by="dong")

    def test_has_one_winner_after_a_dispute(self, world: Any) -> None:
        taken_over(world)
        first = claim(world)
        other = second(world)
        dispute = operations.dispute_claim(
            creator_id=other.pk,
            platform="taobao-daren",
            external_id="w-1",
            evidence="Letters of 2016.",
            actor=world.actor("dong"),
            as_of=JUNE,
        )
        operations.decide_claim(
            claim_id=dispute.pk,
            outcome="won",
            reason="The letters are genuine.",
            actor=world.actor("eve"),
            as_of=JUNE,
        )
        first.refresh_from_db()
        assert first.state == "lost"
        assert Claim.objects.get(state="won").creator == other
        assert ChannelAccount.objects.get().creator == other
        with pytest.raises(operations.ClaimDecided):
            operations.decide_claim(
                claim_id=dispute.pk,
                outcome="lost",
                reason="Again.",
                actor=world.actor("eve"),
                as_of=JUNE,
            )


class TestTwoClaimsAtOnce:
    def test_have_one_winner(self, transactional_db: None, world: Any, tmp_path: Path) -> None:
        rivals = [(world.creator, "ada"), (second(world), "dong")]
        actors = {name: world.actor(name) for _creator, name in rivals}
        ready = Barrier(2)

        def run(rival: tuple[Creator, str]) -> str:
            ready.wait(10)
            try:
                operations.claim_by_code(
                    creator_id=rival[0].pk,
                    platform="taobao-daren",
                    external_id="w-1",
                    code="CODE1234ABCD",
                    actor=actors[rival[1]],
                    as_of=JUNE,
                )
            except operations.AlreadyClaimed:
                return "taken"
            return "won"

        with shared_store(tmp_path):
            run_parallel(lambda _: taken_over(world), [0], threads=1)
            assert sorted(run_parallel(run, rivals, threads=2)) == ["taken", "won"]
