-- Goods, and how much every creator publishes.

create table item as
with numbered as (
  select range as item_id, (range - 1) * $shops // $items + 1 as shop_id, draw(3, range) as h
  from range(1, $items + 1)
)
select n.item_id as item_id, n.shop_id as shop_id,
  case when n.shop_id % 5 = 0 then f.category else c.category end as category,
  n.item_id % 4 = 1 as is_generous,
  -- Shop-window prices end in 9.9.
  case when n.shop_id % 5 = 0 then greatest(1, l.luck * $farm_price_yuan // 10000) * 1000 - 10
    else greatest(1, l.luck * 120 // 10000) * 1000 - 10 end as price_minor
from numbered n
join luck l on l.luck_no = part(n.h, 0, 5)
join categories c on c.category_no = part(n.h, 5, 4)
join farm_categories f on f.category_no = part(n.h, 5, 2);

-- Live sessions by habit, still pieces by reach; everybody has one still piece at least.
create table creator_pieces as
with wanted as (
  select c.creator_id as creator_id, 20 + p.posting as weight,
    case when c.kind = 'farmer'
        then greatest(1, $village_sessions * case c.creator_id // 20 % 4 when 0 then 2 when 1 then 5 when 2 then 13 else 20 end // 10)
      when not c.is_anchor then 0
      else least($sessions_max, 1 + (c.last_day - c.first_day) * c.weekly // 7) end as lives
  from creator c
  join (select distinct reach, posting from reach_steps) p on p.reach = c.reach
),
shared as (
  select w.*, cast(sum(w.weight) over (order by w.creator_id rows between unbounded preceding and current row)
      as bigint) as upto,
    cast(sum(w.weight) over () as bigint) as total
  from wanted w
),
counted as (
  select s.creator_id as creator_id, s.lives as lives,
    s.lives + 1 + s.upto * $spare_stills // s.total - (s.upto - s.weight) * $spare_stills // s.total as pieces
  from shared s
)
select c.creator_id as creator_id, c.pieces as pieces, c.lives as lives,
  cast(sum(c.pieces) over (order by c.creator_id rows between unbounded preceding and current row) as bigint)
    - c.pieces as before
from counted c;
