-- Order lines of flagged buyers at the payees where their group met more than chance allows.
select c.line_id as line_id, c.buyer_id as buyer_id, c.payee_id as payee_id,
  c.currency as currency, c.direct_minor as direct_minor, c.pool_minor as pool_minor,
  r.group_id as group_id, e.evidence as evidence
from credits c
join integrity_ring_buyers b on b.buyer_id = c.buyer_id
join integrity_ring_payees r on r.group_id = b.group_id and r.payee_id = c.payee_id
join integrity_ring_evidence e on e.buyer_id = c.buyer_id and e.payee_id = c.payee_id
where r.is_held and c.outcome in ('direct', 'indirect')
order by c.line_id
