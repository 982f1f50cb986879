"""Accounts of an older platform: reading a file, showing it, taking it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import AccountImport, OldAccount
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotAllowed, NotFound, PlatformError
from wavepool.plumbing.sheets import read_sheet

COLUMNS: Final = (
    "external_id",
    "name",
    "old_level",
    "followers",
    "pieces",
    "opened_on",
    "claim_code",
    "country",
    "document",
    "document_number",
)
#: Levels of the older platform and ours, where the file's uploader says nothing else.
LEVELS: Final[Mapping[str, int]] = {
    "ordinary": 1,
    "普通": 1,
    "creative": 2,
    "创意": 2,
    "大咖": 4,
    "expert": 4,
    "红人": 5,
    "celebrity": 5,
}
_CODE_MIN: Final = 8


class FileNotReadable(PlatformError):
    """The file is no table of accounts."""

    kind: ClassVar[str] = "people.import_not_readable"
    status: ClassVar[int] = 422


class ImportDecided(PlatformError):
    """The import was taken over or dropped already."""

    kind: ClassVar[str] = "people.import_decided"


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row: where, what stands there, and what helps."""

    row: int
    column: str
    value: str
    message: str

    def as_list(self) -> list[Any]:
        """As it is stored and exported."""
        return [self.row, self.column, self.value, self.message]


def preview_import(
    *,
    platform: str,
    file_name: str,
    content: bytes,
    levels: Mapping[str, int],
    actor: Actor,
    as_of: datetime,
) -> AccountImport:
    """Read a file of accounts and keep it for a look; nothing is taken over yet.

    Codes and document numbers are hashed here; they are never stored.

    Args:
        content: CSV (UTF-8 or GB18030), XLSX, Parquet or NDJSON.
        levels: our level for each name of a level of the older platform.

    Raises:
        FileNotReadable: a column is missing.
        SheetUnreadable, SheetTooLarge: it is none of these, or holds too much.
    """
    queries.access_staff(actor=actor, to="operate")
    if actor.account_id is None:
        raise NotAllowed(_("Sign in with an account of your own."))
    good, errors = read_accounts(content, levels=levels)
    with transaction.atomic():
        found = AccountImport.objects.create(
            platform=platform,
            file_name=file_name,
            rows=good,
            errors=[error.as_list() for error in errors],
            rows_good=len(good),
            rows_bad=len({error.row for error in errors}),
            uploaded_by_id=actor.account_id,
            uploaded_at=as_of,
        )
        _note("import_previewed", found, actor=actor, as_of=as_of)
        return found


def take_over_import(*, import_id: int, actor: Actor, as_of: datetime) -> AccountImport:
    """Take the good rows of a preview over; known accounts are brought up to date.

    A row of an account that was claimed already changes its history, never its owner.

    Raises:
        ImportDecided: it was taken over or dropped already.
    """
    queries.access_staff(actor=actor, to="operate")
    with transaction.atomic():
        found = _decide(import_id, state="done", as_of=as_of)
        known = set(
            OldAccount.objects.filter(platform=found.platform).values_list("external_id", flat=True)
        )
        accounts = [_account(row, found) for row in found.rows]
        OldAccount.objects.bulk_create(
            accounts,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["platform", "external_id"],
            update_fields=[
                "name",
                "old_level",
                "mapped_level",
                "followers",
                "pieces",
                "opened_on_date",
                "code_hash",
                "document_hash",
                "source",
            ],
        )
        updated = sum(account.external_id in known for account in accounts)
        found.rows, found.rows_updated = [], updated
        found.rows_added = len(accounts) - updated
        found.save(update_fields=["rows", "rows_added", "rows_updated"])
        _note("import_taken_over", found, actor=actor, as_of=as_of)
        return found


def drop_import(*, import_id: int, actor: Actor, as_of: datetime) -> None:
    """Drop a preview; nothing of it is taken over.

    Raises:
        ImportDecided: it was taken over or dropped already.
    """
    queries.access_staff(actor=actor, to="operate")
    with transaction.atomic():
        found = _decide(import_id, state="dropped", as_of=as_of)
        AccountImport.objects.filter(pk=found.pk).update(rows=[])
        _note("import_dropped", found, actor=actor, as_of=as_of)


def read_accounts(
    content: bytes, *, levels: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[RowError]]:
    """Good rows, hashed where they hold secrets, and every error; row 1 is the first of data.

    Raises:
        FileNotReadable: see `preview_import`.
    """
    good: list[dict[str, Any]] = []
    errors: list[RowError] = []
    seen: set[str] = set()
    mapped = {name.casefold(): level for name, level in levels.items()}
    for number, row in enumerate(_rows(content), 1):
        found = list(_errors(row, number, seen=seen, levels=mapped))
        errors += found
        seen.add(row.get("external_id", ""))
        if not found:
            good.append(_sealed(row, mapped))
    return good, errors


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    sheet = read_sheet(content)
    missing = {"external_id", "name"} - set(sheet.columns)
    if missing:
        column = min(missing)
        raise FileNotReadable(_("The column %(column)s is missing.") % {"column": column})
    for row in sheet.rows:
        yield {key: row.get(key, "").strip() for key in COLUMNS}


def _errors(
    row: Mapping[str, str], number: int, *, seen: set[str], levels: Mapping[str, int]
) -> Iterator[RowError]:
    for column in ("external_id", "name"):
        if not row[column]:
            yield RowError(number, column, "", _("This value is missing."))
        elif len(row[column]) > 120:
            yield RowError(number, column, row[column][:40], _("At most 120 characters."))
    if row["external_id"] and row["external_id"] in seen:
        yield RowError(number, "external_id", row["external_id"], _("It stands there twice."))
    level = row["old_level"]
    if level and level.casefold() not in levels:
        yield RowError(number, "old_level", level[:40], _("No level of ours is named for it."))
    for column in ("followers", "pieces"):
        value = row[column]
        if value and not (value.isascii() and value.isdigit() and int(value) <= 2_000_000_000):
            yield RowError(number, column, value[:40], _("A whole number from 0 is expected."))
    if row["opened_on"] and _date(row["opened_on"]) is None:
        message = _("A date such as 2016-07-12 is expected.")
        yield RowError(number, "opened_on", row["opened_on"][:40], message)
    if row["claim_code"] and len(row["claim_code"]) < _CODE_MIN:
        yield RowError(number, "claim_code", "…", _("A code has at least 8 characters."))
    if not row["claim_code"] and not row["document_number"]:
        message = _("A code or a document number is needed, or nobody can claim it.")
        yield RowError(number, "claim_code", "", message)


def _sealed(row: Mapping[str, str], levels: Mapping[str, int]) -> dict[str, Any]:
    code, document = row["claim_code"], row["document_number"]
    sealed = document and queries.seal_number(
        document,
        country=row["country"] or "CN",
        document=row["document"] or "national_id",
    )
    return {
        "external_id": row["external_id"],
        "name": row["name"],
        "old_level": row["old_level"],
        "mapped_level": levels.get(row["old_level"].casefold(), 0),
        "followers": int(row["followers"] or 0),
        "pieces": int(row["pieces"] or 0),
        "opened_on": row["opened_on"],
        "code_hash": queries.seal_code(code) if code else "",
        "document_hash": sealed.hash if sealed else "",
    }


def _account(row: Mapping[str, Any], found: AccountImport) -> OldAccount:
    return OldAccount(
        platform=found.platform,
        source=found,
        opened_on_date=_date(row["opened_on"]),
        **{key: value for key, value in row.items() if key != "opened_on"},
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _decide(import_id: int, *, state: str, as_of: datetime) -> AccountImport:
    found = AccountImport.objects.select_for_update().filter(pk=import_id).first()
    if found is None:
        raise NotFound(_("There is no such import."))
    rows = AccountImport.objects.filter(pk=import_id, state=AccountImport.State.PREVIEW)
    if not rows.update(state=state, decided_at=as_of):
        raise ImportDecided(_("This import was taken over or dropped already."))
    found.state, found.decided_at = state, as_of
    return found


def _note(kind: str, found: AccountImport, *, actor: Actor, as_of: datetime) -> None:
    note(
        kind=kind,
        subject=found.reference,
        actor=actor,
        at=as_of,
        platform=found.platform,
        rows_good=found.rows_good,
        rows_bad=found.rows_bad,
    )
