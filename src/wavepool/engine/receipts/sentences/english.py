"""The sentences in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wavepool.engine.receipts.sentences.amounts import (
    micro,
    micro_money,
    money,
    percent,
    ppm_percent,
    span,
)

_OTHER_ITEM = 3

Known = Mapping[str, Any]


def write(known: Known) -> str:
    """The sentence of a receipt, from its line, inputs and results by name."""
    return {
        "commission": _commission,
        "refund": _refund,
        "pool": _pool,
        "award": _award,
        "agency": _agency,
        "held": _held,
        "adjustment": _adjustment,
        "debt": _debt,
    }[known["line"]["kind"]](known)


def _money(known: Known, name: str) -> str:
    return money(known[name], known["line"]["currency"])


def _commission(known: Known) -> str:
    kept = _money(known, "kept_minor")
    agency = (
        f", after {ppm_percent(known['split_ppm'])} % for your agency" if known["split_ppm"] else ""
    )
    age, unit = span(known["age_ms"])
    if known["party"] != known["winner_party"]:
        return (
            f"This buyer met your content before paying, and the rule {known['rule']} gives you "
            f"{_money(known, 'share_minor')} of the {_money(known, 'direct_minor')} direct leg, "
            f"so you earn {kept}{agency}."
        )
    by_click = known["is_clicked"] and known["weight_ms"] <= known["dwell_min_ms"]
    if known["is_watched"] and not by_click:
        seconds = known["weight_ms"] // 1000
        touched, how = "really watched", f"{seconds} s, {age} {unit} before paying"
    else:
        touched, how = "clicked through to", f"{age} {unit} before paying"
    goods = "this shop" if known["class_no"] == _OTHER_ITEM else "this item"
    return (
        f"You were the last creator this buyer {touched} ({how}) for {goods}, "
        f"so you earn the {kept} commission{agency}."
    )


def _refund(known: Known) -> str:
    leg = "kept_minor" if "reversal" in known["names"] else "agency_minor"
    if known["is_cancelled"]:
        cause = "The order was cancelled"
    else:
        cause = (
            f"The buyer has {_money(known, 'refunded_minor')} of {_money(known, 'paid_minor')} back"
        )
    return (
        f"{cause}, so {_money(known, 'reversed_minor')} of your {_money(known, leg)} is reversed; "
        f"{_money(known, 'reversed_before_minor')} was reversed before, "
        f"{_money(known, 'due_minor')} is taken back now."
    )


def _pool(known: Known) -> str:
    currency = known["line"]["currency"]
    share = percent(known["value"], known["value_total"])
    shared = micro_money(max(0, known["distributable_micro"]), currency)
    agency = (
        f", {micro_money(known['agency_micro'], currency)} of it for your agency"
        if known["agency_micro"]
        else ""
    )
    return (
        f"Pool {shared} × your {share} % = {micro_money(known['entitlement_micro'], currency)}"
        f"{agency}; {_carried(known)}"
    )


def _award(known: Known) -> str:
    if known["first"] == "lump_sum":
        reached = ", ".join(
            f"{_units(known, row['counter'], row['have'])} of "
            f"{_units(known, row['counter'], row['need'])} {_counter(row['counter'])} ✓"
            for row in known["conditions"]
        )
    elif known["first"] == "tiered":
        units = _units(known, known["counter"], known["counted_units"])
        reached = f"{units} {_counter(known['counter'])} on the schedule"
    elif known["first"] == "per_anchor":
        reached = f"{len(known['anchors'])} anchors × {_money(known, 'reward_minor')}"
    else:
        reached = f"{known['anchors_total']} new anchors on the frame"
    paid = _money(known, "paid_minor")
    if known["claims_total_minor"] <= known["remaining_minor"]:
        return f"{reached}. Paid {paid}."
    factor = micro(known["remaining_minor"] * 10**6 // known["claims_total_minor"])
    over = percent(known["claims_total_minor"] - known["remaining_minor"], known["remaining_minor"])
    return (
        f"{reached}. Paid {paid}: {_money(known, 'claim_minor')} × {factor} because claims "
        f"exceeded the budget by {over} %."
    )


def _units(known: Known, counter: str, units: int) -> str:
    return money(units, known["line"]["currency"]) if counter.endswith("_minor") else str(units)


def _counter(name: str) -> str:
    return name.removesuffix("_minor").replace("_", " ")


def _agency(known: Known) -> str:
    if known["first"] == "parts":
        parts = len(known["parts_micro"])
        part_word = "award" if parts == 1 else "awards"
        return (
            f"Your part of {parts} {part_word} of your creators is "
            f"{micro_money(known['net_micro'], known['line']['currency'])}; {_carried(known)}"
        )
    return (
        f"Your creator earned {_money(known, 'share_minor')} on this order line; your contract's "
        f"{ppm_percent(known['split_ppm'])} % is {_money(known, 'agency_minor')}."
    )


def _held(known: Known) -> str:
    lines = len(known["lines"])
    line_word = "line" if lines == 1 else "lines"
    return (
        f"{_money(known, 'held_minor')} of {lines} {line_word} waits in escrow under hold "
        f"{known['hold_id']} ({known['cause']}) until it is ruled or expires."
    )


def _adjustment(known: Known) -> str:
    return (
        f"Hold {known['hold_id']} was ruled: {ppm_percent(known['kept_ppm'])} % of "
        f"{_money(known, 'held_minor')} is yours = {_money(known, 'ruled_minor')}; "
        f"{_money(known, 'paid_before_minor')} was paid before, so this line is "
        f"{_money(known, 'amount_minor')}."
    )


def _debt(known: Known) -> str:
    return (
        f"Your lines add up to {_money(known, 'lines_minor')} and your earlier debt is "
        f"{_money(known, 'debt_in_minor')}: {_money(known, 'payable_minor')} is payable, "
        f"{_money(known, 'debt_out_minor')} stays as debt."
    )


def _carried(known: Known) -> str:
    unit = "cent" if known["line"]["currency"] in {"CNY", "USD", "EUR"} else "minor units"
    brought = (
        f"with {micro(known['carry_in_micro'])} {unit} carried in, "
        if known["carry_in_micro"]
        else ""
    )
    return (
        f"{brought}paid {_money(known, 'paid_minor')}; "
        f"{micro(known['carry_out_micro'])} {unit} carried to next month."
    )
