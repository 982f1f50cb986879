"""The 2022 plan at work: awards with their conditions, the agencies' grid, near misses, budgets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from wavepool.cli.demo.book import Book, Row
from wavepool.cli.explaining import day_text
from wavepool.cli.terminal import grid, yuan
from wavepool.cli.words import Words
from wavepool.engine import incentives
from wavepool.engine.incentives import Frame, Programme, Programmes

_CONDITIONS = {
    "sessions": ("sessions", "直播场次"),
    "live_days": ("live days", "开播天数"),
    "effective_sessions": ("effective sessions", "有效场次"),
    "effective_days": ("effective days", "有效天数"),
    "effective_hours": ("effective hours", "有效时长（小时）"),
    "effective_weeks": ("effective weeks", "达标周数"),
    "received_minor": ("received sales", "确认收货金额"),
    "fans": ("new fans", "新增粉丝"),
}
_ANCHORS = (1, 2, 3, 5, 10, 11, 20, 30, 31)


def read_programmes(book: Book, documents: Sequence[Programmes]) -> Row:
    """Read one award of every programme, the nearest miss, budgets, and each frame's grid."""
    awards = book.rows(
        "with ranked as (select a.*, row_number() over (partition by a.programme_id "
        "order by a.award_minor desc, a.in_period, a.subject_id, a.anchor_id) as place, "
        "count(*) over (partition by a.programme_id) as n, "
        "cast(sum(a.award_minor) over (partition by a.programme_id) as bigint) as sum_minor "
        "from awards as a) select * from ranked where place = 1 order by programme_id"
    )
    by_id = {
        programme.id: (document, programme)
        for document in documents
        for programme in document.programmes
    }
    order = list(by_id)
    awards.sort(key=lambda row: order.index(row["programme_id"]))
    for row in awards:
        text = incentives.explain_award(row, programmes=by_id[row["programme_id"]][0])
        row["sentence_en"], row["sentence_zh"] = text.en, text.zh
    return {
        "awards": awards,
        "near_miss": _nearest(book, by_id),
        "grids": [
            _grid(book, programme)
            for _, programme in by_id.values()
            if isinstance(programme.schedule, Frame)
        ],
        "budgets": _budgets(book, by_id),
    }


def _nearest(book: Book, by_id: dict[str, tuple[Programmes, Programme]]) -> list[Row]:
    """The person or agency that missed an award by least, with every condition still short."""
    rows = book.rows(
        "select n.* from near_misses as n where n.need > 0 "
        "and not exists (select 1 from awards as a where a.once_key = n.once_key "
        "and a.subject_id = n.subject_id and coalesce(a.anchor_id, -1) = coalesce(n.anchor_id, -1))"
    )
    cases: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        key = (row["in_period"], row["once_key"], row["subject_id"], row["anchor_id"])
        cases.setdefault(key, []).append(row)
    if not cases:
        return []
    nearest = min(
        cases.items(),
        key=lambda case: (max(row["missing"] / row["need"] for row in case[1]), str(case[0])),
    )[1]
    for row in nearest:
        programme = by_id[row["programme_id"]][1]
        row["name_en"], row["name_zh"] = programme.name_en, programme.name_zh
    return sorted(nearest, key=lambda row: str(row["condition"]))


def _grid(book: Book, programme: Programme) -> Row:
    """Tabulate a frame, with the cell of the agency that has most anchors in it."""
    assert isinstance(programme.schedule, Frame)
    won = book.rows(
        f"select * from awards where programme_id = '{programme.id}' "
        "order by award_minor desc, subject_id limit 1"
    )
    current: Row = {"agency_id": None, "anchors": 0, "grades": {}, "frame_minor": 0}
    if won:
        facts = json.loads(won[0]["conditions"])
        current = {
            "agency_id": won[0]["subject_id"],
            "anchors": next((each["have"] for each in facts if each["counter"] == "anchors"), 0),
            "frame_minor": next(
                (each["have"] for each in facts if each["counter"] == "frame_minor"), 0
            ),
            "grades": {
                each["grade"]: each["have"]
                for each in facts
                if each["counter"] == "anchors_of_grade"
            },
        }
    numbers = sorted({*_ANCHORS, *([current["anchors"]] if current["anchors"] else [])})
    cells = incentives.grid(programme, numbers).to_pylist()
    return {
        "programme_id": programme.id,
        "name_en": programme.name_en,
        "name_zh": programme.name_zh,
        "grades": [
            {"id": grade.id, "at_least_minor": grade.at_least_minor}
            for grade in programme.schedule.grades
        ],
        "cells": cells,
        "current": current,
    }


def _budgets(book: Book, by_id: dict[str, tuple[Programmes, Programme]]) -> list[Row]:
    rows = book.rows(
        "select programme_id, cast(sum(budget_minor) as bigint) as budget_minor, "
        "cast(sum(spent_minor) as bigint) as spent_minor, "
        "cast(sum(traffic_spent_units) as bigint) as traffic_units "
        "from budget_cards group by programme_id"
    )
    counts = {
        row["programme_id"]: row["n"]
        for row in book.rows("select programme_id, count(*) as n from awards group by programme_id")
    }
    for row in rows:
        programme = by_id[row["programme_id"]][1]
        row["name_en"], row["name_zh"] = programme.name_en, programme.name_zh
        row["awards"] = counts.get(row["programme_id"], 0)
    order = list(by_id)
    return sorted(rows, key=lambda row: order.index(row["programme_id"]))


def print_programmes(found: Row, currency: str, out: Console, word: Words) -> None:
    """Print awards, the nearest miss, the grid and the budgets."""
    for row in found["awards"]:
        who = f"{_subject(row, word)} {row['subject_id']}"
        anchor = (
            "" if row["anchor_id"] is None else f", {word('anchor', '主播')} {row['anchor_id']}"
        )
        out.print(f"[bold]{row['in_period']}[/bold]  {who}{anchor}")
        out.print(f"  {word(row['sentence_en'], row['sentence_zh'])}", markup=False)
    _print_near_miss(found["near_miss"], currency, out, word)
    for each in found["grids"]:
        _print_grid(each, currency, out, word)
    budgets = grid(
        "\n" + word("Budgets of the season", "全季预算"),
        [
            word("programme", "项目"),
            word(">awards", ">获奖"),
            word(">budget", ">预算"),
            word(">spent", ">已发"),
            word(">visits of traffic", ">流量（次）"),
        ],
    )
    for row in found["budgets"]:
        budgets.add_row(
            word(row["name_en"], row["name_zh"]),
            f"{row['awards']:,}",
            yuan(row["budget_minor"], currency),
            yuan(row["spent_minor"], currency),
            f"{row['traffic_units']:,}" if row["traffic_units"] else "–",
        )
    out.print(budgets)


def _print_near_miss(rows: list[Row], currency: str, out: Console, word: Words) -> None:
    if not rows:
        return
    first = rows[0]
    who = f"{_subject(first, word)} {first['subject_id']}"
    missing = ", ".join(
        f"{_condition(row['condition'], word)} {_quantity(row, 'have', currency)} / {_quantity(row, 'need', currency)}"
        for row in rows
    )
    until = day_text(first["until_day"])
    out.print(f"[bold]{first['in_period']}[/bold]  {who}, {word('near miss', '差一点')}")
    out.print(
        word(
            f"  {first['name_en']}: {missing}; counts until {until}.",
            f"  {first['name_zh']}：{missing}；截止 {until}。",
        ),
        markup=False,
    )


def _subject(row: Row, word: Words) -> str:
    is_agency = row["subject_kind"] == "agency"
    return word("agency", "机构") if is_agency else word("creator", "创作者")


def _condition(counter: str, word: Words) -> str:
    return word(*_CONDITIONS.get(counter, (counter, counter)))


def _quantity(row: Row, name: str, currency: str) -> str:
    is_money = row["condition"].endswith("_minor")
    return yuan(row[name], currency) if is_money else f"{row[name]:,}"


def _print_grid(found: Row, currency: str, out: Console, word: Words) -> None:
    current = found["current"]
    table = grid(
        "\n" + word(f"{found['name_en']}: anchors × grade", f"{found['name_zh']}：数量 × 质量"),
        [
            word(">anchors", ">主播数"),
            *(
                f">{grade['id']} (≥ {yuan(grade['at_least_minor'], currency)})"
                for grade in found["grades"]
            ),
        ],
    )
    cells = {(cell["anchors"], cell["grade"]): cell for cell in found["cells"]}
    for anchors in dict.fromkeys(cell["anchors"] for cell in found["cells"]):
        is_here = anchors == current["anchors"]
        shown = []
        for grade in found["grades"]:
            cell = cells[anchors, grade["id"]]
            mark = "▸ " if is_here and current["grades"].get(grade["id"]) else ""
            shown.append(f"{mark}{yuan(cell['frame_minor'], currency)}")
        table.add_row(f"{anchors:,}", *shown, style="bold" if is_here else None)
    out.print(table)
    if current["agency_id"] is None:
        return
    held = ", ".join(f"{count} × {grade}" for grade, count in current["grades"].items() if count)
    frame = yuan(current["frame_minor"], currency)
    nexts = [
        cells[current["anchors"], grade]
        for grade, count in current["grades"].items()
        if count and cells[current["anchors"], grade]["missing"] is not None
    ]
    step = ""
    if nexts:
        more = word(f"{nexts[0]['missing']} more", f"再增 {nexts[0]['missing']} 位")
        rate = yuan(nexts[0]["next_rate_minor"], currency)
        step = word(
            f"; {more} and each further anchor is worth {rate}", f"；{more}，其后每位 {rate}"
        )
    out.print(
        word(
            f"▸ agency {current['agency_id']}: {current['anchors']} anchors ({held}), each worth its "
            f"cell ÷ {current['anchors']}: {frame} in all{step}.",
            f"▸ 机构 {current['agency_id']}：{current['anchors']} 位主播（{held}），每位为所在格 ÷ "
            f"{current['anchors']}，共 {frame}{step}。",
        )
    )
