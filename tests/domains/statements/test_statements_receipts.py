"""Receipts: downloaded from the page, recomputed by the command, every edit found."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from wavepool.cli import build_app
from wavepool.domains.people.models import Account
from wavepool.engine.receipts import ReceiptInvalid, read_receipt, verify_receipt
from wavepool.plumbing import clock, keys
from wavepool.plumbing.actor import MACHINE
from worlds.fair import NIGHT
from worlds.month_end import SEPTEMBER, MonthEnd
from worlds.whys import ISSUED, KINDS, Whys

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[int, str]:
    """The command as people run it."""
    done = CliRunner().invoke(build_app([]), ["verify", *words])
    return done.exit_code, done.output


def numbers_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every whole number of a document."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield place
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from numbers_in(each, (*place, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from numbers_in(each, (*place, number))


def edited(document: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    """The document with the number at a place one higher."""
    changed = copy.deepcopy(document)
    at: Any = changed
    for name in place[:-1]:
        at = at[name]
    at[place[-1]] += 1
    return changed


def is_found(document: dict[str, Any]) -> bool:
    """Whether verification sees that something is wrong."""
    try:
        return not verify_receipt(document).ok
    except ReceiptInvalid:
        return True


class TestTheReceipt:
    def test_of_every_kind_is_what_the_command_recomputes_and_no_number_can_be_edited(
        self, whys: Whys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(clock, "now", lambda: NIGHT)
        for kind in KINDS:
            line = whys.kind(kind)
            answer = whys.client_of(line).get(whys.address(line, "receipt.json"))
            assert answer.status_code == 200, kind
            assert answer["Content-Disposition"].startswith('attachment; filename="receipt-2026-')
            file = tmp_path / f"{kind}.json"
            file.write_bytes(answer.content)
            assert run(str(file))[0] == 0, kind
            document = read_receipt(answer.content)
            assert document["line"]["amount_minor"] == line.amount_minor
            places = list(numbers_in(document))
            assert len(places) >= 9, kind
            missed = [place for place in places if not is_found(edited(document, place))]
            assert missed == [], kind
            file.write_text(json.dumps(edited(document, places[-1])))
            code, said = run(str(file))
            assert (code, "DIFFERS" in said) == (4, True), kind

    def test_of_a_closed_month_is_proved_by_its_manifest(
        self, months: MonthEnd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        months.close(SEPTEMBER)
        monkeypatch.setattr(clock, "now", lambda: ISSUED)
        statement = months.statement("ada", SEPTEMBER)
        whys = Whys(months, statement.take.run)
        line = whys.line("ada", "C:1:")
        for page in ("receipt.json", "manifest.json"):
            answer = whys.client("ada").get(whys.address(line, page))
            assert answer.status_code == 200, page
            (tmp_path / page).write_bytes(answer.content)
        receipt, manifest = (str(tmp_path / name) for name in ("receipt.json", "manifest.json"))
        code, said = run(receipt, "--manifest", manifest)
        assert (code, "the line stands under this manifest" in said) == (0, True)
        other = json.loads((tmp_path / "manifest.json").read_bytes())
        other["statement_roots"][0]["size"] += 1
        (tmp_path / "manifest.json").write_text(json.dumps(other))
        assert run(receipt, "--manifest", manifest)[0] == 4
        page = whys.client("ada").get(whys.address(line)).content.decode()
        assert f"wavepool verify receipt-{SEPTEMBER}-C.1." in page
        assert f"--manifest manifest-{SEPTEMBER}.json" in page


class TestTheApi:
    def test_gives_the_receipt_to_keys_of_the_payees_people(
        self, whys: Whys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "now", lambda: NIGHT)
        line = whys.kind("commission")
        key = line.key.replace(":", ".")
        address = f"/api/v1/statements/{SEPTEMBER}/lines/{key}/receipt"
        file = whys.client("ada").get(whys.address(line, "receipt.json")).content
        found = self._ask(whys, "ada", address, ("statements:read",))
        assert (found.status_code, found.content) == (200, file)
        assert self._ask(whys, "ada", address, ("pools:read",)).status_code == 403
        for name in ("bao", "chen", "dong"):
            assert self._ask(whys, name, address, ("statements:read",)).status_code == 404, name

    @staticmethod
    def _ask(whys: Whys, name: str, address: str, scopes: tuple[str, ...]) -> Any:
        account: Account = getattr(whys.world, name)
        made = keys.make_key(
            account_id=account.pk, name="k", scopes=scopes, is_live=True, actor=MACHINE, at=NIGHT
        )
        headers = {"Authorization": f"Bearer {made.token}"}
        return whys.client("dong").get(address, headers=headers)
