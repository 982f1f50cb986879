WITH moments AS (
  SELECT
    w.line_id AS line_id,
    l.shop_id AS shop_id,
    l.item_id AS item_id,
    i.category AS category,
    w.creator_id AS creator_id,
    w.link_id AS link_id,
    l.paid_at AS as_of,
    CAST(0 AS BIGINT) AS is_click
  FROM winners AS w
  JOIN period_lines AS l
    ON l.line_id = w.line_id
  JOIN items AS i
    ON i.item_id = l.item_id
  UNION ALL
  SELECT
    w.line_id AS line_id,
    l.shop_id AS shop_id,
    l.item_id AS item_id,
    i.category AS category,
    w.creator_id AS creator_id,
    w.link_id AS link_id,
    w.touched_at AS as_of,
    CAST(1 AS BIGINT) AS is_click
  FROM winners AS w
  JOIN period_lines AS l
    ON l.line_id = w.line_id
  JOIN items AS i
    ON i.item_id = l.item_id
  WHERE
    l.paid_at - w.touched_at < $rate_lock_ms
), ranked AS (
  SELECT
    m.line_id AS line_id,
    m.is_click AS is_click,
    p.plan_id AS plan_id,
    p.rate_ppm AS rate_ppm,
    ROW_NUMBER() OVER (
      PARTITION BY m.line_id, m.is_click
      ORDER BY k.precedence NULLS LAST, p.rate_ppm DESC, p.plan_id NULLS LAST
    ) AS place
  FROM moments AS m
  JOIN plans AS p
    ON p.shop_id = m.shop_id
  JOIN plan_kinds AS k
    ON k.kind = p.kind
  WHERE
    p.valid_from <= m.as_of
    AND (
      p.valid_to IS NULL OR m.as_of < p.valid_to
    )
    AND (
      p.item_id IS NULL OR p.item_id = m.item_id
    )
    AND (
      p.category IS NULL OR p.category = m.category
    )
    AND (
      p.creator_id IS NULL OR p.creator_id = m.creator_id
    )
    AND (
      (
        p.link_id IS NULL AND k.needs_link = 0
      ) OR p.link_id = m.link_id
    )
), best AS (
  SELECT
    r.line_id AS line_id,
    r.is_click AS is_click,
    r.plan_id AS plan_id,
    r.rate_ppm AS rate_ppm,
    ROW_NUMBER() OVER (PARTITION BY r.line_id ORDER BY r.rate_ppm DESC, r.is_click NULLS LAST) AS place
  FROM ranked AS r
  WHERE
    r.place = 1
)
SELECT
  b.line_id AS line_id,
  b.plan_id AS plan_id,
  b.rate_ppm AS rate_ppm,
  b.is_click AS is_rate_locked
FROM best AS b
WHERE
  b.place = 1
