WITH resolved AS (
  SELECT
    l.line_id AS line_id,
    l.order_id AS order_id,
    l.buyer_id AS buyer_id,
    l.shop_id AS shop_id,
    l.item_id AS item_id,
    l.currency AS currency,
    l.paid_minor AS paid_minor,
    l.platform_coupon_minor AS platform_coupon_minor,
    l.shipping_minor AS shipping_minor,
    l.tax_minor AS tax_minor,
    l.paid_at AS paid_at,
    l.received_at AS received_at,
    CASE
      WHEN w.line_id IS NULL
      THEN 'organic'
      WHEN NOT w.host_shop_id IS NULL
      THEN 'host'
      WHEN p.line_id IS NULL
      THEN 'no_plan'
      WHEN w.class_no = 3
      THEN 'indirect'
      ELSE 'direct'
    END AS outcome,
    CASE
      WHEN s.ended_at <= l.paid_at AND l.paid_at < s.ended_at + $after_live_ms
      THEN TRUE
      ELSE FALSE
    END AS is_after_live,
    w.touch_id AS touch_id,
    w.touched_at AS touched_at,
    w.class_no AS class_no,
    w.weight_ms AS weight_ms,
    w.is_clicked AS is_clicked,
    w.piece_id AS piece_id,
    w.session_id AS session_id,
    w.account_id AS account_id,
    w.creator_id AS creator_id,
    COALESCE(v.payee_id, w.payee_id) AS payee_id,
    n.scene_id AS scene_id,
    CASE WHEN n.pool_id = '' THEN NULL ELSE n.pool_id END AS pool_id,
    p.plan_id AS plan_id,
    COALESCE(p.rate_ppm, 0) AS rate_ppm,
    COALESCE(p.is_rate_locked, 0) AS is_rate_locked,
    CASE WHEN n.pool_id = '' THEN 1000000 - $fee_ppm ELSE n.direct_ppm END AS direct_ppm,
    GREATEST(l.paid_minor + l.platform_coupon_minor - l.shipping_minor - l.tax_minor, 0) AS fee_base_minor,
    CASE
      WHEN e.trust_days IS NULL
      THEN NULL
      ELSE l.received_at + e.trust_days * 86400000
    END AS settle_at
  FROM period_lines AS l
  LEFT JOIN winners AS w
    ON w.line_id = l.line_id
  LEFT JOIN plan_choices AS p
    ON p.line_id = l.line_id AND w.host_shop_id IS NULL
  LEFT JOIN scenes_in_force AS n
    ON n.scene_no = w.scene_no
  LEFT JOIN sessions AS s
    ON s.session_id = w.session_id
  LEFT JOIN creator_payees AS v
    ON v.creator_id = w.creator_id
    AND v.valid_from <= l.paid_at
    AND (
      v.valid_to IS NULL OR l.paid_at < v.valid_to
    )
  LEFT JOIN payees AS e
    ON e.payee_id = COALESCE(v.payee_id, w.payee_id)
), cut AS (
  SELECT
    r.*,
    r.fee_base_minor DIV 1000000 * r.rate_ppm + r.fee_base_minor % 1000000 * r.rate_ppm DIV 1000000 AS commission_minor
  FROM resolved AS r
), legs AS (
  SELECT
    c.*,
    c.commission_minor DIV 1000000 * $fee_ppm + c.commission_minor % 1000000 * $fee_ppm DIV 1000000 AS fee_minor,
    c.commission_minor DIV 1000000 * c.direct_ppm + c.commission_minor % 1000000 * c.direct_ppm DIV 1000000 AS pooled_direct_minor
  FROM cut AS c
)
SELECT
  g.line_id AS line_id,
  g.order_id AS order_id,
  g.buyer_id AS buyer_id,
  g.shop_id AS shop_id,
  g.item_id AS item_id,
  g.currency AS currency,
  g.paid_minor AS paid_minor,
  g.platform_coupon_minor AS platform_coupon_minor,
  g.shipping_minor AS shipping_minor,
  g.tax_minor AS tax_minor,
  g.paid_at AS paid_at,
  g.received_at AS received_at,
  g.outcome AS outcome,
  g.is_after_live AS is_after_live,
  g.touch_id AS touch_id,
  g.touched_at AS touched_at,
  g.class_no AS class_no,
  g.weight_ms AS weight_ms,
  g.is_clicked AS is_clicked,
  g.piece_id AS piece_id,
  g.session_id AS session_id,
  g.account_id AS account_id,
  g.creator_id AS creator_id,
  g.payee_id AS payee_id,
  g.scene_id AS scene_id,
  g.pool_id AS pool_id,
  g.plan_id AS plan_id,
  g.rate_ppm AS rate_ppm,
  g.is_rate_locked AS is_rate_locked,
  CASE WHEN g.plan_id IS NULL THEN 0 ELSE $fee_ppm END AS fee_ppm,
  CASE WHEN g.plan_id IS NULL THEN 0 ELSE g.direct_ppm END AS direct_ppm,
  g.fee_base_minor AS fee_base_minor,
  g.commission_minor AS commission_minor,
  CASE
    WHEN g.pool_id IS NULL
    THEN g.commission_minor - g.fee_minor
    ELSE g.pooled_direct_minor
  END AS direct_minor,
  g.fee_minor AS fee_minor,
  CASE
    WHEN g.pool_id IS NULL
    THEN CAST(0 AS BIGINT)
    ELSE g.commission_minor - g.pooled_direct_minor - g.fee_minor
  END AS pool_minor,
  g.settle_at AS settle_at
FROM legs AS g
