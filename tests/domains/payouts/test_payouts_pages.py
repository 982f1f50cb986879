"""Pages of payouts: what payees, staff and programs see, and by how many queries."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.payouts import operations, queries
from wavepool.domains.payouts.models import Batch, Payout, PayoutAccount, ReportLine, Resolution
from wavepool.domains.people.models import Payee, Person
from wavepool.plumbing import clock, keys
from wavepool.plumbing.actor import MACHINE
from worlds.payday import NOON, SET, Payday, payout_of, wallet

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def hand(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The pages' clock."""
    hand = [NOON]
    monkeypatch.setattr(clock, "now", lambda: hand[0])
    return hand


def client_of(payday: Payday, name: str) -> Client:
    """One of the cast with a second factor shown just now."""
    client = Client()
    client.force_login(getattr(payday.world, name))
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": (NOON - timedelta(minutes=1)).timestamp()}
    ]
    session.save()
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def send(client: Client, address: str, **said: Any) -> str:
    answer = client.post(address, said, follow=True)
    assert answer.status_code in {200, 422}, address
    return " ".join(answer.content.decode().split())


class TestAWholeBatch:
    def test_is_drafted_signed_and_sent_on_pages(self, payday: Payday) -> None:
        eve, fay = client_of(payday, "eve"), client_of(payday, "fay")
        page = send(eve, "/staff/payouts/new/", rail="sandbox", currency="CNY")
        assert "Drafted. Look through it" in page
        batch = Batch.objects.get()
        here = f"/staff/payouts/{batch.public_id}/"
        seen = queries.digest_of(batch)
        assert "Asked. A second person" in send(eve, f"{here}ask/", seen_digest=seen)
        assert "somebody else has to sign" in text_of(eve, here)
        assert "You had a hand in this" in send(eve, f"{here}sign/", seen_digest=seen)
        assert 'action="' + here + "sign/" in text_of(fay, here)
        assert "Signed. The money is reserved" in send(fay, f"{here}sign/", seen_digest=seen)
        payday.work()
        page = text_of(eve, here)
        assert "Settled" in page
        assert 'value="CNY 1500.00"' in page
        assert wallet(payday.ada) == (0, 0)

    def test_is_rejected_with_a_reason(self, payday: Payday) -> None:
        batch = payday.ask(payday.make())
        here = f"/staff/payouts/{batch.public_id}/"
        seen = queries.digest_of(batch)
        fay = client_of(payday, "fay")
        page = send(fay, f"{here}reject/", seen_digest=seen, reason="Chen's line is too high")
        assert "It is a draft again" in page
        assert "Chen&#x27;s line is too high" in page

    def test_leaves_somebody_out_and_is_cancelled(self, payday: Payday) -> None:
        batch = payday.make()
        here = f"/staff/payouts/{batch.public_id}/"
        eve = client_of(payday, "eve")
        ada = payout_of(payday.ada).public_id
        assert "What was signed is void" in send(eve, f"{here}leave-out/{ada}/", reason="later")
        assert "Cancelled. What was reserved" in send(eve, f"{here}cancel/", reason="wrong day")
        assert Batch.objects.get().state == "cancelled"

    def test_goes_to_the_bank_as_a_file_and_back(self, payday: Payday) -> None:
        payday.account("creator", rail="batch-file", at=SET + HOUR)
        batch = payday.signed(rail="batch-file")
        payday.work()
        here = f"/staff/payouts/{batch.public_id}/"
        eve = client_of(payday, "eve")
        assert "Release the file" in text_of(eve, here)
        send(eve, f"{here}release/")
        answer = eve.get(f"{here}file/?encoding=utf-8")
        assert answer["Content-Disposition"] == f'attachment; filename="{batch.public_id}.csv"'
        text = answer.content.decode("utf-8-sig")
        wrong = text.replace("1200.00", "1200.01").replace("备注", "备注,状态,失败原因,流水号")
        file: Any = SimpleUploadedFile("r.csv", wrong.encode(), "text/csv")
        page = send(eve, f"{here}results/", file=file)
        assert "Refused whole" in page
        assert "The columns are not those of a result file." in page

    def test_pays_again_what_failed(self, payday: Payday) -> None:
        payday.account(number="6222000011110002", at=SET + HOUR)
        batch = payday.signed()
        payday.work()
        payday.account(number="6222000011110008", at=SET + 2 * HOUR)
        eve = client_of(payday, "eve")
        page = send(eve, f"/staff/payouts/{batch.public_id}/retry/")
        assert "Pays again what failed in" in page


class TestAPayee:
    def test_sees_what_can_be_paid_and_what_stands_against_it(self, payday: Payday) -> None:
        ada = client_of(payday, "ada")
        page = text_of(ada, "/studio/ada/payouts/")
        assert 'value="CNY 1200.00"' in page
        assert "•••• 0001" in page
        payday.account(number="6222000011110033", at=NOON)
        page = text_of(ada, "/studio/ada/payouts/")
        assert "nothing is paid to it for three days" in page
        assert "Until:" in page
        assert 'value="CNY 0.00"' in page

    def test_sees_a_failure_the_banks_reason_and_what_helps(self, payday: Payday) -> None:
        payday.account(number="6222000011110002", at=SET + HOUR)
        payday.signed()
        payday.work()
        ada = client_of(payday, "ada")
        number = payout_of(payday.ada).public_id
        page = text_of(ada, f"/studio/ada/payouts/{number}/")
        assert "Reason: the account is closed." in page
        assert "Set another payout account" in page
        assert 'href="/studio/ada/statements/2026-10/?currency=CNY"' in page

    def test_sets_an_account_with_a_second_factor(self, payday: Payday) -> None:
        said = {
            "currency": "CNY",
            "rail": "sandbox",
            "name": "Ada",
            "number": "6222 0000-4444 5678",
        }
        ada = Client()
        ada.force_login(payday.world.ada)
        assert "Show your second factor first" in send(ada, "/studio/ada/payouts/account/", **said)
        ada = client_of(payday, "ada")
        page = send(ada, "/studio/ada/payouts/account/", **said)
        assert "It is paid to in three days." in page
        assert "•••• 5678" in page
        assert "622200004444" not in page
        row = PayoutAccount.objects.get(payee=payday.ada, replaced_at=None)
        assert (row.version, row.usable_at) == (2, NOON + timedelta(hours=72))
        assert "6222000044445678" not in row.number_sealed
        assert queries.number_of(row) == "6222000044445678"

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"name": "=HYPERLINK(1)"}, "without signs"),
            ({"name": 'a"b'}, "without signs"),
            ({"number": "12"}, "5 to 60 letters and digits"),
            ({"number": "+86123456"}, "5 to 60 letters and digits"),
            ({"rail": "batch-file", "currency": "EUR"}, "does not carry EUR"),
        ],
    )
    def test_is_told_what_is_wrong(
        self, payday: Payday, change: dict[str, str], words: str
    ) -> None:
        said = {"currency": "CNY", "rail": "sandbox", "name": "Ada", "number": "62220000"}
        ada = client_of(payday, "ada")
        assert words in send(ada, "/studio/ada/payouts/account/", **{**said, **change})

    def test_has_a_number_that_another_seal_key_does_not_open(
        self, payday: Payday, settings: Any
    ) -> None:
        row = PayoutAccount.objects.get(payee=payday.ada, replaced_at=None)
        settings.SEAL_KEY = "another"
        with pytest.raises(queries.SealBroken):
            queries.number_of(row)

    def test_sees_its_next_payout_on_its_home(self, payday: Payday) -> None:
        page = text_of(client_of(payday, "ada"), "/studio/ada/")
        assert "Next payout" in page

    def test_sees_nothing_of_another(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        chens = payout_of(payday.chen).public_id
        ada = client_of(payday, "ada")
        assert ada.get(f"/studio/ada/payouts/{chens}/").status_code == 404
        assert client_of(payday, "dong").get("/studio/ada/payouts/").status_code == 404
        chen = client_of(payday, "chen")
        assert 'value="CNY 300.00"' in text_of(chen, "/agency/chen-mcn/payouts/")
        assert client_of(payday, "bao").get("/merchant/bao-tea/payouts/").status_code == 200


class TestReconciliation:
    def test_shows_the_sums_and_ends_a_difference_by_two(self, payday: Payday) -> None:
        payday.account(number="6222000011110007", at=SET + HOUR)
        payday.signed()
        payday.work()
        operations.take_report(rail="sandbox", actor=MACHINE, as_of=NOON)
        eve, fay = client_of(payday, "eve"), client_of(payday, "fay")
        page = text_of(eve, "/staff/reconciliation/?rail=sandbox")
        assert "Another outcome" in page
        assert "Every step leads to the next." in page
        ada = payout_of(payday.ada).public_id
        page = send(
            eve, f"/staff/payouts/one/{ada}/resolve/", deed="returned", reason="their report"
        )
        assert "Somebody else of the team decides" in page
        wish = Resolution.objects.get()
        here = f"/staff/reconciliation/proposals/{wish.public_id}/"
        assert "You had a hand" in send(eve, f"{here}agree/", seen_digest=wish.digest)
        assert "Done." in send(fay, f"{here}agree/", seen_digest=wish.digest)
        assert payout_of(payday.ada).state == "returned"

    def test_shows_what_waits_and_since_when(self, payday: Payday) -> None:
        payday.account(number="6222000011110005", at=SET + HOUR)
        payday.signed()
        payday.work()
        eve = client_of(payday, "eve")
        page = text_of(eve, "/staff/payouts/waiting/")
        assert payout_of(payday.ada).public_id in page
        assert "Waits since" in page
        ada = payout_of(payday.ada).public_id
        assert "does not know yet either" in send(eve, f"/staff/payouts/one/{ada}/ask/")

    def test_is_for_finance_only(self, payday: Payday) -> None:
        for name in ("ada", "chen", "dong"):
            client = client_of(payday, name)
            assert client.get("/staff/payouts/").status_code == 404
            assert client.get("/staff/reconciliation/").status_code == 404


def many(payday: Payday, number: int) -> None:
    """Batches, payouts and report lines, as many as asked for."""
    for each in range(number):
        batch = Batch.objects.create(
            rail="sandbox", currency="CNY", cut_off_at=NOON, made_name="machine", made_at=NOON
        )
        account = PayoutAccount.objects.get(payee=payday.ada, replaced_at=None)
        payout = Payout.objects.create(
            batch=batch, line_no=1, payee=payday.ada, account=account, currency="CNY",
            amount_minor=1, state="failed", why="closed", planned_at=NOON,
        )  # fmt: skip
        ReportLine.objects.create(
            rail="sandbox", key=payout.public_id, payout=payout, currency="CNY", amount_minor=1,
            state="failed", reported_at=NOON,
        )  # fmt: skip
        ReportLine.objects.create(
            rail="sandbox", key=f"theirs{number}_{each}", currency="CNY", amount_minor=1,
            state="paid", reported_at=NOON,
        )  # fmt: skip
        person = Person.objects.create(
            legal_name="P", document_hash=f"{number:032d}{each:032d}", verified_at=SET
        )
        payee = Payee.objects.create(kind="person", name="P", person=person, created_at=SET)
        waits = Batch.objects.create(
            rail="sandbox", currency="CNY", cut_off_at=NOON, made_name="machine", made_at=NOON
        )
        Payout.objects.create(
            batch=waits, line_no=1, payee=payee, account=account, currency="CNY", amount_minor=1,
            state="sent", transfer_id=10_000 + number * 100 + each, sent_at=NOON, planned_at=NOON,
        )  # fmt: skip


LISTS = (
    ("eve", "/staff/payouts/"),
    ("eve", "/staff/payouts/waiting/"),
    ("eve", "/staff/reconciliation/?rail=sandbox"),
    ("ada", "/studio/ada/payouts/"),
)


class TestEveryList:
    @pytest.mark.parametrize(("name", "address"), LISTS)
    def test_asks_the_same_number_of_queries_for_any_number_of_rows(
        self, payday: Payday, name: str, address: str
    ) -> None:
        client = client_of(payday, name)
        many(payday, 2)
        counts = []
        for more in (3, 9):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
            many(payday, more)
        assert counts[0] == counts[1]

    def test_of_a_batch_does_too(self, payday: Payday) -> None:
        client = client_of(payday, "eve")
        batch = payday.make()
        here = f"/staff/payouts/{batch.public_id}/"
        with CaptureQueriesContext(connection) as few:
            client.get(here)
        account = PayoutAccount.objects.get(payee=payday.ada, replaced_at=None)
        for each in range(12):
            Payout.objects.create(
                batch=batch, line_no=10 + each, payee=payday.ada, account=account, currency="CNY",
                amount_minor=1, state="failed", why="closed", planned_at=NOON,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as many_rows:
            client.get(here)
        assert len(many_rows) == len(few)

    @pytest.mark.parametrize(("name", "address"), LISTS)
    def test_is_a_file_too(self, payday: Payday, name: str, address: str) -> None:
        many(payday, 1)
        client = client_of(payday, name)
        bare = address.partition("?")[0].rstrip("/")
        for kind in ("csv", "parquet"):
            assert client.get(f"{bare}.{kind}").status_code == 200


class TestTheApi:
    def test_gives_a_creators_payouts_with_their_statements(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        made = keys.make_key(
            account_id=payday.world.ada.pk,
            name="k",
            scopes=("payouts:read",),
            is_live=True,
            actor=payday.actor("ada"),
            at=NOON,
        )
        client = Client(headers={"Authorization": f"Bearer {made.token}"})
        (found,) = json.loads(client.get("/api/v1/creators/ada/payouts").content)["results"]
        assert found["id"] == payout_of(payday.ada).public_id
        assert (found["state"], found["account_last"]) == ("paid", "0001")
        assert found["statements"] == [
            {"period": "2026-10", "amount": {"amount": "1200.00", "currency": "CNY"}}
        ]
        assert client.get("/api/v1/agencies/chen-mcn/payouts").status_code == 404
        assert client.get("/api/v1/payout-batches").status_code == 403

    def test_gives_batches_to_staff(self, payday: Payday) -> None:
        batch = payday.ask(payday.make())
        made = keys.make_key(
            account_id=payday.world.eve.pk,
            name="k",
            scopes=("payout_batches:read",),
            is_live=True,
            actor=payday.actor("eve"),
            at=NOON,
        )
        client = Client(headers={"Authorization": f"Bearer {made.token}"})
        (found,) = json.loads(client.get("/api/v1/payout-batches").content)["results"]
        assert (found["id"], found["state"], found["payouts"]) == (batch.public_id, "awaiting", 2)
        assert found["digest"] == queries.digest_of(batch)

    def test_gives_no_batch_to_a_key_of_one_party(self, payday: Payday) -> None:
        payday.ask(payday.make())
        made = keys.make_key(
            account_id=payday.world.eve.pk,
            name="k",
            scopes=("payout_batches:read",),
            is_live=True,
            party=("creator", 1),
            actor=payday.actor("eve"),
            at=NOON,
        )
        client = Client(headers={"Authorization": f"Bearer {made.token}"})
        assert client.get("/api/v1/payout-batches").status_code == 404
