"""A small market for tests of scoring: a few looks, real tables, the steps as a season runs them.

Piece `p` belongs to account `p // 100`, which is creator `p // 100` unless told otherwise, and creator
`c` is paid to payee `c * 1000`. Months have 30 days and begin on 2022-10-01 UTC. Channel 1 is scene
`headlines`, channel 2 scene `open`. No month has an earlier one unless rates are given, so each
signal counts as published: 0.4 for watching, 0.2 each for saving, sharing and following.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa

from engine.scoring.small_engine import table
from wavepool.engine import attribution, scoring
from wavepool.engine.relations import Relations, step_sql
from wavepool.engine.scoring import CellKey, CellRules, CellShape, Evidence

DAY_MS = 86_400_000
MONTH_MS = 30 * DAY_MS
STARTS_AT = 1_664_582_400_000
PPM = 1_000_000
SCENES = ("headlines", "open")
FORMATS = ("live", "post")
BANDS = 4

Row = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """One touch: a viewer's attention to a piece."""

    viewer: int
    piece: int
    dwell: int = 10_000
    is_clicked: bool = False
    is_saved: bool = False
    is_shared: bool = False
    is_followed: bool = False
    is_disliked: bool = False
    slot: str | None = None
    channel: int = 1
    month: int = 0
    hour: int = 0

    @property
    def at(self) -> int:
        return STARTS_AT + self.month * MONTH_MS + self.hour * 3_600_000

    @property
    def weight_ms(self) -> int:
        return max(self.dwell, 5_000) if self.is_clicked else self.dwell


@dataclass(frozen=True)
class Line:
    """An order line: its looks (touch id to decayed weight) and what came of it."""

    line_id: int
    looks: dict[int, int]
    net_minor: int = 0
    bad_ppm: int = 0
    paid: int = 0
    settles: int | None = 0


class Sums(NamedTuple):
    """What a piece or payee has in a scene and month, in micro-viewers."""

    touches: int
    n: int
    q: int
    x: int
    c: int


@dataclass
class Market:
    """The rows; everything left out is as plain as it can be."""

    looks: list[Look] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    viewers: dict[int, tuple[int, str]] = field(default_factory=dict)
    feedback: list[tuple[int, int, int]] = field(default_factory=list)
    pieces: dict[int, Row] = field(default_factory=dict)
    account_of: dict[int, int] = field(default_factory=dict)
    creator_of: dict[int, int] = field(default_factory=dict)
    owners: list[tuple[int, int, int, int | None]] = field(default_factory=list)
    rates: dict[CellKey, Evidence] = field(default_factory=dict)
    saturation_ms: int = 60_000
    floor_ppm: int = 100_000
    cap_minor: int = 500

    def influence(self, touch_id: int) -> int:
        """A look's influence in its own month, worked out apart from the SQL."""
        look = self.looks[touch_id - 1]
        load = sum(
            other.weight_ms
            for other in self.looks
            if (other.viewer, other.channel, other.month) == (look.viewer, look.channel, look.month)
        )
        trust = self.viewers.get(look.viewer, (PPM, "all"))[0]
        return trust * look.weight_ms // max(load, self.saturation_ms)


@dataclass
class Month:
    """What a month made."""

    pieces: dict[int, Sums]
    payees: dict[tuple[int, str], Sums]
    lifts: dict[int, tuple[int, int]]
    evidence: dict[str, list[Row]]


def run(
    rel: Relations, market: Market, *, months: int = 1, parts: int = 1, shuffled: int | None = None
) -> list[Month]:
    """Put a market through its months; viewers go to `parts` by their number, rows in any order."""
    rel.put("touches_waiting", table(line_id=[]))
    rel.put("lifted_touches", table(touch_id=[], touched_at=[], settled_minor=[]))
    result = []
    for month in range(months):
        weigh(rel, market, month=month, parts=parts, shuffled=shuffled)
        evidence = {name: rel.fetch(f"select * from {name}").to_pylist() for name in scoring.SUMS}
        put_lines(rel, market, month=month)
        rel.table("lifted_before", "select * from lifted_touches")
        scoring.lift_touches(rel, floor_ppm=market.floor_ppm, cap_minor=market.cap_minor)
        scoring.value_pieces(rel, floor_ppm=market.floor_ppm)
        # Months are shorter than the window here: any touch may be reached again.
        scoring.remember_lifts(rel, reach_at=STARTS_AT - 1)
        waiting = step_sql("wavepool.engine.seasons", "touches_waiting")
        rel.table("touches_waiting", waiting)
        result.append(read(rel, evidence))
    return result


def weigh(
    rel: Relations, market: Market, *, month: int = 0, parts: int = 1, shuffled: int | None = None
) -> None:
    """Run the month's touches through weigh_part and add_up_parts."""
    starts_at = STARTS_AT + month * MONTH_MS
    shape = put_codes(rel, market)
    put_content(rel, market)
    rel.put(
        "saturation",
        table(
            period_no=[month] * len(SCENES),
            scene_no=list(range(len(SCENES))),
            saturation_ms=[market.saturation_ms] * len(SCENES),
        ),
    )
    attribution.find_piece_spans(
        rel, starts_at=starts_at, ends_at=starts_at + MONTH_MS, ai_penalty_ppm=300_000
    )
    scoring.number_spans(rel)
    for part in range(parts):
        put_looks(rel, market, part=part, parts=parts, shuffled=shuffled)
        scoring.weigh_part(
            rel,
            period_no=month,
            starts_at=starts_at,
            ends_at=starts_at + MONTH_MS,
            watch_ms=10_000,
            click_dwell_ms=5_000,
            shape=shape,
            suffix=str(part),
        )
    scoring.add_up_parts(rel, suffixes=[str(part) for part in range(parts)])


def put_codes(rel: Relations, market: Market) -> CellShape:
    """Number slots, tiers, formats, scenes and hours, and lay out the cells."""
    slots = _numbered(
        {look.slot or "" for look in market.looks} | {key.slot for key in market.rates}
    )
    tiers = _numbered({"all"} | {tier for _, tier in market.viewers.values()})
    shape = CellShape(len(slots), BANDS, len(tiers))
    rel.put("slot_codes", table(slot=list(slots), slot_no=list(slots.values())))
    rel.put("tier_codes", table(tier=list(tiers), tier_no=list(tiers.values())))
    rel.put("format_codes", table(format=list(FORMATS), format_no=[0, 1]))
    rel.put(
        "scene_codes", table(channel_id=[1, 1, 2, 2], format_no=[0, 1, 0, 1], scene_no=[0, 0, 1, 1])
    )
    rel.put("scenes_in_force", table(scene_no=[0, 1], scene_id=list(SCENES)))
    quarters = sorted({look.at // 900_000 for look in market.looks})
    rel.put(
        "hours",
        table(
            quarter=quarters,
            band=[quarter % 96 // 24 for quarter in quarters],
            day=[quarter // 96 for quarter in quarters],
        ),
    )
    keys = [
        CellKey(scene, slot, band, tier)
        for scene in SCENES
        for slot in slots
        for band in range(BANDS)
        for tier in tiers
    ]
    rules = CellRules((400_000, 200_000, 200_000, 200_000), 200, 200)
    weights = scoring.cell_weights(market.rates, keys, rules)
    numbers = {scene: number for number, scene in enumerate(SCENES)}
    cells = scoring.cell_table(weights, shape=shape, scenes=numbers, slots=slots, tiers=tiers)
    rel.put("cells", cells)
    return shape


def put_content(rel: Relations, market: Market) -> None:
    """Register pieces, accounts, creators, owners and viewers."""
    pieces = sorted({look.piece for look in market.looks} | set(market.pieces))
    accounts = {piece: market.account_of.get(piece, piece // 100) for piece in pieces}
    creators = {
        account: market.creator_of.get(account, account)
        for account in sorted(set(accounts.values()))
    }
    plain = {
        "format": "post",
        "originality_ppm": PPM,
        "completeness_ppm": PPM,
        "media_quality_ppm": PPM,
        "review_ppm": PPM,
        "ai_share_ppm": 0,
    }
    facts = [plain | market.pieces.get(piece, {}) for piece in pieces]
    rel.put(
        "pieces",
        table(
            piece_id=pieces,
            account_id=list(accounts.values()),
            **{name: [fact[name] for fact in facts] for name in plain},
        ),
    )
    rel.put("accounts", table(account_id=list(creators), creator_id=list(creators.values())))
    ids = sorted(set(creators.values()))
    rel.put("creators", table(creator_id=ids, shop_id=[None for _ in ids]))
    told = {creator for creator, _, _, _ in market.owners}
    owners = market.owners + [(each, each * 1000, 0, None) for each in ids if each not in told]
    names = ("creator_id", "payee_id", "valid_from", "valid_to")
    rel.put(
        "creator_payees",
        table(**dict(zip(names, map(list, zip(*owners, strict=True)), strict=True))),
    )
    rel.put(
        "viewers",
        table(
            viewer_id=list(market.viewers),
            trust_ppm=[trust for trust, _ in market.viewers.values()],
            tier=[tier for _, tier in market.viewers.values()],
            text=("tier",),
        ),
    )


def put_looks(
    rel: Relations, market: Market, *, part: int = 0, parts: int = 1, shuffled: int | None = None
) -> None:
    """Register one part of the touches."""
    looks = [
        (number, look) for number, look in enumerate(market.looks, 1) if look.viewer % parts == part
    ]
    if shuffled is not None:
        random.Random(shuffled).shuffle(looks)
    flags = ("is_clicked", "is_saved", "is_shared", "is_followed", "is_disliked")
    columns = {
        name: pa.array([getattr(look, name) for _, look in looks], pa.bool_()) for name in flags
    }
    plain = table(
        touch_id=[number for number, _ in looks],
        viewer_id=[look.viewer for _, look in looks],
        piece_id=[look.piece for _, look in looks],
        channel_id=[look.channel for _, look in looks],
        touched_at=[look.at for _, look in looks],
        dwell_ms=[look.dwell for _, look in looks],
        slot=[look.slot for _, look in looks],
        text=("slot",),
    )
    for name, column in columns.items():
        plain = plain.append_column(name, column)
    rel.put("touches_part", plain)


def put_lines(rel: Relations, market: Market, *, month: int) -> None:
    """Register new_touches, open_touches, settling and piece_feedback of a month."""
    vouched: set[int] = set()
    rows = []
    for line in sorted(market.lines, key=lambda line: (line.paid, line.line_id)):
        for touch_id, decayed in line.looks.items():
            look = market.looks[touch_id - 1]
            may_vouch = look.month == line.paid and not look.is_disliked
            vouches = may_vouch and touch_id not in vouched
            vouched |= {touch_id} if vouches else set()
            if line.paid == month:
                rows.append(_line_touch(market, line, touch_id, decayed=decayed, vouches=vouches))
    names = list(
        _line_touch(Market(looks=[Look(1, 101)]), Line(1, {}), 1, decayed=0, vouches=False)
    )
    fresh = table(**{name: [row[name] for row in rows] for name in names})
    rel.put("new_touches", fresh)
    waiting = rel.columns("touches_waiting")
    both = " union all select * from touches_waiting" if "touch_id" in waiting else ""
    rel.table("open_touches", f"select * from new_touches{both}")
    settling = [line for line in market.lines if line.settles == month]
    rel.put(
        "settling",
        table(
            line_id=[line.line_id for line in settling],
            bad_ppm=[line.bad_ppm for line in settling],
            net_commission_minor=[line.net_minor for line in settling],
        ),
    )
    given = [(piece, bad_ppm) for when, piece, bad_ppm in market.feedback if when == month]
    rel.put(
        "piece_feedback",
        table(piece_id=[row[0] for row in given], bad_ppm=[row[1] for row in given]),
    )


def read(rel: Relations, evidence: dict[str, list[Row]]) -> Month:
    """Bring a month's results to Python."""
    pieces: dict[int, Sums] = {}
    for row in rel.fetch("select * from piece_values").to_pylist():
        before = pieces.get(row["piece_id"], Sums(0, 0, 0, 0, 0))
        pieces[row["piece_id"]] = Sums(*map(sum, zip(before, _sums(row), strict=True)))
    payees = {
        (row["payee_id"], row["scene_id"]): _sums(row)
        for row in rel.fetch("select * from payee_evidence").to_pylist()
    }
    lifts = {
        row["touch_id"]: (row["experience_micro"], row["commerce_micro"])
        for row in rel.fetch("select * from lifts").to_pylist()
    }
    return Month(pieces, payees, lifts, evidence)


def added_up(months: Sequence[Month]) -> dict[int, Sums]:
    """Each payee's sums over all months, of scene `headlines`."""
    total: dict[int, Sums] = {}
    for month in months:
        for (payee, scene), sums in month.payees.items():
            if scene == "headlines":
                before = total.get(payee, Sums(0, 0, 0, 0, 0))
                total[payee] = Sums(*map(sum, zip(before, sums, strict=True)))
    return total


def _line_touch(market: Market, line: Line, touch_id: int, *, decayed: int, vouches: bool) -> Row:
    look = market.looks[touch_id - 1]
    account = market.account_of.get(look.piece, look.piece // 100)
    creator = market.creator_of.get(account, account)
    payee = next((row[1] for row in market.owners if row[0] == creator), creator * 1000)
    return {
        "line_id": line.line_id,
        "touch_id": touch_id,
        "touched_at": look.at,
        "class_no": 2,
        "is_qualified": 1,
        "is_clicked": 0,
        "weight_ms": look.weight_ms,
        "lambda": decayed,
        "account_id": account,
        "creator_id": creator,
        "payee_id": payee,
        "piece_id": look.piece,
        "scene_no": look.channel - 1,
        "session_id": None,
        "link_id": None,
        "influence": market.influence(touch_id),
        "is_experience": int(vouches),
        "settled_before_minor": 0,
    }


def _sums(row: Row) -> Sums:
    return Sums(
        row["touches"],
        row["viewers_micro"],
        row["quality_micro"],
        row["experience_micro"],
        row["commerce_micro"],
    )


def _numbered(texts: set[str]) -> dict[str, int]:
    return {text: number for number, text in enumerate(sorted(texts))}
