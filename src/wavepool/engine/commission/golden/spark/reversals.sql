WITH d0 AS (
  SELECT
    t.*,
    CAST(0 AS BIGINT) AS quotient,
    CAST(0 AS BIGINT) AS rest
  FROM fraction_terms AS t
), s0 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient AS quotient,
    t.rest * 512 + t.amount_minor DIV 35184372088832 * t.num AS dividend
  FROM d0 AS t
), d1 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient * 512 + t.dividend DIV t.den AS quotient,
    t.dividend % t.den AS rest
  FROM s0 AS t
), s1 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient AS quotient,
    t.rest * 512 + (
      t.amount_minor DIV 68719476736
    ) % 512 * t.num AS dividend
  FROM d1 AS t
), d2 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient * 512 + t.dividend DIV t.den AS quotient,
    t.dividend % t.den AS rest
  FROM s1 AS t
), s2 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient AS quotient,
    t.rest * 512 + (
      t.amount_minor DIV 134217728
    ) % 512 * t.num AS dividend
  FROM d2 AS t
), d3 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient * 512 + t.dividend DIV t.den AS quotient,
    t.dividend % t.den AS rest
  FROM s2 AS t
), s3 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient AS quotient,
    t.rest * 512 + (
      t.amount_minor DIV 262144
    ) % 512 * t.num AS dividend
  FROM d3 AS t
), d4 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient * 512 + t.dividend DIV t.den AS quotient,
    t.dividend % t.den AS rest
  FROM s3 AS t
), s4 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient AS quotient,
    t.rest * 512 + (
      t.amount_minor DIV 512
    ) % 512 * t.num AS dividend
  FROM d4 AS t
), d5 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient * 512 + t.dividend DIV t.den AS quotient,
    t.dividend % t.den AS rest
  FROM s4 AS t
), s5 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient AS quotient,
    t.rest * 512 + (
      t.amount_minor DIV 1
    ) % 512 * t.num AS dividend
  FROM d5 AS t
), d6 AS (
  SELECT
    t.line_id AS line_id,
    t.leg AS leg,
    t.part_id AS part_id,
    t.sign AS sign,
    t.amount_minor AS amount_minor,
    t.num AS num,
    t.den AS den,
    t.quotient * 512 + t.dividend DIV t.den AS quotient,
    t.dividend % t.den AS rest
  FROM s5 AS t
)
SELECT
  t.line_id AS line_id,
  t.leg AS leg,
  t.part_id AS part_id,
  CAST(SUM(t.sign * t.quotient) AS BIGINT) AS amount_minor
FROM d6 AS t
GROUP BY
  t.line_id,
  t.leg,
  t.part_id
