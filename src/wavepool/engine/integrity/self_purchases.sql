-- One row per suspect line: the nearest role by rank, with the chain of links that proves it.
with proven as (
  select s.line_id as line_id, s.role_no as role_no, s.winner_node as winner_node,
    p.path_links as path_links, p.evidence as evidence,
    row_number() over (partition by s.line_id order by s.role_no) as place
  from integrity_suspects s
  join integrity_paths p on p.buyer_node = s.buyer_node and p.winner_node = s.winner_node
)
select c.line_id as line_id, c.buyer_id as buyer_id, c.payee_id as payee_id,
  c.creator_id as creator_id, c.shop_id as shop_id, c.currency as currency,
  c.direct_minor as direct_minor, c.pool_minor as pool_minor,
  p.winner_node as linked_to, p.path_links as path_links, p.evidence as evidence
from proven p
join credits c on c.line_id = p.line_id
where p.place = 1
order by c.line_id
