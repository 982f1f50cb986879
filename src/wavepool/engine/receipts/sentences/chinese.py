"""The sentences in Simplified Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wavepool.engine.receipts.sentences.amounts import (
    micro,
    micro_money,
    money,
    percent,
    ppm_percent,
    span,
)

_OTHER_ITEM = 3
_UNITS: Final = {"s": "秒", "min": "分钟", "h": "小时", "d": "天"}
_COUNTERS: Final = {
    "sessions": "直播场次",
    "live_days": "开播天数",
    "effective_sessions": "有效直播场次",
    "effective_days": "有效开播天数",
    "effective_hours": "有效直播小时数",
    "effective_weeks": "达标周数",
    "received_minor": "确认收货金额",
    "best_month_received_minor": "最佳单月确认收货金额",
    "fans": "粉丝数",
    "farm_sessions": "助农直播场次",
    "farm_received_minor": "助农确认收货金额",
}

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
    agency = f"（已扣除机构分成 {ppm_percent(known['split_ppm'])}%）" if known["split_ppm"] else ""
    age, unit = span(known["age_ms"])
    if known["party"] != known["winner_party"]:
        return (
            f"该买家付款前看过您的内容，按规则 {known['rule']}，直接佣金 "
            f"{_money(known, 'direct_minor')} 中有 {_money(known, 'share_minor')} 归您，"
            f"您获得 {kept}{agency}。"
        )
    before = f"付款前 {age} {_UNITS[unit]}"
    goods = "本店铺" if known["class_no"] == _OTHER_ITEM else "该商品"
    by_click = known["is_clicked"] and known["weight_ms"] <= known["dwell_min_ms"]
    if known["is_watched"] and not by_click:
        seconds = known["weight_ms"] // 1000
        how = f"最后一位让该买家真正看过{goods}的创作者（观看 {seconds} 秒，{before}）"
    else:
        how = f"最后一位让该买家点击{goods}的创作者（{before}）"
    return f"您是{how}，因此获得佣金 {kept}{agency}。"


def _refund(known: Known) -> str:
    leg = "kept_minor" if "reversal" in known["names"] else "agency_minor"
    if known["is_cancelled"]:
        cause = "订单已取消"
    else:
        cause = (
            f"买家已付 {_money(known, 'paid_minor')}，累计退款 {_money(known, 'refunded_minor')}"
        )
    return (
        f"{cause}，因此您的 {_money(known, leg)} 累计应冲回 {_money(known, 'reversed_minor')}；"
        f"此前已冲回 {_money(known, 'reversed_before_minor')}，"
        f"本次冲回 {_money(known, 'due_minor')}。"
    )


def _pool(known: Known) -> str:
    currency = known["line"]["currency"]
    share = percent(known["value"], known["value_total"])
    shared = micro_money(max(0, known["distributable_micro"]), currency)
    agency = (
        f"，其中机构分成 {micro_money(known['agency_micro'], currency)}"
        if known["agency_micro"]
        else ""
    )
    return (
        f"奖池 {shared} × 您的占比 {share}% = "
        f"{micro_money(known['entitlement_micro'], currency)}{agency}；{_carried(known)}"
    )


def _award(known: Known) -> str:
    if known["first"] == "lump_sum":
        reached = "，".join(
            f"{_counter(row['counter'])} {_units(known, row['counter'], row['have'])}"
            f"/{_units(known, row['counter'], row['need'])} ✓"
            for row in known["conditions"]
        )
    elif known["first"] == "tiered":
        units = _units(known, known["counter"], known["counted_units"])
        reached = f"阶梯计数：{_counter(known['counter'])} {units}"
    elif known["first"] == "per_anchor":
        reached = f"{len(known['anchors'])} 位主播 × {_money(known, 'reward_minor')}"
    else:
        reached = f"年框新主播 {known['anchors_total']} 位"
    paid = _money(known, "paid_minor")
    if known["claims_total_minor"] <= known["remaining_minor"]:
        return f"{reached}。已发放 {paid}。"
    factor = micro(known["remaining_minor"] * 10**6 // known["claims_total_minor"])
    over = percent(known["claims_total_minor"] - known["remaining_minor"], known["remaining_minor"])
    return (
        f"{reached}。已发放 {paid}：申领总额超出预算 {over}%，"
        f"因此按 {_money(known, 'claim_minor')} × {factor} 计算。"
    )


def _units(known: Known, counter: str, units: int) -> str:
    return money(units, known["line"]["currency"]) if counter.endswith("_minor") else str(units)


def _counter(name: str) -> str:
    return _COUNTERS.get(name, name)


def _agency(known: Known) -> str:
    if known["first"] == "parts":
        return (
            f"旗下创作者 {len(known['parts_micro'])} 笔奖励中，机构分成共 "
            f"{micro_money(known['net_micro'], known['line']['currency'])}；{_carried(known)}"
        )
    return (
        f"旗下创作者在该订单行的收入为 {_money(known, 'share_minor')}，"
        f"按合同比例 {ppm_percent(known['split_ppm'])}%，机构分成 {_money(known, 'agency_minor')}。"
    )


def _held(known: Known) -> str:
    return (
        f"{len(known['lines'])} 条明细共 {_money(known, 'held_minor')} 因冻结单 "
        f"{known['hold_id']}（{known['cause']}）暂存托管，待裁定或到期后处理。"
    )


def _adjustment(known: Known) -> str:
    return (
        f"冻结单 {known['hold_id']} 已裁定：{_money(known, 'held_minor')} 的 "
        f"{ppm_percent(known['kept_ppm'])}% 归您，即 {_money(known, 'ruled_minor')}；"
        f"此前已付 {_money(known, 'paid_before_minor')}，本行为 {_money(known, 'amount_minor')}。"
    )


def _debt(known: Known) -> str:
    return (
        f"本期明细合计 {_money(known, 'lines_minor')}，此前欠款 {_money(known, 'debt_in_minor')}："
        f"应付 {_money(known, 'payable_minor')}，结转欠款 {_money(known, 'debt_out_minor')}。"
    )


def _carried(known: Known) -> str:
    unit = {"CNY": "分", "USD": "美分", "EUR": "欧分"}.get(known["line"]["currency"], "个最小单位")
    brought = (
        f"加上期结转 {micro(known['carry_in_micro'])} {unit}，" if known["carry_in_micro"] else ""
    )
    return (
        f"{brought}实付 {_money(known, 'paid_minor')}，"
        f"{micro(known['carry_out_micro'])} {unit}结转下月。"
    )
