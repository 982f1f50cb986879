"""Rows of people as the input tables of the engine; see `wavepool.engine.columns`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import pyarrow as pa
from django.db.models import F, Model, QuerySet

from wavepool.domains.people.models import (
    Agency,
    ChannelAccount,
    ContractVersion,
    Creator,
    CreatorPayee,
    Introduction,
    Membership,
    Payee,
    Role,
    Shop,
)

_TIME: Final = pa.timestamp("ms", tz="UTC")
_SPAN: Final = {"valid_from": _TIME, "valid_to": _TIME}
_CHUNK: Final = 10_000
#: All rows for None, else those of some ids: of payees, agencies and shops their own, of everything
#: else its creators' or accounts'.
Ids = Collection[int] | None
Row = TypeVar("Row", bound=Model)


def engine_tables() -> Mapping[str, pa.Table]:
    """Every table of the engine that people own, by contract name."""
    return {name: make() for name, make in TABLES.items()}


def tables_of(*, account_ids: Collection[int], shop_ids: Collection[int]) -> Mapping[str, pa.Table]:
    """The tables that say who owns some accounts and shops and who is paid, complete in themselves.

    Whatever a row names is there, and little else.
    """
    owned = accounts(account_ids)
    creator_ids = _ids(owned.column("creator_id"))
    owners = creators(creator_ids)
    bound = contracts(creator_ids)
    paid = creator_payees(creator_ids)
    found = {
        "accounts": owned,
        "creators": owners,
        "contracts": bound,
        "creator_payees": paid,
        "agencies": agencies(_ids(bound.column("agency_id"))),
        "shops": shops({*shop_ids, *_ids(owners.column("shop_id"))}),
    }
    payee_ids = {
        each
        for name in ("creator_payees", "agencies", "shops")
        for each in _ids(found[name].column("payee_id"))
    }
    return {**found, "payees": payees(payee_ids)}


def creators(ids: Ids = None) -> pa.Table:
    """creator_id, kind, person_id?, shop_id?, first_live_at?; sorted by creator_id."""
    types = {
        "creator_id": pa.int64(),
        "kind": pa.string(),
        "person_id": pa.int64(),
        "shop_id": pa.int64(),
        "first_live_at": _TIME,
    }
    rows = Creator.objects.annotate(creator_id=F("id")).order_by("id")
    return _table(rows, types, ids)


def accounts(ids: Ids = None) -> pa.Table:
    """account_id, creator_id: channel accounts, ended ones too; sorted by account_id."""
    rows = ChannelAccount.objects.annotate(account_id=F("id")).order_by("id")
    return _table(rows, {"account_id": pa.int64(), "creator_id": pa.int64()}, ids)


def payees(ids: Ids = None) -> pa.Table:
    """payee_id, kind, trust_days; sorted by payee_id."""
    rows = Payee.objects.annotate(payee_id=F("id")).order_by("id")
    types = {"payee_id": pa.int64(), "kind": pa.string(), "trust_days": pa.int64()}
    return _table(rows, types, ids)


def creator_payees(ids: Ids = None) -> pa.Table:
    """creator_id, payee_id, valid_from, valid_to; sorted by creator and start."""
    rows = CreatorPayee.objects.order_by("creator_id", "valid_from")
    types = {"creator_id": pa.int64(), "payee_id": pa.int64(), **_SPAN}
    return _table(rows, types, ids, key="creator_id")


def agencies(ids: Ids = None) -> pa.Table:
    """agency_id, payee_id: agencies that have their payee; sorted by agency_id."""
    rows = Agency.objects.filter(payee__isnull=False).order_by("id")
    rows = rows.annotate(agency_id=F("id"), payee_id=F("payee__id"))
    return _table(rows, {"agency_id": pa.int64(), "payee_id": pa.int64()}, ids)


def shops(ids: Ids = None) -> pa.Table:
    """shop_id, payee_id, currency: shops that have their payee; sorted by shop_id."""
    rows = Shop.objects.filter(payee__isnull=False).order_by("id")
    rows = rows.annotate(shop_id=F("id"), payee_id=F("payee__id"))
    types = {"shop_id": pa.int64(), "payee_id": pa.int64(), "currency": pa.string()}
    return _table(rows, types, ids)


def contracts(ids: Ids = None) -> pa.Table:
    """contract_id, creator_id, agency_id, income_type, split_ppm, valid_from, valid_to.

    One row for each version that ever applied and each income type that it holds; at
    most one at any time for a creator and an income type. Sorted by contract and start.
    """
    types = {
        "contract_id": pa.int64(),
        "creator_id": pa.int64(),
        "agency_id": pa.int64(),
        "income_type": pa.string(),
        "split_ppm": pa.int64(),
        **_SPAN,
    }
    applied = ContractVersion.objects.filter(valid_from__isnull=False)
    versions = applied.select_related("contract").order_by("contract_id", "valid_from")
    found = [
        (
            version.contract_id,
            version.contract.creator_id,
            version.contract.agency_id,
            income_type,
            version.split_ppm(income_type),
            version.valid_from,
            version.valid_to,
        )
        for some in _among(versions, ids, key="contract__creator_id")
        for version in some.iterator(chunk_size=_CHUNK)
        if version.valid_from != version.valid_to
        for income_type in version.held_types
    ]
    return _columns(found, types)


def introductions() -> pa.Table:
    """agency_id, creator_id, evidence, introduced_at: confirmed ones, one for each creator."""
    rows = Introduction.objects.filter(state=Introduction.State.WON).order_by("creator_id")
    types = {
        "agency_id": pa.int64(),
        "creator_id": pa.int64(),
        "evidence": pa.string(),
        "introduced_at": _TIME,
    }
    return _table(rows, types)


def identity_links() -> pa.Table:
    """left_id, right_id, kind, seen_at: whoever owns a creator or a shop is no stranger to it.

    A buyer is known by the account, so an owner's own purchase is linked to what it earns.
    """
    owners = Membership.objects.filter(role=Role.OWNER).order_by("pk")
    found = [
        (f"buyer:{account}", f"{party}:{party_id}", "self", since_at)
        for party in ("creator", "shop")
        for account, party_id, since_at in owners.filter(**{f"{party}__isnull": False})
        .values_list("account_id", f"{party}_id", "since_at")
        .iterator(chunk_size=_CHUNK)
    ]
    types = {
        "left_id": pa.string(),
        "right_id": pa.string(),
        "kind": pa.string(),
        "seen_at": _TIME,
    }
    return _columns(found, types)


TABLES: Final[Mapping[str, Callable[[], pa.Table]]] = {
    "creators": creators,
    "accounts": accounts,
    "payees": payees,
    "creator_payees": creator_payees,
    "agencies": agencies,
    "shops": shops,
    "contracts": contracts,
    "introductions": introductions,
    "identity_links": identity_links,
}


def _table(
    rows: QuerySet[Any], types: Mapping[str, pa.DataType], ids: Ids = None, *, key: str = "pk"
) -> pa.Table:
    found: list[Sequence[Any]] = []
    for some in _among(rows, ids, key=key):
        found += some.values_list(*types).iterator(chunk_size=_CHUNK)
    return _columns(found, types)


def _among(rows: QuerySet[Row], ids: Ids, *, key: str) -> Iterator[QuerySet[Row]]:
    """The rows whole, or those of some ids in portions that a store takes."""
    if ids is None:
        yield rows
        return
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        narrowed: dict[str, Any] = {f"{key}__in": wanted[start : start + _CHUNK]}
        yield rows.filter(**narrowed)


def _columns(rows: Sequence[Sequence[Any]], types: Mapping[str, pa.DataType]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    arrays = [
        pa.array([_whole_ms(each) for each in column], type=kind)
        for column, kind in zip(columns, types.values(), strict=True)
    ]
    return pa.table(arrays, names=list(types))


def _ids(column: Any) -> set[int]:
    return {each for each in column.to_pylist() if each is not None}


def _whole_ms(value: Any) -> Any:
    """Times of the engine are whole milliseconds."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value
