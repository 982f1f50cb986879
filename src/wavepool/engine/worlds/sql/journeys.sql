-- Order lines and the touches that led to them.

-- Goods with their still pieces, introducers first.
create table item_piece as
select row_number() over (order by p.item_id,
    case c.role when 'introducer' then 0 when 'both' then 1 else 2 end, p.piece_id) - 1 as seat_no,
  p.item_id as item_id, p.piece_id as piece_id, p.published_at as published_at
from piece p join creator c on c.creator_id = p.creator_id
where not p.is_live and p.cheat_kind is distinct from 'sniper';

create table item_seats as
select item_id, min(seat_no) as base, count(*) as seats from item_piece group by item_id;

-- The last real touch of each line: which piece sold how many lines. Exact shares, not draws.
create table selling as
with weighed as (
  select p.piece_id as piece_id, p.kind = 'farmer' as is_farm,
    case when p.kind = 'farmer' then 500 + p.weight % 500
      else greatest(1, p.weight // 64) * p.commerce * p.commerce // 100 * case when p.is_live then 3 else 1 end
      -- What a ring is paid for: its payees rank high, so others buy there as well. Whoever farms
      -- rewards sells to friends until the threshold is met.
      * case p.cheat_kind when 'brush_ring' then 16 when 'anchor_farmer' then 4 else 1 end end as weight
  from piece p
  where (p.kind <> 'farmer' or p.is_live)
    and coalesce(p.cheat_kind not in ('sniper', 'bot_buyer'), true)
),
shared as (
  select w.*, cast(sum(w.weight) over (partition by w.is_farm order by w.piece_id
      rows between unbounded preceding and current row) as bigint) as upto,
    cast(sum(w.weight) over (partition by w.is_farm) as bigint) as total,
    case when w.is_farm then $farm_lines else $journey_lines end as lines
  from weighed w
),
cut as (
  select s.piece_id as piece_id, s.is_farm as is_farm,
    (s.upto - s.weight) * s.lines // s.total as starts, s.upto * s.lines // s.total as ends
  from shared s
)
select piece_id, case when is_farm then $journey_lines else 0 end + starts as starts, ends - starts as lines
from cut where ends > starts;

create table journey_plain as
with numbered as (
  select s.piece_id as piece_id, s.starts + k.k as line_no
  from selling s join (select piece_id, each(lines) as k from selling) k on k.piece_id = s.piece_id
),
drawn as (
  select n.line_no as line_no, n.piece_id as piece_id, draw(11, n.line_no) as h, draw(12, n.line_no) as g,
    draw(13, n.line_no) as f
  from numbered n where n.line_no % 8 <> 7
),
timed as (
  select d.*, p.is_live as is_live, p.item_id as item_id, p.shop_id as shop_id, p.creator_id as creator_id,
    case when p.is_live then p.published_at + p.span_ms * part(d.h, 0, 20) // 1048576
      when $begins_at + m.hour_no * 3600000 + pick(d.h, 0, 3600000) > p.published_at + 3600000
        then $begins_at + m.hour_no * 3600000 + pick(d.h, 0, 3600000)
      else greatest(p.published_at, $begins_at)
        + ($ends_at - greatest(p.published_at, $begins_at)) // 1024 * part(d.h, 0, 10) end as wanted_at,
    case when p.is_live then 20000 + pick(d.h, 20, 1500000)
      else 20000 + 60000 * 1024 // (1 + part(d.h, 20, 10)) end as wait_ms
  from drawn d join piece p on p.piece_id = d.piece_id
  join order_cells m on m.cell = part(d.g, 0, 16)
),
kept as (
  select t.*, least(t.wanted_at, $ends_at - 300000) as touched_at from timed t
)
select k.line_no as line_no, k.piece_id as piece_id, k.is_live as is_live, k.item_id as item_id,
  k.shop_id as shop_id, k.creator_id as creator_id, k.touched_at as touched_at,
  case when k.touched_at + k.wait_ms < $ends_at then k.touched_at + k.wait_ms
    else k.touched_at + 20000 + k.wait_ms % 200000 end as paid_at,
  case when k.f % $journey_and_farm < $camouflage_lines then -1 - k.f % greatest($ring_viewers, 1)
    else 1 + part(k.g, 16, 30) % ($viewers // 32) * 32 + (b.activity_no + 32 * 1024 - $seed % 32) * 5 % 32
    end as buyer_draw,
  e.earlier as earlier,
  case when e.earlier > 0 and part(k.f, 0, 20) < $caused_earlier_20 then 1 + part(k.f, 20, 10) % e.earlier
    else 0 end as cause_no,
  part(k.f, 30, 20) < $sniped_20 as is_sniped,
  k.g as g, k.h as h
from kept k
join buyer_cells b on b.cell = part(k.g, 46, 8)
join earlier_cells e on e.cell = part(k.h, 40, 8);

create table journey as
select j.* exclude (buyer_draw), coalesce(s.viewer_id, j.buyer_draw) as buyer_id
from journey_plain j
left join special s on j.buyer_draw < 0 and s.special_no = $bots - 1 - j.buyer_draw;

-- Earlier touches of the journey: still pieces about the same item, or about another of the shop.
create table earlier_step as
with steps as (
  select j.line_no as line_no, j.buyer_id as buyer_id, j.touched_at as last_at, j.piece_id as last_piece_id,
    j.item_id as item_id, j.shop_id as shop_id, s.step_no as step_no,
    draw(14, j.line_no * 16 + s.step_no) as h
  from (select line_no, each(earlier) + 1 as step_no from journey where earlier > 0) s
  join journey j on j.line_no = s.line_no
),
goods as (
  select s.*, case when part(s.h, 0, 10) < 720 then s.item_id
      else ((s.shop_id - 1) * $items + $shops - 1) // $shops + 1
        + part(s.h, 10, 10) % greatest(1, (s.shop_id * $items + $shops - 1) // $shops
          - ((s.shop_id - 1) * $items + $shops - 1) // $shops) end as shown_item_id
  from steps s
),
found as (
  select g.*, p.piece_id as piece_id, p.published_at as published_at,
    g.last_at - 600000 - g.step_no * (part(g.h, 20, 20) * 240) as wished_at
  from goods g
  join item_seats i on i.item_id = g.shown_item_id
  join item_piece p on p.seat_no = i.base + i.seats * squared(part(g.h, 40, 20)) // 1048576
  where p.piece_id <> g.last_piece_id
),
kept as (
  select f.*, case when f.wished_at >= greatest(f.published_at, $begins_at) then f.wished_at
      else greatest(f.published_at, $begins_at)
        + (f.last_at - greatest(f.published_at, $begins_at)) // 1024 * part(f.h, 30, 10) end as touched_at
  from found f where f.last_at > greatest(f.published_at, $begins_at) + 1200000
)
select k.line_no as line_no, k.step_no as step_no, k.buyer_id as viewer_id, k.piece_id as piece_id,
  k.touched_at as touched_at, k.shown_item_id as item_id, draw(15, k.line_no * 16 + k.step_no) as h
from kept k;

-- Pieces of cheats that stood before the season began.
create table cheat_piece as
select p.cheat_kind as cheat_kind, c.cheat_no as cheat_no, p.piece_id as piece_id, p.item_id as item_id,
  p.creator_id as creator_id,
  row_number() over (partition by p.cheat_kind order by p.piece_id) - 1 as cheat_piece_no
from piece p join creator c on c.creator_id = p.creator_id
where p.cheat_kind is not null and p.is_first and p.published_at < $begins_at;

create table cheat_pieces as
select cheat_kind, count(*) as pieces from cheat_piece group by cheat_kind;

-- Brushed lines: ring_no, buyer_no and order_no; an event is one payee at one moment.
create table brushed as
with numbered as (
  select range as brushed_no, range // ($ring_buyers * $ring_orders) as ring_no,
    range % ($ring_buyers * $ring_orders) % $ring_buyers as buyer_no,
    range % ($ring_buyers * $ring_orders) // $ring_buyers as order_no
  from range($ring_lines)
),
events as (
  select n.*, (n.order_no + 7 * n.buyer_no) % ($ring_orders * 3 // 2) as event_no from numbered n
),
drawn as (
  select e.*, draw(16, e.ring_no * 4096 + e.event_no) as moment, draw(17, e.brushed_no) as h
  from events e
),
-- A crew works in the first days of a month, from nine in the morning to midnight.
timed as (
  select d.*,
    case when part(d.moment, 0, 20) < $together_20
      then (m.starts_at + pick(d.moment, 20, $ring_days) * 86400000 + 32400000
          + pick(d.moment, 40, 890) * 60000) // 300000 * 300000 + pick(d.h, 0, 290000)
      else m.starts_at + pick(d.h, 20, $ring_days) * 86400000 + 32400000 + pick(d.h, 40, 890) * 60000
        + pick(d.h, 0, 60000) end as paid_at
  from drawn d join periods m on m.period_no = (d.ring_no + 1) % $months
)
select t.brushed_no as brushed_no, t.ring_no as ring_no, s.viewer_id as buyer_id, p.piece_id as piece_id,
  p.creator_id as creator_id, p.item_id as item_id, t.paid_at as paid_at,
  t.paid_at - 5000 - pick(draw(19, t.brushed_no), 0, 55000) as touched_at, t.h as h
from timed t
join special s on s.special_no = $bots + t.ring_no * $ring_buyers + t.buyer_no
join cheat_pieces c on c.cheat_kind = 'brush_ring'
join cheat_piece p on p.cheat_kind = 'brush_ring' and p.cheat_piece_no
  = (t.ring_no * $ring_creators + (t.event_no * 5 + t.ring_no) % $ring_creators) % c.pieces;

create table self_bought as
with numbered as (
  select range as self_no, draw(18, range) as h from range($self_lines)
),
drawn as (
  select n.self_no as self_no, n.h as h, p.piece_id as piece_id, p.creator_id as creator_id,
    p.item_id as item_id, p.cheat_piece_no as owner_no,
    $begins_at + 3600000 + m.hour_no * 3600000 % ($ends_at - $begins_at - 7200000)
      + pick(n.h, 20, 3000000) as paid_at
  from numbered n
  join cheat_pieces c on c.cheat_kind = 'self_purchase'
  join cheat_piece p on p.cheat_kind = 'self_purchase' and p.cheat_piece_no = n.self_no % c.pieces
  join order_cells m on m.cell = part(n.h, 0, 16)
)
select d.self_no as self_no, d.piece_id as piece_id, d.creator_id as creator_id, d.item_id as item_id,
  s.viewer_id as buyer_id, d.paid_at as paid_at, d.paid_at - 60000 - pick(d.h, 40, 1500000) as touched_at, d.h as h
from drawn d
join special s on s.special_no = $ring_viewers_end + (d.owner_no * 2 + part(d.h, 60, 1)) % $self_viewers;
