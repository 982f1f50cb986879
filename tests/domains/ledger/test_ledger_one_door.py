"""Only the ledger's operations write transfers."""

from __future__ import annotations

import ast

import pytest

from domains.ledger.one_door import is_the_door, writes_of_transfers
from tidy.project_files import SOURCE, place_of, project_files

BAD = [
    "Transfer.objects.create(amount_minor=5)",
    "models.Transfer.objects.bulk_create(rows)",
    "Transfer.objects.filter(pk=1).update(amount_minor=6)",
    "Transfer.objects.all().delete()",
    "account.debits.filter(state='pending').update(state='posted')",
    "batch.transfers.create(amount_minor=5)",
    "Batch.objects.get_or_create(key='a')",
    "row = Transfer(amount_minor=5)",
    "write_rows(models.Transfer, table)",
    "cursor.execute('INSERT INTO ledger_transfer (id) VALUES (1)')",
    "cursor.execute('update ledger_transfer set amount_minor = 1')",
    "cursor.execute(f'DELETE FROM ledger_batch WHERE id = {n}')",
    "cursor.copy('COPY ledger_transfer FROM STDIN')",
    "cursor.execute('select * from ledger_post(%s)', values)",
    "cursor.execute('ALTER TABLE ledger_transfer DISABLE TRIGGER ALL')",
]
GOOD = [
    "ledger_operations.post(key='a', transfers=[new], period=p, actor=a, as_of=t)",
    "NewTransfer(key='a', debit=d, credit=c, currency='CNY', amount_minor=5)",
    "Transfer.objects.filter(pk=1).first()",
    "rows = Transfer.objects.values_list('pk', flat=True)",
    "cursor.execute('SELECT sum(amount_minor) FROM ledger_transfer')",
    "settings.update(theme='dark')",
    "write_rows(Share, table)",
    "Offer.objects.create(name='x')",
]


class TestTheRule:
    @pytest.mark.parametrize("line", BAD)
    def test_catches_a_bad_line(self, line: str) -> None:
        assert list(writes_of_transfers(ast.parse(line)))

    @pytest.mark.parametrize("line", GOOD)
    def test_passes_a_good_line(self, line: str) -> None:
        assert list(writes_of_transfers(ast.parse(line))) == []

    def test_would_be_broken_by_the_door_itself(self) -> None:
        inside = [path for path in project_files(".py", under=SOURCE) if is_the_door(path)]
        found = [
            line
            for path in inside
            for line in writes_of_transfers(ast.parse(path.read_text(encoding="utf-8")))
        ]
        assert found


class TestTheTree:
    def test_has_one_door_to_transfers(self) -> None:
        others = [path for path in project_files(".py", under=SOURCE) if not is_the_door(path)]
        found = [
            f"{place_of(path)}:{line}: {message}"
            for path in others
            for line, message in writes_of_transfers(ast.parse(path.read_text(encoding="utf-8")))
        ]
        assert found == []
