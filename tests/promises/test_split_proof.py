"""Splitting oneself in two brings nothing: the value of content is superadditive."""

from __future__ import annotations

from pathlib import Path

from promises.books_audit import rows_of
from promises.market import ADA, DAY, DONG, JUNE, Market, market, settle, write_market

TWIN = 9


def entitled(out: Path) -> dict[int, int]:
    """Each payee's entitlement of the big pool in June, in micro."""
    return {r["payee_id"]: r["entitlement_micro"] for r in rows_of(out, "2024-06", "pool_shares")}


def split() -> Market:
    """Ada's second account becomes a person of its own: piece 11 is the twin's."""
    tables = market()
    twin = {"creator_id": TWIN, "kind": "talent", "person_id": TWIN}
    owner = {"creator_id": TWIN, "payee_id": TWIN, "valid_from": JUNE - 90 * DAY}
    return {
        **tables,
        "payees": [*tables["payees"], {"payee_id": TWIN, "kind": "person", "trust_days": 7}],
        "creators": [*tables["creators"], twin],
        "creator_payees": [*tables["creator_payees"], owner],
        "accounts": [
            {**row, "creator_id": TWIN} if row["account_id"] == 11 else row
            for row in tables["accounts"]
        ],
    }


def merged() -> Market:
    """Ada keeps all of her pieces on one account."""
    tables = market()

    def moved(name: str) -> list[dict[str, object]]:
        return [
            {**row, "account_id": 1 if row["account_id"] == 11 else row["account_id"]}
            for row in tables[name]
        ]

    return {**tables, "pieces": moved("pieces"), "touches": moved("touches")}


class TestSplitInTwo:
    def test_payees_do_not_get_more_than_one(self, june: Path, tmp_path: Path) -> None:
        season = write_market(tmp_path / "season", split())
        apart = entitled(settle(season, tmp_path / "out", period="2024-06").out)
        whole = entitled(june)
        assert TWIN in apart
        assert apart[ADA] + apart[TWIN] < whole[ADA]
        assert apart[DONG] > whole[DONG]
        assert abs(sum(apart.values()) - sum(whole.values())) < len(apart)

    def test_accounts_of_one_payee_change_nothing(self, june: Path, tmp_path: Path) -> None:
        season = write_market(tmp_path / "season", merged())
        one = settle(season, tmp_path / "out", period="2024-06").out
        assert entitled(one) == entitled(june)
        assert rows_of(one, "2024-06", "payee_scenes") == rows_of(june, "2024-06", "payee_scenes")
