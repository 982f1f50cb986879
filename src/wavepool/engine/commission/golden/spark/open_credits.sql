SELECT
  c.line_id AS line_id,
  c.order_id AS order_id,
  c.buyer_id AS buyer_id,
  c.shop_id AS shop_id,
  c.item_id AS item_id,
  c.currency AS currency,
  c.paid_minor AS paid_minor,
  c.paid_at AS paid_at,
  COALESCE(l.received_at, c.received_at) AS received_at,
  c.outcome AS outcome,
  c.is_after_live AS is_after_live,
  c.touch_id AS touch_id,
  c.touched_at AS touched_at,
  c.piece_id AS piece_id,
  c.session_id AS session_id,
  c.account_id AS account_id,
  c.creator_id AS creator_id,
  c.payee_id AS payee_id,
  c.scene_id AS scene_id,
  c.pool_id AS pool_id,
  c.plan_id AS plan_id,
  c.rate_ppm AS rate_ppm,
  c.is_rate_locked AS is_rate_locked,
  c.fee_ppm AS fee_ppm,
  c.direct_ppm AS direct_ppm,
  c.fee_base_minor AS fee_base_minor,
  c.commission_minor AS commission_minor,
  c.direct_minor AS direct_minor,
  c.fee_minor AS fee_minor,
  c.pool_minor AS pool_minor,
  COALESCE(l.received_at, c.received_at) + COALESCE(e.trust_days, $default_hold_days) * 86400000 AS settle_at
FROM credits_waiting AS c
LEFT JOIN order_lines AS l
  ON l.line_id = c.line_id
LEFT JOIN payees AS e
  ON e.payee_id = c.payee_id
