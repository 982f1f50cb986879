"""Bad rows, each with the rejects that it must give and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.columns.good_rows import DAY, NOON, Row, changed

Fault = tuple[str, str, str | None]  # rule, column, value

OPEN_END = 4_102_444_800_000


@dataclass(frozen=True)
class Case:
    """One bad row: its table, its key as rejects write it, and what is wrong with it."""

    table: str
    key: str
    row: Row
    faults: tuple[Fault, ...]

    @property
    def label(self) -> str:
        return f"{self.table}: {' + '.join(fault[0] for fault in self.faults)} ({self.key})"


def _bad(table: str, key: str, row: Row, *faults: Fault) -> Case:
    return Case(table, key, row, faults)


def _touch(touch_id: int, *faults: Fault, **changes: object) -> Case:
    return _bad("touches", str(touch_id), changed("touches", touch_id=touch_id, **changes), *faults)


def _line(line_id: int, *faults: Fault, **changes: object) -> Case:
    return _bad(
        "order_lines", str(line_id), changed("order_lines", line_id=line_id, **changes), *faults
    )


def _refund(refund_id: int, *faults: Fault, **changes: object) -> Case:
    row = changed("refunds", refund_id=refund_id, **changes)
    return _bad("refunds", str(refund_id), row, *faults)


def _plan(plan_id: int, *faults: Fault, **changes: object) -> Case:
    row = changed("plans", plan_id=plan_id, **changes)
    return _bad("plans", f"{plan_id}|{row['valid_from']}", row, *faults)


def _piece(piece_id: int, *faults: Fault, **changes: object) -> Case:
    return _bad("pieces", str(piece_id), changed("pieces", piece_id=piece_id, **changes), *faults)


def _session(session_id: int, *faults: Fault, **changes: object) -> Case:
    row = changed("sessions", session_id=session_id, **changes)
    return _bad("sessions", str(session_id), row, *faults)


def _feedback(feedback_id: int, *faults: Fault, **changes: object) -> Case:
    row = changed("feedback", feedback_id=feedback_id, **changes)
    return _bad("feedback", str(feedback_id), row, *faults)


# Good rows that bad ones lean on: a second shop, pieces without session, a line paid zero.
SUPPORT: dict[str, Sequence[Row]] = {
    "shops": [changed("shops", shop_id=2, currency="JPY")],
    "items": [changed("items", item_id=2, shop_id=2)],
    "creators": [changed("creators", creator_id=2)],
    "accounts": [changed("accounts", account_id=2)],
    "pieces": [
        changed("pieces", piece_id=2, format="post"),
        changed("pieces", piece_id=3),
        changed("pieces", piece_id=4),
    ],
    "order_lines": [
        changed("order_lines", line_id=2, paid_minor=0),
        changed("order_lines", line_id=3, paid_minor=1_000),
        changed("order_lines", line_id=4, paid_minor=9_007_199_254_740_992),
    ],
}

ROW_CASES: tuple[Case, ...] = (
    _touch(101, ("missing value", "viewer_id", None), viewer_id=None),
    _touch(102, ("missing value", "is_saved", None), is_saved=None),
    _touch(103, ("negative", "dwell_ms", "-1"), dwell_ms=-1),
    _touch(104, ("too large", "dwell_ms", "9007199254740993"), dwell_ms=9_007_199_254_740_993),
    _touch(105, ("time out of range", "touched_at", "1650000000"), touched_at=1_650_000_000),
    _touch(106, ("time out of range", "touched_at", str(OPEN_END)), touched_at=OPEN_END),
    _touch(107, ("unknown reference", "piece_id", "99"), piece_id=99),
    _touch(108, ("unknown reference", "channel_id", "99"), channel_id=99),
    _touch(109, ("unknown reference", "session_id", "99"), session_id=99),
    _touch(110, ("unknown reference", "item_id", "99"), item_id=99),
    _touch(111, ("unknown reference", "shop_id", "99"), shop_id=99),
    _touch(112, ("account of another piece", "account_id", "2"), account_id=2),
    _touch(
        113,
        ("missing value", "account_id", None),
        ("negative", "dwell_ms", "-5"),
        ("unknown reference", "piece_id", "98"),
        account_id=None,
        dwell_ms=-5,
        piece_id=98,
    ),
    _touch(114, ("reference to a rejected row", "viewer_id", "9"), viewer_id=9),
    _touch(115, ("reference to a rejected row", "piece_id", "101"), piece_id=101),
    _bad(
        "touch_items",
        "1|99",
        changed("touch_items", item_id=99),
        ("unknown reference", "item_id", "99"),
    ),
    _bad(
        "touch_items",
        "103|1",
        changed("touch_items", touch_id=103),
        ("reference to a rejected row", "touch_id", "103"),
    ),
    _bad(
        "viewers",
        "9",
        {"viewer_id": 9, "trust_ppm": 1_000_001},
        ("too large", "trust_ppm", "1000001"),
    ),
    _line(101, ("mixed currency", "currency", "USD"), currency="USD"),
    _line(102, ("item of another shop", "item_id", "2"), item_id=2),
    _line(103, ("received before paid", "received_at", str(NOON - 1)), received_at=NOON - 1),
    _line(104, ("negative amount", "paid_minor", "-1"), paid_minor=-1),
    _line(
        105,
        ("huge amount", "tax_minor", "9007199254740993"),
        tax_minor=9_007_199_254_740_993,
    ),
    _line(
        106,
        ("mixed currency", "currency", "cny"),
        ("not a currency code", "currency", "cny"),
        currency="cny",
    ),
    _line(107, ("unknown reference", "item_id", "99"), item_id=99),
    _line(108, ("reference to a rejected row", "buyer_id", "9"), buyer_id=9),
    _refund(101, ("refund of a line paid zero", "refund_minor", "0"), line_id=2, refund_minor=0),
    _refund(
        102,
        ("refunded before paid", "refunded_at", str(NOON - 1)),
        line_id=3,
        refunded_at=NOON - 1,
    ),
    _refund(103, ("reference to a rejected row", "line_id", "104"), line_id=104),
    _bad(
        "cancellations",
        "99",
        changed("cancellations", line_id=99),
        ("unknown reference", "line_id", "99"),
    ),
    _bad(
        "cancellations",
        "2",
        changed("cancellations", line_id=2, cancelled_at=NOON - 1),
        ("cancelled before paid", "cancelled_at", str(NOON - 1)),
    ),
    _feedback(101, ("feedback on nothing", "line_id", None), line_id=None),
    _feedback(102, ("rating without score", "score_ppm", None), kind="rating"),
    _feedback(103, ("not an allowed value", "kind", "praise"), kind="praise"),
    _piece(101, ("not an allowed value", "format", "podcast"), format="podcast"),
    _piece(102, ("too large", "review_ppm", "1000001"), review_ppm=1_000_001),
    _piece(103, ("unknown reference", "account_id", "99"), account_id=99),
    _session(101, ("piece is not live", "piece_id", "2"), piece_id=2),
    _session(
        102,
        ("ended before started", "ended_at", str(NOON - 1)),
        ("longer than the session", "effective_ms", "0"),
        piece_id=3,
        ended_at=NOON - 1,
        effective_ms=0,
    ),
    _session(
        103, ("longer than the session", "effective_ms", "1001"), piece_id=3, effective_ms=1_001
    ),
    _plan(101, ("plan without item_id", "item_id", None), item_id=None),
    _plan(102, ("plan without category", "category", None), kind="category", item_id=None),
    _plan(103, ("plan without creator_id", "creator_id", None), kind="targeted_item"),
    _plan(104, ("plan without link_id", "link_id", None), kind="campaign"),
    _plan(105, ("item of another shop", "item_id", "2"), item_id=2),
    _plan(106, ("too large", "rate_ppm", "1000001"), rate_ppm=1_000_001),
    _plan(107, ("empty span", "valid_to", str(NOON)), valid_to=NOON),
    _bad(
        "creators",
        "101",
        {"creator_id": 101, "kind": "shop_host"},
        ("shop host without shop", "shop_id", None),
    ),
    _bad(
        "payees",
        "101",
        {"payee_id": 101, "kind": "person", "trust_days": 367},
        ("too large", "trust_days", "367"),
    ),
    _bad(
        "agencies",
        "101",
        {"agency_id": 101, "payee_id": 101},
        ("reference to a rejected row", "payee_id", "101"),
    ),
    _bad(
        "scenes",
        "attic",
        changed("scenes", scene_id="attic"),
        ("unknown reference", "scene_id", "attic"),
    ),
    _bad(
        "channels",
        "101",
        {"channel_id": 101, "name": ""},
        ("missing value", "name", ""),
    ),
    _bad(
        "creator_payees",
        f"1|{NOON - DAY}",
        changed("creator_payees", valid_from=NOON - DAY, valid_to=NOON - DAY),
        ("empty span", "valid_to", str(NOON - DAY)),
    ),
    _bad(
        "contracts",
        f"101|direct|{NOON}",
        changed("contracts", contract_id=101, valid_to=NOON - 1),
        ("empty span", "valid_to", str(NOON - 1)),
    ),
    _bad(
        "subsidies",
        "big|2022-05",
        changed("subsidies", period="2022-05", currency="JPY"),
        ("currency of another pool", "currency", "JPY"),
    ),
    _bad(
        "subsidies",
        "small|2022-04",
        changed("subsidies", pool_id="small"),
        ("unknown reference", "pool_id", "small"),
    ),
    _bad(
        "budgets",
        "start|2022-13",
        changed("budgets", period="2022-13"),
        ("not a period", "period", "2022-13"),
    ),
    _bad(
        "identity_links",
        f"buyer|payee:1|device|{NOON}",
        changed("identity_links", left_id="buyer"),
        ("not a prefixed id", "left_id", "buyer"),
    ),
)

_TWO_PAYEES = "overlapping versions of one creator_id"
_TWO_CONTRACTS = "overlapping versions of one creator_id and income_type"
_SECOND = {"creator_id": 2, "payee_id": 1}
_AGENCY = {"creator_id": 2, "agency_id": 1, "income_type": "pool", "split_ppm": 1}

ACROSS_CASES: tuple[Case, ...] = (
    _refund(201, ("refunds above paid", "refund_minor", "400"), line_id=3, refund_minor=400),
    _refund(202, ("refunds above paid", "refund_minor", "601"), line_id=3, refund_minor=601),
    _refund(
        203,
        ("refunds above paid", "refund_minor", "9007199254740992"),
        line_id=4,
        refund_minor=9_007_199_254_740_992,
    ),
    _refund(204, ("refunds above paid", "refund_minor", "1"), line_id=4, refund_minor=1),
    _session(201, ("piece of two sessions", "piece_id", "4"), piece_id=4),
    _session(202, ("piece of two sessions", "piece_id", "4"), piece_id=4),
    _bad(
        "creator_payees",
        f"2|{NOON}",
        {**_SECOND, "valid_from": NOON, "valid_to": NOON + DAY},
        (_TWO_PAYEES, "valid_from", str(NOON)),
    ),
    _bad(
        "creator_payees",
        f"2|{NOON + DAY - 1}",
        {**_SECOND, "valid_from": NOON + DAY - 1, "valid_to": NOON + 2 * DAY},
        (_TWO_PAYEES, "valid_from", str(NOON + DAY - 1)),
    ),
    _bad(
        "contracts",
        f"7|pool|{NOON}",
        {**_AGENCY, "contract_id": 7, "valid_from": NOON, "valid_to": NOON + 9 * DAY},
        (_TWO_CONTRACTS, "valid_from", str(NOON)),
    ),
    _bad(
        "contracts",
        f"8|pool|{NOON + DAY}",
        {**_AGENCY, "contract_id": 8, "valid_from": NOON + DAY, "valid_to": NOON + 2 * DAY},
        (_TWO_CONTRACTS, "valid_from", str(NOON + DAY)),
    ),
    _bad(
        "contracts",
        f"9|pool|{NOON + 3 * DAY}",
        {**_AGENCY, "contract_id": 9, "valid_from": NOON + 3 * DAY},
        (_TWO_CONTRACTS, "valid_from", str(NOON + 3 * DAY)),
    ),
    _plan(
        201,
        ("overlapping versions of one plan_id", "valid_from", str(NOON)),
        valid_to=NOON + 2 * DAY,
    ),
    _plan(
        201,
        ("overlapping versions of one plan_id", "valid_from", str(NOON + DAY)),
        valid_from=NOON + DAY,
    ),
)

# Versions that touch without overlap, refunds that add up to what was paid: all good.
NEIGHBOURS: dict[str, Sequence[Row]] = {
    "creator_payees": [
        {**_SECOND, "valid_from": NOON + 2 * DAY, "valid_to": NOON + 3 * DAY},
        {**_SECOND, "valid_from": NOON + 3 * DAY},
    ],
    "contracts": [
        {**_AGENCY, "contract_id": 7, "income_type": "award", "valid_from": NOON + DAY},
    ],
    "refunds": [
        changed("refunds", refund_id=2, refund_minor=0),
    ],
}

CASES = ROW_CASES + ACROSS_CASES


def all_extra_rows() -> dict[str, list[Row]]:
    """Support, neighbours and every bad row, by table."""
    extra: dict[str, list[Row]] = {}
    for rows in (SUPPORT, NEIGHBOURS):
        for name, more in rows.items():
            extra.setdefault(name, []).extend(more)
    for case in CASES:
        extra.setdefault(case.table, []).append(case.row)
    return extra
