SELECT
  t.key AS key,
  t.debit AS account,
  t.currency AS currency,
  0 - t.amount_minor AS amount_minor
FROM transfers AS t
UNION ALL
SELECT
  t.key AS key,
  t.credit AS account,
  t.currency AS currency,
  t.amount_minor AS amount_minor
FROM transfers AS t
