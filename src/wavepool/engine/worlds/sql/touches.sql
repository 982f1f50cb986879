-- The touches of viewers $viewer_from to $viewer_to, by viewer and time.
with seats as (
  select v.viewer_id as viewer_id, v.tier_no as tier_no,
    v.before * $ordinary_touches // $activity_total as first_no,
    each((v.before + v.weight) * $ordinary_touches // $activity_total
      - v.before * $ordinary_touches // $activity_total) as k
  from viewer v
  where v.viewer_id between $viewer_from and $viewer_to
),
-- Four touches make a visit: one moment of the calendar, then a minute and a half apart.
drawn as (
  select s.viewer_id as viewer_id, s.tier_no as tier_no, s.first_no + s.k + 1 as touch_id, s.k & 3 as step_no,
    draw(41, s.viewer_id * 65536 + (s.k >> 2)) as v, draw(42, s.first_no + s.k) as h,
    draw(43, s.first_no + s.k) as g, draw(44, s.first_no + s.k) as f
  from seats s
),
timed as (
  select d.*, c.day_no as day_no, c.hour_of_day as hour_of_day,
    case when part(d.h, 0, 10) < c.live_1024 then 256 + c.slot_no else part(d.h, 10, 8) end
      + c.day_no * 512 as supply_key
  from drawn d join visit_cells c on c.cell = part(d.v, 0, 16)
),
placed as (
  select t.*, s.base + case when s.is_live then s.pieces * eighth(part(t.h, 20, 20)) // 1048576
      else s.pieces - 1 - s.pieces * squared(part(t.h, 20, 20)) // 1048576 end as place_no
  from timed t join supply s on s.supply_key = t.supply_key
),
-- Slots, hours and loyalty change how often a piece is watched, alike for every piece.
shown as (
  select p.viewer_id as viewer_id, p.touch_id as touch_id, w.is_live as is_live,
    case when w.is_live
        then w.published_at + (w.span_ms - 1000) // 1024 * part(p.g, 50, 10) + part(p.v, 20, 8)
      else $begins_at + p.day_no * 86400000 + p.hour_of_day * 3600000
        + part(p.v, 20, 20) * 3 + p.step_no * 90000 + part(p.g, 50, 10) * 40 end as touched_at,
    w.watch_16 * case part(p.g, 0, 2) when 0 then 64 when 1 then 60 when 2 then 60 else 54 end
      * (58 + 2 * p.tier_no + case when p.hour_of_day >= 18 then 0 else 2 end)
      > part(p.g, 2, 16) * 4096 as is_watched,
    part(p.g, 0, 2) as slot_no, part(p.g, 18, 10) as dwell_draw,
    part(p.g, 28, 10) < w.click_10 as is_clicked,
    part(p.f, 0, 20) < w.save_20 as is_saved, part(p.f, 20, 20) < w.share_20 as is_shared,
    part(p.f, 40, 20) < w.follow_20 as is_followed, part(p.h, 40, 20) < w.dislike_20 as is_disliked,
    part(p.g, 38, 7) as elsewhere, part(p.g, 45, 3) as goods_draw,
    w.piece_id as piece_id, w.account_id as account_id, w.channel_id as channel_id, w.item_id as item_id,
    w.shop_id as shop_id, w.link_id as link_id
  from placed p join showing w on w.place_no = p.place_no
),
-- Narrow for the sort. bits holds, from the lowest: slot, goods, five reactions, is_live. Goods: 0 none,
-- 1 the piece's, 2 the story's, 3 the story's shop alone, with its list in touch_items.
mixed as (
  select s.viewer_id as viewer_id, s.touched_at as touched_at, s.touch_id as touch_id, s.piece_id as piece_id,
    s.account_id as account_id, s.link_id as link_id, s.item_id as item_id, s.shop_id as shop_id,
    cast(case when s.is_watched then long_dwell(s.dwell_draw) * (1 + cast(s.is_live as integer))
      else short_dwell(s.dwell_draw) end as integer) as dwell_ms,
    -- One in six is shown outside the piece's own channel.
    cast(case when s.elsewhere < 21 and not s.is_live then 8 + s.elsewhere * 4 else s.channel_id end as integer)
      as channel_id,
    cast(s.slot_no + cast(s.goods_draw < 5 as integer) * 4 + cast(s.is_clicked as integer) * 16
      + cast(s.is_saved as integer) * 32 + cast(s.is_shared as integer) * 64
      + cast(s.is_followed as integer) * 128 + cast(s.is_disliked as integer) * 256
      + cast(s.is_live as integer) * 512 as integer) as bits
  from shown s
  union all
  select t.viewer_id as viewer_id, t.touched_at as touched_at, $touches - t.story_id + 1 as touch_id,
    w.piece_id as piece_id, w.account_id as account_id, w.link_id as link_id, t.item_id as item_id,
    t.shop_id as shop_id, cast(t.dwell_ms as integer) as dwell_ms, w.channel_id as channel_id,
    cast(t.slot_no + case when t.is_listed then 12 else 8 end + cast(t.is_clicked as integer) * 16
      + cast(t.is_saved as integer) * 32 + cast(t.is_shared as integer) * 64
      + cast(t.is_followed as integer) * 128 + cast(t.is_disliked as integer) * 256
      + cast(w.is_live as integer) * 512 as integer) as bits
  from story_numbered t join showing w on w.place_no = t.place_no
  where t.viewer_id between $viewer_from and $viewer_to
),
sorted as (
  select * from mixed m order by m.viewer_id, m.touched_at, m.touch_id
)
select s.touch_id as touch_id, s.viewer_id as viewer_id, s.account_id as account_id, s.piece_id as piece_id,
  cast(s.channel_id as bigint) as channel_id,
  case when s.bits & 512 > 0 then 700000000 + s.piece_id end as session_id,
  case when (s.bits >> 2) & 3 in (1, 2) then s.item_id end as item_id,
  case when (s.bits >> 2) & 3 > 0 then s.shop_id end as shop_id, s.link_id as link_id,
  case when s.bits & 512 > 0 then null when s.bits & 3 = 0 then 'first' when s.bits & 3 = 3 then 'tail' else 'feed' end as slot,
  s.touched_at as touched_at, cast(s.dwell_ms as bigint) as dwell_ms, s.bits & 16 > 0 as is_clicked,
  s.bits & 32 > 0 as is_saved, s.bits & 64 > 0 as is_shared, s.bits & 128 > 0 as is_followed,
  s.bits & 256 > 0 as is_disliked
from sorted s
