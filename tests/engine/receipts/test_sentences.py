"""One sentence a line, in two languages."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from wavepool.engine.receipts import ReceiptDiffers, UnknownLanguage, seals_of, sentence

Receipts = Mapping[str, dict[str, Any]]

SENTENCES = {
    "commission": (
        "You were the last creator this buyer really watched (42 s, 3 h before paying) for this item, so you earn the ¥1.90 commission, after 30 % for your agency.",
        "您是最后一位让该买家真正看过该商品的创作者（观看 42 秒，付款前 3 小时），因此获得佣金 ¥1.90（已扣除机构分成 30%）。",
    ),
    "refund": (
        "The buyer has ¥50.00 of ¥100.00 back, so ¥0.95 of your ¥1.90 is reversed; ¥0.47 was reversed before, ¥0.48 is taken back now.",
        "买家已付 ¥100.00，累计退款 ¥50.00，因此您的 ¥1.90 累计应冲回 ¥0.95；此前已冲回 ¥0.47，本次冲回 ¥0.48。",
    ),
    "agency_commission": (
        "Your creator earned ¥2.71 on this order line; your contract's 30 % is ¥0.81.",
        "旗下创作者在该订单行的收入为 ¥2.71，按合同比例 30%，机构分成 ¥0.81。",
    ),
    "agency_refund": (
        "The buyer has ¥50.00 of ¥100.00 back, so ¥0.40 of your ¥0.81 is reversed; ¥0.20 was reversed before, ¥0.20 is taken back now.",
        "买家已付 ¥100.00，累计退款 ¥50.00，因此您的 ¥0.81 累计应冲回 ¥0.40；此前已冲回 ¥0.20，本次冲回 ¥0.20。",
    ),
    "pool": (
        "Pool ¥9,980.00 × your 0.9978 % = ¥99.58, ¥9.95 of it for your agency; with 0.37 cent carried in, paid ¥89.62; 0.885048 cent carried to next month.",
        "奖池 ¥9,980.00 × 您的占比 0.9978% = ¥99.58，其中机构分成 ¥9.95；加上期结转 0.37 分，实付 ¥89.62，0.885048 分结转下月。",
    ),
    "award_lump_sum": (
        "6 of 5 effective days ✓, 3 of 3 effective weeks ✓. Paid ¥283.01: ¥300.00 × 0.943396 because claims exceeded the budget by 6 %.",
        "有效开播天数 6/5 ✓，达标周数 3/3 ✓。已发放 ¥283.01：申领总额超出预算 6%，因此按 ¥300.00 × 0.943396 计算。",
    ),
    "award_tiered": (
        "¥0.15 received on the schedule. Paid ¥0.21.",
        "阶梯计数：确认收货金额 ¥0.15。已发放 ¥0.21。",
    ),
    "award_per_anchor": (
        "2 anchors × ¥50.00. Paid ¥100.00.",
        "2 位主播 × ¥50.00。已发放 ¥100.00。",
    ),
    "award_frame": (
        "12 new anchors on the frame. Paid ¥0.25.",
        "年框新主播 12 位。已发放 ¥0.25。",
    ),
    "agency_awards": (
        "Your part of 2 awards of your creators is ¥0.03; with 0.25 cent carried in, paid ¥0.04; 0.15 cent carried to next month.",
        "旗下创作者 2 笔奖励中，机构分成共 ¥0.03；加上期结转 0.25 分，实付 ¥0.04，0.15 分结转下月。",
    ),
    "held": (
        "¥1.50 of 2 lines waits in escrow under hold h-1 (self_purchase) until it is ruled or expires.",
        "2 条明细共 ¥1.50 因冻结单 h-1（self_purchase）暂存托管，待裁定或到期后处理。",
    ),
    "adjustment": (
        "Hold h-1 was ruled: 35 % of ¥1.50 is yours = ¥0.52; ¥0.10 was paid before, so this line is ¥0.42.",
        "冻结单 h-1 已裁定：¥1.50 的 35% 归您，即 ¥0.52；此前已付 ¥0.10，本行为 ¥0.42。",
    ),
    "debt": (
        "Your lines add up to -¥0.15 and your earlier debt is ¥0.30: ¥0.00 is payable, ¥0.45 stays as debt.",
        "本期明细合计 -¥0.15，此前欠款 ¥0.30：应付 ¥0.00，结转欠款 ¥0.45。",
    ),
}


class TestSentence:
    @pytest.mark.parametrize("kind", list(SENTENCES))
    def test_says_why_in_both_languages(self, receipts: Receipts, kind: str) -> None:
        document = receipts[kind]
        assert (sentence(document), sentence(document, "zh")) == SENTENCES[kind]

    def test_exists_for_every_kind(self, receipts: Receipts) -> None:
        assert set(SENTENCES) == set(receipts)

    def test_says_that_a_click_won(self, receipts: Receipts) -> None:
        document = copy.deepcopy(receipts["commission"])
        document["merkle"] = None
        document["steps"][0]["inputs"].update(weight_ms=100, is_clicked=True, class_no=3)
        document["steps"][0]["result"].update(is_watched=False)
        document["seals"] = seals_of(document)
        assert sentence(document).startswith(
            "You were the last creator this buyer clicked through to (3 h before paying) for this shop,"
        )
        assert sentence(document, "zh").startswith(
            "您是最后一位让该买家点击本店铺的创作者（付款前 3 小时），"
        )

    def test_says_what_a_rule_gives_to_others_than_the_winner(self, receipts: Receipts) -> None:
        document = copy.deepcopy(receipts["commission"])
        document["steps"][0]["inputs"].update(winner_party=4)
        document["seals"] = seals_of(document)
        assert sentence(document) == (
            "This buyer met your content before paying, and the rule linear gives you ¥2.71 of "
            "the ¥4.07 direct leg, so you earn ¥1.90, after 30 % for your agency."
        )

    def test_repeats_no_edited_number(self, receipts: Receipts) -> None:
        document = copy.deepcopy(receipts["pool"])
        document["line"]["amount_minor"] += 1
        with pytest.raises(ReceiptDiffers, match="step head, line/amount_minor"):
            sentence(document)

    def test_is_spoken_in_two_languages_only(self, receipts: Receipts) -> None:
        with pytest.raises(UnknownLanguage, match="'fr'"):
            sentence(receipts["pool"], "fr")
