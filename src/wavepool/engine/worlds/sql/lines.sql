-- All order lines with their latent facts, in ranges of line_id by origin.
create table line as
with journeys as (
  select 1 + j.line_no as line_id, 1 + j.line_no as order_id, j.buyer_id as buyer_id, j.item_id as item_id,
    j.paid_at as paid_at, j.creator_id as last_creator_id,
    case when e.piece_id is null then j.creator_id else p.creator_id end as true_creator_id,
    j.is_sniped as is_sniped, cast(null as bigint) as ring_id, false as is_self, false as is_brushed,
    j.line_no >= $journey_lines as is_farm
  from journey j
  left join earlier_step e on e.line_no = j.line_no and e.step_no = j.cause_no
  left join piece p on p.piece_id = e.piece_id
),
-- Every eighth line is a second item of the order before it, from the same shop.
baskets as (
  select j.line_id + 1 as line_id, j.order_id as order_id, j.buyer_id as buyer_id,
    ((i.shop_id - 1) * $items + $shops - 1) // $shops + 1
      + draw(21, j.line_id) % greatest(1, (i.shop_id * $items + $shops - 1) // $shops
        - ((i.shop_id - 1) * $items + $shops - 1) // $shops) as item_id,
    j.paid_at as paid_at, j.last_creator_id as last_creator_id, j.true_creator_id as true_creator_id,
    j.is_sniped as is_sniped, j.ring_id as ring_id, j.is_self as is_self, j.is_brushed as is_brushed,
    j.is_farm as is_farm
  from journeys j join item i on i.item_id = j.item_id
  where j.line_id % 8 = 7 and j.line_id < $journey_and_farm
),
selves as (
  select $journey_and_farm + 1 + s.self_no as line_id, $journey_and_farm + 1 + s.self_no as order_id,
    s.buyer_id as buyer_id, s.item_id as item_id, s.paid_at as paid_at, s.creator_id as last_creator_id,
    s.creator_id as true_creator_id, false as is_sniped, cast(null as bigint) as ring_id, true as is_self,
    false as is_brushed, false as is_farm
  from self_bought s
),
rings as (
  select $journey_and_farm + $self_lines + 1 + b.brushed_no as line_id,
    $journey_and_farm + $self_lines + 1 + b.brushed_no as order_id, b.buyer_id as buyer_id, b.item_id as item_id,
    b.paid_at as paid_at, b.creator_id as last_creator_id, cast(null as bigint) as true_creator_id,
    false as is_sniped, b.ring_no + 1 as ring_id, false as is_self, true as is_brushed, false as is_farm
  from brushed b
),
organics as (
  select $lines - range as line_id, $lines - range as order_id,
    1 + part(draw(22, range), 0, 40) % $viewers as buyer_id,
    squared(part(draw(23, range), 0, 20)) * $items // 1048576 + 1 as item_id,
    $begins_at + m.hour_no * 3600000 + pick(draw(23, range), 20, 3600000) as paid_at,
    cast(null as bigint) as last_creator_id, cast(null as bigint) as true_creator_id,
    false as is_sniped, cast(null as bigint) as ring_id, false as is_self, false as is_brushed, false as is_farm
  from range($organic_lines) join order_cells m on m.cell = part(draw(22, range), 40, 16)
),
everything as (
  select * from journeys union all select * from baskets union all select * from selves
  union all select * from rings union all select * from organics
)
select e.*, i.shop_id as shop_id, i.price_minor as price_minor, i.is_generous as is_generous,
  coalesce(c.experience, 75) as experience, coalesce(c.cheat_kind, '') as cheat_kind,
  draw(24, e.line_id) as h, draw(25, e.line_id) as g
from everything e
join item i on i.item_id = e.item_id
left join creator c on c.creator_id = e.last_creator_id;

create table order_line as
with priced as (
  select l.*,
    case when l.is_brushed then 1 + part(l.h, 0, 10) % 3
      when l.is_farm then 1 + part(l.h, 0, 10) % 3
      when part(l.h, 0, 10) < 850 then 1 when part(l.h, 0, 10) < 990 then 2 else 5 end as quantity,
    case when part(l.h, 10, 10) < 300 then pick(l.h, 20, 150000) else 0 end as discount_ppm,
    case when l.is_brushed then 3 + part(l.h, 40, 2) else 2 + part(l.h, 40, 3) end as days_to_receive,
    part(l.g, 0, 20) as fate
  from line l
),
paid as (
  select p.*, case when part(p.g, 20, 10) = 0 then 0
      else p.price_minor * p.quantity // 1000000 * (1000000 - p.discount_ppm)
        + p.price_minor * p.quantity % 1000000 * (1000000 - p.discount_ppm) // 1000000 end as goods_minor
  from priced p
)
select p.line_id as line_id, p.order_id as order_id, p.buyer_id as buyer_id, p.shop_id as shop_id,
  p.item_id as item_id, p.quantity as quantity,
  p.goods_minor + case when part(p.h, 43, 4) = 0 and p.goods_minor > 0 then 800 else 0 end as paid_minor,
  case when part(p.h, 47, 3) = 0 then p.goods_minor // 20 else 0 end as platform_coupon_minor,
  case when part(p.h, 43, 4) = 0 and p.goods_minor > 0 then 800 else 0 end as shipping_minor,
  case when p.shop_id % 31 = 0 then p.goods_minor * 91 // 1000 else 0 end as tax_minor,
  p.paid_at as paid_at,
  case when p.fate >= 1028000 then null
    else p.paid_at + p.days_to_receive * 86400000 + pick(p.g, 30, 86400000) end as received_at,
  p.fate >= 1028000 and part(p.g, 50, 2) <> 3 as is_cancelled,
  p.experience as experience, p.cheat_kind as cheat_kind, p.is_brushed as is_brushed, p.is_farm as is_farm
from paid p;

create table refund as
with drawn as (
  select o.*, draw(26, o.line_id) as h, draw(27, o.line_id) as g from order_line o
  where o.paid_minor > 0 and not o.is_cancelled
),
chosen as (
  select d.*,
    case when d.is_brushed then 150000
      when d.cheat_kind = 'refund_after_payout' then 450000
      else 20000 + (100 - d.experience) * 3200 end as refund_ppm,
    d.cheat_kind = 'refund_after_payout' or part(d.h, 20, 20) < $refund_late_20 as is_late
  from drawn d
),
dated as (
  select c.*,
    case when c.received_at is null then c.paid_at + 86400000 + pick(c.g, 0, 86400000)
      when c.is_late then c.received_at + 21 * 86400000 + pick(c.g, 0, 25 * 86400) * 1000
      when c.is_brushed then c.paid_at + 3600000 + pick(c.g, 0, 86400000)
      else c.received_at + pick(c.g, 0, 6 * 86400) * 1000 end as refunded_at,
    case when part(c.h, 40, 10) < 320 then greatest(1, c.paid_minor * (10 + part(c.g, 20, 6)) // 100)
      else c.paid_minor end as refund_minor
  from chosen c where part(c.h, 0, 20) * 1000000 // 1048576 < c.refund_ppm
)
select 2 * d.line_id as refund_id, d.line_id as line_id, d.refund_minor as refund_minor, d.refunded_at as refunded_at
from dated d
union all
-- Some partial refunds are followed by the rest.
select 2 * d.line_id + 1 as refund_id, d.line_id as line_id, d.paid_minor - d.refund_minor as refund_minor,
  d.refunded_at + 3 * 86400000 as refunded_at
from dated d where d.refund_minor < d.paid_minor and part(d.g, 40, 10) < 100;
