-- Pieces of content, live sessions, and where a visit finds them.

create table piece_draw as
select p.before + k.k + 1 as piece_id, p.creator_id as creator_id, k.k < p.lives as is_live,
  k.k as session_no, p.lives as lives,
  k.k = p.lives as is_first, draw(4, p.before + k.k + 1) as h, draw(5, p.before + k.k + 1) as g
from creator_pieces p join (select creator_id, each(pieces) as k from creator_pieces) k
  on k.creator_id = p.creator_id;

-- When it appears and what it shows. Chasers pick goods by their commission; farmers and hosts
-- show their own; the rest is drawn to popular goods.
create table piece_plain as
with timed as (
  select d.piece_id as piece_id, d.creator_id as creator_id, d.is_live as is_live, d.is_first as is_first,
    d.h as h, d.g as g, c.persona as persona, c.kind as kind, c.cheat_kind as cheat_kind, c.accounts as accounts,
    c.quality as quality, c.experience as experience, c.commerce as commerce, c.reach as reach,
    c.is_newcomer as is_newcomer, c.shop_id as host_shop_id,
    case when not d.is_live then
        case when not c.is_newcomer and (d.is_first or part(d.g, 0, 10) < 358) then -1 - pick(d.g, 10, 60 * 24)
          when c.is_newcomer then c.first_day * 24 + pick(d.g, 10, $hours - c.first_day * 24)
          else pick(d.g, 10, $hours) end
      -- Sessions are spread evenly over the anchor's days, at the hours of live viewing.
      else (c.first_day + d.session_no * (c.last_day - c.first_day) // d.lives) * 24 + m.hour_no % 24 end
      as hour_no,
    case when c.kind = 'farmer' then 60 + part(d.h, 52, 6)
      when part(d.h, 52, 10) < 70 then 12 + part(d.h, 48, 4)
      else 32 + pick(d.g, 30, 200) end as minutes
  from piece_draw d
  join creator c on c.creator_id = d.creator_id
  join live_cells m on m.cell = part(d.h, 0, 16)
),
shown as (
  select t.*,
    least($begins_at + t.hour_no * 3600000 + pick(t.g, 36, 3600) * 1000,
      $ends_at - case when t.is_live then 900000 else 3600000 end) as published_at,
    case when t.host_shop_id is not null then t.host_shop_id
      when t.kind = 'farmer' then 5 * (1 + part(t.h, 16, 30) % greatest($shops // 5, 1)) end as fixed_shop_id,
    case when t.persona = 'chaser' then 4 * (part(t.h, 16, 30) % greatest($items // 4, 1)) + 1
      else squared(part(t.h, 16, 20)) * $items // 1048576 + 1 end as free_item_id,
    case t.persona when 'maker' then 0 when 'chaser' then 1 when 'introducer' then 2 when 'closer' then 3
      else case when t.cheat_kind = 'sniper' then 5 else 4 end end as habit
  from timed t
),
placed as (
  select s.*,
    case when s.fixed_shop_id is null then s.free_item_id
      else ((s.fixed_shop_id - 1) * $items + $shops - 1) // $shops + 1
        + part(s.h, 36, 10) % greatest(1, (s.fixed_shop_id * $items + $shops - 1) // $shops
          - ((s.fixed_shop_id - 1) * $items + $shops - 1) // $shops) end as item_id
  from shown s
)
select p.*, i.shop_id as shop_id, i.category as category,
  p.reach * l.luck // 1000 as weight,
  case when p.is_live then 'live' else f.format end as format,
  case when p.is_live then 7
    when f.format <> 'short_video' and part(p.h, 46, 10) < 70 then 6
    else f.channel_id end as channel_id,
  case when i.shop_id % 20 = 1 and part(p.h, 60, 1) = 1 then 3000000 + i.shop_id end as link_id
from placed p
join item i on i.item_id = p.item_id
join luck l on l.luck_no = part(p.g, 56, 5)
join habits f on f.habit = p.habit and f.cell = part(p.g, 48, 6);

create table piece as
with ended as (
  select p.*, least(p.published_at + p.minutes * 60000, $ends_at - 1000) - p.published_at as span_ms,
    case when p.is_live or p.published_at < $begins_at then 0
      else (p.published_at - $begins_at) // 86400000 + 1 end as ready_day,
    (p.published_at - $begins_at) // 86400000 as day_no,
    (p.published_at - $begins_at) % 86400000 // $slot_ms as slot_no,
    row_number() over (partition by p.is_live order by p.weight desc, p.piece_id) - 1 as rank_no
  from piece_plain p
),
classed as (
  select e.*, case when e.is_live then $classes else c.class_no end as class_no
  from ended e left join class_ends c
    on not e.is_live and e.rank_no >= c.starts and e.rank_no < c.ends
)
-- place_no: where supply cells find it. Still pieces by class and date; live ones by day, hours and weight.
select c.*,
  row_number() over (order by c.class_no,
    case when c.is_live then c.day_no * 8 + c.slot_no else c.ready_day end,
    case when c.is_live then -c.weight else c.published_at end, c.piece_id) - 1 as place_no,
  (c.creator_id - 1) * 3 + 1 + part(c.h, 30, 6) % c.accounts as account_id
from classed c;

-- What a touch needs to know about a piece, in the order of place_no.
create table showing as
select p.place_no as place_no, p.piece_id as piece_id, p.account_id as account_id,
  cast(p.channel_id as integer) as channel_id, case when p.is_live then 700000000 + p.piece_id end as session_id,
  p.item_id as item_id, p.shop_id as shop_id, p.link_id as link_id, p.is_live as is_live,
  p.published_at as published_at, p.span_ms as span_ms,
  cast(4000 + p.quality * 430 as integer) as watch_16,
  cast(p.quality * p.quality * 33 // 10 as integer) as save_20,
  cast(p.quality * p.quality * 13 // 10 as integer) as share_20,
  cast(p.quality * p.quality * 11 // 10 as integer) as follow_20,
  cast(30 + p.commerce // 2 as integer) as click_10,
  cast((100 - p.experience) * (100 - p.experience) * 105 // 100 as integer) as dislike_20
from piece p order by p.place_no;

create table supply as
with days as (select range as day_no from range($days)),
ready as (
  select d.day_no as day_no, c.class_no as class_no, c.starts as base,
    cast(coalesce(sum(n.pieces), 0) as bigint) as pieces
  from days d cross join class_ends c
  left join (select class_no, ready_day, count(*) as pieces from piece where not is_live group by all) n
    on n.class_no = c.class_no and n.ready_day <= d.day_no
  group by d.day_no, c.class_no, c.starts
),
fallback as (
  select r.day_no as day_no, arg_max(r.base, r.pieces * 64 + r.class_no) as base, max(r.pieces) as pieces
  from ready r group by r.day_no
),
live as (
  select day_no, slot_no, min(place_no) as base, count(*) as pieces
  from piece where is_live group by day_no, slot_no
)
select r.day_no * 512 + s.cell as supply_key, false as is_live,
  case when r.pieces > 0 then r.base else f.base end as base,
  case when r.pieces > 0 then r.pieces else f.pieces end as pieces
from supply_classes s
join ready r on r.class_no = s.class_no
join fallback f on f.day_no = r.day_no
union all
select f.day_no * 512 + 256 + s.slot_no as supply_key, l.pieces is not null as is_live,
  coalesce(l.base, f.base) as base, coalesce(l.pieces, f.pieces) as pieces
from fallback f cross join (select range as slot_no from range(8)) s
left join live l on l.day_no = f.day_no and l.slot_no = s.slot_no;

-- Originality and finish follow the creator's quality; chasers copy and let machines write.
create table piece_row as
with drawn as (select p.*, draw(6, p.piece_id) as q from piece p)
select d.piece_id as piece_id, d.account_id as account_id, d.channel_id as channel_id, d.format as format,
  d.category as category, d.published_at as published_at,
  case d.persona when 'maker' then 860000 + pick(d.q, 0, 140001)
    when 'chaser' then 180000 + pick(d.q, 0, 320001) else 480000 + d.quality * 4000 + pick(d.q, 0, 100001) end
    as originality_ppm,
  550000 + d.quality * 3500 + pick(d.q, 20, 100001) as completeness_ppm,
  600000 + d.quality * 3000 + pick(d.q, 40, 100001) as media_quality_ppm,
  case when d.persona = 'chaser' then 700000 when part(d.q, 60, 2) = 0 then 900000 else 1000000 end as review_ppm,
  case when d.persona = 'chaser' and part(d.q, 10, 8) < 100 then 300000 + pick(d.q, 30, 600001)
    when part(d.q, 10, 8) < 12 then 200000 else 0 end as ai_share_ppm
from drawn d;
