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
  select p.viewer_id as viewer_id, p.touch_id as touch_id, w.place_no as place_no, w.is_live as is_live,
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
    part(p.g, 38, 7) as elsewhere, part(p.g, 45, 3) as goods_draw
  from placed p join showing w on w.place_no = p.place_no
),
mixed as (
  select s.viewer_id as viewer_id, s.touched_at as touched_at, s.touch_id as touch_id, s.place_no as place_no,
    cast(case when s.is_watched then long_dwell(s.dwell_draw) * case when s.is_live then 2 else 1 end
      else short_dwell(s.dwell_draw) end as integer) as dwell_ms,
    cast(s.slot_no as tinyint) as slot_no, s.is_clicked as is_clicked, s.is_saved as is_saved,
    s.is_shared as is_shared, s.is_followed as is_followed, s.is_disliked as is_disliked,
    -- One in six is shown outside the piece's own channel.
    cast(case when s.elsewhere < 21 and not s.is_live then 8 + s.elsewhere * 4 end as integer) as other_channel_id,
    cast(null as bigint) as item_id, cast(null as bigint) as shop_id,
    cast(case when s.goods_draw < 5 then 1 else 0 end as tinyint) as goods_mode
  from shown s
  union all
  select t.viewer_id as viewer_id, t.touched_at as touched_at, $touches - t.story_id + 1 as touch_id,
    t.place_no as place_no, cast(t.dwell_ms as integer) as dwell_ms, cast(t.slot_no as tinyint) as slot_no,
    t.is_clicked as is_clicked, t.is_saved as is_saved, t.is_shared as is_shared, t.is_followed as is_followed,
    t.is_disliked as is_disliked, cast(null as integer) as other_channel_id, t.item_id as item_id, t.shop_id as shop_id,
    cast(case when t.is_listed then 3 else 2 end as tinyint) as goods_mode
  from story_numbered t
  where t.viewer_id between $viewer_from and $viewer_to
)
select s.touch_id as touch_id, s.viewer_id as viewer_id, w.account_id as account_id, w.piece_id as piece_id,
  cast(coalesce(s.other_channel_id, w.channel_id) as bigint) as channel_id, w.session_id as session_id,
  case s.goods_mode when 1 then w.item_id when 2 then s.item_id end as item_id,
  case s.goods_mode when 0 then null when 1 then w.shop_id else s.shop_id end as shop_id,
  w.link_id as link_id,
  case when w.is_live then null when s.slot_no = 0 then 'first' when s.slot_no = 3 then 'tail' else 'feed' end as slot,
  s.touched_at as touched_at, cast(s.dwell_ms as bigint) as dwell_ms, s.is_clicked as is_clicked,
  s.is_saved as is_saved, s.is_shared as is_shared, s.is_followed as is_followed, s.is_disliked as is_disliked
from mixed s join showing w on w.place_no = s.place_no
order by s.viewer_id, s.touched_at, s.touch_id
