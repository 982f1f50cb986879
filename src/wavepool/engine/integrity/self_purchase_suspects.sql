-- Order lines whose buyer stands in one group of hard links with the winner.
-- One row per line and role; role 1 payee, 2 creator, 3 shop (only a shop's own host).
with ends as (
  select c.line_id as line_id, concat('buyer:', cast(c.buyer_id as varchar)) as buyer_node,
    1 as role_no, concat('payee:', cast(c.payee_id as varchar)) as winner_node
  from credits c where c.payee_id is not null
  union all
  select c.line_id as line_id, concat('buyer:', cast(c.buyer_id as varchar)) as buyer_node,
    2 as role_no, concat('creator:', cast(c.creator_id as varchar)) as winner_node
  from credits c where c.creator_id is not null
  union all
  select c.line_id as line_id, concat('buyer:', cast(c.buyer_id as varchar)) as buyer_node,
    3 as role_no, concat('shop:', cast(c.shop_id as varchar)) as winner_node
  from credits c where c.outcome = 'host'
)
select e.line_id as line_id, e.buyer_node as buyer_node, e.role_no as role_no,
  e.winner_node as winner_node
from ends e
join integrity_groups b on b.node = e.buyer_node
join integrity_groups w on w.node = e.winner_node and w.group_node = b.group_node
