"""Say in one sentence why an award has its amount, in English and Chinese."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from wavepool.engine.incentives.programmes import Programmes
from wavepool.engine.money import format_minor

_COUNTERS = {
    "sessions": ("sessions", "直播场次"),
    "live_days": ("live days", "开播天数"),
    "effective_sessions": ("effective sessions", "有效场次"),
    "effective_days": ("effective days", "有效天数"),
    "effective_hours": ("effective hours", "有效时长（小时）"),
    "effective_weeks": ("effective weeks", "达标周数"),
    "received_minor": ("received sales", "确认收货金额"),
    "best_month_received_minor": ("best month's received sales", "最高自然月确认收货金额"),
    "fans": ("new fans", "新增粉丝"),
    "farm_sessions": ("farm sessions", "助农场次"),
    "farm_received_minor": ("received farm sales", "农产品确认收货金额"),
    "anchors": ("new anchors", "新主播数"),
    "frame_minor": ("frame so far", "年框累计"),
}
_PPM = 1_000_000


class AwardSentence(NamedTuple):
    """One award in two languages."""

    en: str
    zh: str


def explain_award(
    row: Mapping[str, object], *, programmes: Programmes | None = None
) -> AwardSentence:
    """Explain one row of `awards`.

    Args:
        row: the columns of `AwardsResult.awards`.
        programmes: the document, for the programme's names; without it the id stands.

    Returns:
        The conditions with need and have, the claim, the share of the budget, the award.

    >>> explain_award({
    ...     "programme_id": "new_anchor_cash", "currency": "CNY", "claim_minor": 60000,
    ...     "award_minor": 56400, "claim_traffic_units": 0, "traffic_units": 0,
    ...     "conditions": '[{"counter":"effective_days","need":10,"have":12}]',
    ... }).en
    'new_anchor_cash: effective days 12 of 10 ✓. Paid 564.00 CNY of 600.00 CNY (94.0000 %), because claims exceeded the budget.'
    """
    names = _names(str(row["programme_id"]), programmes)
    currency = str(row["currency"])
    english, chinese = _conditions(str(row["conditions"]), currency)
    claim, award = _whole(row["claim_minor"]), _whole(row["award_minor"])
    claimed, paid = f"{format_minor(claim, currency)} {currency}", format_minor(award, currency)
    money_en = f"Paid {paid} {currency}"
    money_zh = f"实发 {paid} {currency}"
    if award < claim:
        share = _percent(award, claim)
        money_en += f" of {claimed} ({share}), because claims exceeded the budget"
        money_zh += f"，应发 {claimed}，因申请总额超出预算按 {share} 发放"
    flow_en, flow_zh = _traffic(_whole(row["claim_traffic_units"]), _whole(row["traffic_units"]))
    return AwardSentence(
        f"{names[0]}: {english}. {money_en}{flow_en}.",
        f"{names[1]}：{chinese}。{money_zh}{flow_zh}。",
    )


def _conditions(text: str, currency: str) -> tuple[str, str]:
    english, chinese = [], []
    for condition in json.loads(text):
        names = _condition_names(condition)
        need, have = (
            condition.get("need"),
            _amount(condition["counter"], condition["have"], currency),
        )
        if need is None:
            english.append(f"{names[0]} {have}")
            chinese.append(f"{names[1]} {have}")
        else:
            asked = _amount(condition["counter"], need, currency)
            english.append(f"{names[0]} {have} of {asked} ✓")
            chinese.append(f"{names[1]} {have}/{asked} ✓")
        before = condition.get("claimed_before_minor")
        if before:
            english[-1] += f" ({format_minor(before, currency)} {currency} claimed before)"
            chinese[-1] += f"（此前已申领 {format_minor(before, currency)} {currency}）"
    return ", ".join(english), "，".join(chinese)


def _condition_names(condition: Mapping[str, object]) -> tuple[str, str]:
    counter = str(condition["counter"])
    if counter == "anchors_of_grade":
        return f"of grade {condition['grade']}", f"{condition['grade']} 级"
    if counter == "effective_weeks":
        days, weeks = condition["days_per_week"], condition["weeks"]
        return (
            f"weeks (of {weeks}) with {days} or more effective days",
            f"{weeks} 周内有效天数不少于 {days} 天的周数",
        )
    return _COUNTERS[counter]


def _amount(counter: str, value: int, currency: str) -> str:
    return (
        f"{format_minor(value, currency)} {currency}" if counter.endswith("_minor") else str(value)
    )


def _traffic(claimed: int, granted: int) -> tuple[str, str]:
    if not claimed:
        return "", ""
    return (
        f", with {granted} of {claimed} visits of traffic",
        f"，流量 {granted}/{claimed} 次访问",
    )


def _percent(part: int, whole: int) -> str:
    """Write a share in percent with four decimals, floored."""
    ppm = part * _PPM // whole
    return f"{ppm // 10_000}.{ppm % 10_000:04d} %"


def _names(programme_id: str, programmes: Programmes | None) -> tuple[str, str]:
    if programmes is None:
        return programme_id, programme_id
    programme = programmes.get_programme(programme_id)
    return programme.name_en, programme.name_zh


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"an award's amounts are whole numbers, not {value!r}")
    return value
