"""The tables of a season folder as queries, each in the order of its key."""

from __future__ import annotations

from typing import Final

OUTPUTS: Final = {
    "touch_items": "select touch_id, item_id from touch_item order by touch_id, item_id",
    "order_lines": "select line_id, order_id, buyer_id, shop_id, item_id, quantity, 'CNY' as currency, "
    "paid_minor, platform_coupon_minor, shipping_minor, tax_minor, paid_at, received_at "
    "from order_line order by line_id",
    "refunds": "select refund_id, line_id, refund_minor, refunded_at from refund order by refund_id",
    "cancellations": "select line_id, paid_at + 7200000 as cancelled_at from order_line "
    "where is_cancelled order by line_id",
    "feedback": "select feedback_id, line_id, piece_id, kind, cast(score_ppm as bigint) as score_ppm, "
    "given_at from feedback_row order by feedback_id",
    "viewers": "select v.viewer_id as viewer_id, t.trust_ppm as trust_ppm, "
    "case v.tier_no when 2 then 'loyal' when 1 then 'regular' else 'new' end as tier "
    "from viewer v join trusted t on t.viewer_id = v.viewer_id order by v.viewer_id",
    "pieces": "select piece_id, account_id, cast(channel_id as bigint) as channel_id, format, category, "
    "published_at, originality_ppm, completeness_ppm, media_quality_ppm, review_ppm, ai_share_ppm "
    "from piece_row order by piece_id",
    "sessions": "select 700000000 + piece_id as session_id, piece_id, published_at as started_at, "
    "published_at + span_ms as ended_at, "
    "case when cheat_kind = 'anchor_farmer' and creator_id % 4 = 3 then span_ms // 8 "
    "else span_ms - span_ms * part(draw(62, piece_id), 0, 5) // 640 end as effective_ms "
    "from piece where is_live order by piece_id",
    "items": "select item_id, shop_id, category from item order by item_id",
    "shops": "select range as shop_id, $creators + $agencies + range as payee_id, 'CNY' as currency "
    "from range(1, $shops + 1) order by shop_id",
    "plans": "select plan_id, kind, shop_id, item_id, category, creator_id, link_id, "
    "cast(rate_ppm as bigint) as rate_ppm, valid_from, valid_to from plan order by plan_id, valid_from",
    "accounts": "select (creator_id - 1) * 3 + 1 + k as account_id, creator_id "
    "from (select creator_id, each(accounts) as k from creator) order by account_id",
    "creators": "select creator_id, kind, person_id, shop_id, first_live_at from creator_row order by creator_id",
    "payees": "select payee_id, kind, cast(trust_days as bigint) as trust_days from payee order by payee_id",
    "creator_payees": "select creator_id, payee_id, valid_from, valid_to from creator_payee "
    "order by creator_id, valid_from",
    "contracts": "select contract_id, creator_id, agency_id, income_type, "
    "cast(split_ppm as bigint) as split_ppm, valid_from, valid_to from contract "
    "order by contract_id, valid_from",
    "agencies": "select range as agency_id, $creators + range as payee_id from range(1, $agencies + 1) "
    "order by agency_id",
    "introductions": "select agency_id, creator_id, evidence, introduced_at from introduction "
    "order by creator_id, introduced_at, agency_id",
    "scenes": "select scene_id, name_zh, name_en from scene",
    "channels": "select channel_id, name from channel order by channel_id",
    "subsidies": "select 'big' as pool_id, period, 'CNY' as currency, subsidy_minor from subsidy order by period",
    "budgets": "select programme_id, period, 'CNY' as currency, budget_minor, traffic_units from budget "
    "order by programme_id, period",
    "identity_links": "select distinct left_id, right_id, kind, seen_at from identity_link "
    "order by left_id, right_id, kind",
    "rulings": "select hold_id, cast(kept_ppm as bigint) as kept_ppm, decided_at from ruling order by hold_id",
}
TRUTHS: Final = {
    "truth_creators": "select * from truth_creator order by creator_id",
    "truth_lines": "select * from truth_line order by line_id",
    "truth_viewers": "select * from truth_viewer order by viewer_id",
}
