-- Touches with a story of their own (journeys, snipers, rings, self-purchases, bots), in full.
create table story as
with last_steps as (
  select j.buyer_id as viewer_id, j.piece_id as piece_id, j.touched_at as touched_at, j.item_id as item_id,
    1 as story_kind, j.line_no * 16 as story_no, j.paid_at - j.touched_at as room_ms, draw(31, j.line_no) as h
  from journey j
),
snipers as (
  select j.buyer_id as viewer_id, p.piece_id as piece_id,
    j.paid_at - case when part(j.h, 48, 14) * 1000000 // 16384 < $sniper_dwell_ppm then 9000
      else 200 + part(j.h, 40, 12) end as touched_at,
    j.item_id as item_id,
    case when part(j.h, 48, 14) * 1000000 // 16384 < $sniper_dwell_ppm then 3 else 2 end as story_kind,
    j.line_no * 16 + 15 as story_no, 9000 as room_ms, draw(32, j.line_no) as h
  from journey j join cheat_pieces c on c.cheat_kind = 'sniper'
  join cheat_piece p on p.cheat_kind = 'sniper' and p.cheat_piece_no = part(j.g, 0, 30) % c.pieces
  where j.is_sniped
),
earlier as (
  select e.viewer_id as viewer_id, e.piece_id as piece_id, e.touched_at as touched_at, e.item_id as item_id,
    4 as story_kind, e.line_no * 16 + e.step_no as story_no, 600000 as room_ms, e.h as h
  from earlier_step e
),
rings as (
  select b.buyer_id as viewer_id, b.piece_id as piece_id, b.touched_at as touched_at, b.item_id as item_id,
    5 as story_kind, ($journey_and_farm + b.brushed_no) * 16 as story_no,
    b.paid_at - b.touched_at as room_ms, draw(33, b.brushed_no) as h
  from brushed b
),
selves as (
  select s.buyer_id as viewer_id, s.piece_id as piece_id, s.touched_at as touched_at, s.item_id as item_id,
    5 as story_kind, ($lines + s.self_no) * 16 as story_no, s.paid_at - s.touched_at as room_ms,
    draw(34, s.self_no) as h
  from self_bought s
),
-- Bots that never sleep watch their customers day and night; bursts fall on one evening.
bots as (
  select s.viewer_id as viewer_id, p.piece_id as piece_id,
    case when s.kind = 'bot_always'
        then $begins_at + ($ends_at - $begins_at) // 1024 * pick(draw(35, b.bot_touch_no), 0, 1024)
          + pick(draw(35, b.bot_touch_no), 20, ($ends_at - $begins_at) // 1024)
      else $begins_at + draw(36, s.special_no) % $days * 86400000 + 68400000
        + pick(draw(35, b.bot_touch_no), 0, 7200000) end as touched_at,
    p.item_id as item_id, case when s.kind = 'bot_always' then 6 else 7 end as story_kind,
    (2 * $lines + b.bot_touch_no) * 16 as story_no, 600000 as room_ms, draw(37, b.bot_touch_no) as h
  from (
    select range as bot_touch_no,
      case when range < $bot_always_touches then range % (($bots + 1) // 2) * 2
        else range % ($bots // 2) * 2 + 1 end as bot_no
    from range($bot_always_touches + $bot_burst_touches)
  ) b
  join special s on s.special_no = b.bot_no
  join cheat_pieces c on c.cheat_kind = 'bot_buyer'
  join cheat_piece p on p.cheat_kind = 'bot_buyer'
    and p.cheat_piece_no = (b.bot_no // 2 + draw(38, b.bot_touch_no) % 3) % c.pieces
),
told as (
  select * from last_steps union all select * from snipers union all select * from earlier
  union all select * from rings union all select * from selves union all select * from bots
)
-- Kinds: 1 last real touch, 2 glance of a sniper, 3 sniper past the dwell rule, 4 earlier touch,
-- 5 staged purchase, 6 tireless bot, 7 burst bot.
select t.viewer_id as viewer_id, t.story_no as story_no, t.story_kind as story_kind, p.place_no as place_no,
  p.creator_id as creator_id, p.format as format, t.touched_at as touched_at, t.item_id as item_id,
  (t.item_id - 1) * $shops // $items + 1 as shop_id,
  case t.story_kind
    when 1 then case when part(t.h, 0, 20) < $glance_20 then 800 + part(t.h, 20, 12)
      else least(t.room_ms, long_dwell(part(t.h, 20, 10)) * case when p.is_live then 3 else 1 end) end
    when 2 then 150 + part(t.h, 20, 11) when 3 then 5000 + part(t.h, 20, 11)
    when 4 then case when part(t.h, 0, 10) < 60 then 1200 + part(t.h, 20, 11) else long_dwell(part(t.h, 20, 10)) end
    when 5 then least(t.room_ms, 6000 + part(t.h, 20, 14))
    when 6 then 30000 + part(t.h, 20, 19) else 300 + part(t.h, 20, 11) end as dwell_ms,
  case t.story_kind when 1 then part(t.h, 0, 20) >= $glance_20 and part(t.h, 30, 10) < 600
    when 4 then part(t.h, 30, 10) < 250 when 5 then true when 7 then part(t.h, 30, 10) < 500
    else false end as is_clicked,
  t.story_kind in (1, 4) and part(t.h, 40, 20) < s.save_20 * 4
    or t.story_kind = 7 and part(t.h, 40, 10) < 300 as is_saved,
  t.story_kind in (1, 4) and part(t.h, 43, 20) < s.share_20 as is_shared,
  t.story_kind in (1, 4) and part(t.h, 37, 20) < s.follow_20 * 2
    or t.story_kind = 7 and part(t.h, 45, 10) < 200 as is_followed,
  t.story_kind in (1, 4) and part(t.h, 33, 20) < s.dislike_20 as is_disliked,
  -- Some touches show the item on a list of several; it stands in touch_items only.
  t.story_kind in (1, 4) and p.format = 'list' and part(t.h, 50, 10) < 200 as is_listed,
  part(t.h, 56, 2) as slot_no
from told t
join piece p on p.piece_id = t.piece_id
join showing s on s.place_no = p.place_no;

create table story_numbered as
select s.*, row_number() over (order by s.story_no) as story_id from story s order by s.viewer_id;

drop table story;

create table touch_item as
select $touches - s.story_id + 1 as touch_id, s.item_id as item_id from story_numbered s where s.is_listed
union all
select $touches - s.story_id + 1 as touch_id, o.item_id as item_id
from story_numbered s join item i on i.item_id = s.item_id
join item o on o.shop_id = i.shop_id and o.item_id in (s.item_id + 1, s.item_id + 2)
where s.is_listed;
