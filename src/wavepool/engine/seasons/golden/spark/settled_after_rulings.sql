WITH freed AS (
  SELECT
    u.line_id AS line_id,
    CAST(SUM(u.freed_minor) AS BIGINT) AS freed_minor
  FROM opening_ruled_parts AS u
  WHERE
    NOT u.pool_id IS NULL
  GROUP BY
    u.line_id
), remaining AS (
  SELECT
    s.*,
    f.freed_minor AS freed_minor,
    CASE
      WHEN s.reversed_num = 0 OR f.freed_minor IS NULL
      THEN s.pool_minor
      ELSE s.pool_minor - s.pool_minor * s.reversed_num DIV s.reversed_den
    END + COALESCE(f.freed_minor, 0) AS left_minor
  FROM opening_settled AS s
  LEFT JOIN freed AS f
    ON f.line_id = s.line_id
)
SELECT
  r.line_id AS line_id,
  r.order_id AS order_id,
  r.shop_id AS shop_id,
  r.buyer_id AS buyer_id,
  r.currency AS currency,
  r.paid_minor AS paid_minor,
  r.platform_coupon_minor AS platform_coupon_minor,
  r.shipping_minor AS shipping_minor,
  r.tax_minor AS tax_minor,
  r.paid_at AS paid_at,
  r.creator_id AS creator_id,
  r.payee_id AS payee_id,
  r.scene_id AS scene_id,
  r.pool_id AS pool_id,
  r.plan_id AS plan_id,
  r.rate_ppm AS rate_ppm,
  r.direct_ppm AS direct_ppm,
  r.fee_ppm AS fee_ppm,
  r.commission_minor AS commission_minor,
  r.direct_minor AS direct_minor,
  r.fee_minor AS fee_minor,
  CASE
    WHEN r.freed_minor IS NULL OR r.reversed_num = r.reversed_den
    THEN r.pool_minor
    WHEN r.reversed_num = 0
    THEN r.left_minor
    ELSE r.left_minor * r.reversed_den DIV (
      r.reversed_den - r.reversed_num
    )
  END AS pool_minor,
  r.settled_period AS settled_period,
  r.reversed_num AS reversed_num,
  r.reversed_den AS reversed_den
FROM remaining AS r
