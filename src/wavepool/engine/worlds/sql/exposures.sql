-- Who saw what, without any outcome: the frame in which truth_values redraws the outcomes.
create table exposure as
select t.touch_id as touch_id, t.viewer_id as viewer_id, w.place_no as place_no, w.is_live as is_live,
  case when p.format = 'short_video' then 'short_video' else coalesce(n.scene_id, 'open') end as scene_id,
  m.period_no as period_no, t.touched_at >= $middle_at as is_second_half,
  t.touch_id > $ordinary_touches as is_story, t.dwell_ms as told_ms, t.is_clicked as is_told_click,
  case t.slot when 'first' then 64 when 'tail' then 54 else 60 end
    * (58 + 2 * v.tier_no + case when (t.touched_at + 28800000) // 3600000 % 24 >= 18 then 0 else 2 end) as ease
from written t
join viewer v on v.viewer_id = t.viewer_id
join showing w on w.piece_id = t.piece_id
join piece p on p.piece_id = t.piece_id
join periods m on t.touched_at >= m.starts_at and t.touched_at < m.ends_at
left join scene_channels n on n.channel_id = t.channel_id;

-- Attention that counts in full: the constant of the first period, then what three in five
-- viewers reached in the period before, as the default policy does.
create table full_load as
with loads as (
  select e.viewer_id as viewer_id, e.scene_id as scene_id, e.period_no as period_no,
    cast(sum(case when e.is_told_click then greatest(e.told_ms, 5000) else e.told_ms end) as bigint) as load_ms
  from exposure e group by all
),
-- With the heaviest k viewers whole, the others must add up to 60 % of all viewers less k.
heaviest as (
  select l.scene_id as scene_id, l.period_no as period_no, l.load_ms as load_ms,
    row_number() over (partition by l.scene_id, l.period_no order by l.load_ms desc, l.viewer_id) as place,
    count(*) over (partition by l.scene_id, l.period_no) as viewers,
    cast(sum(l.load_ms) over (partition by l.scene_id, l.period_no order by l.load_ms, l.viewer_id desc
      rows between unbounded preceding and current row) as bigint) as rest_ms
  from loads l
),
solved as (
  select h.scene_id as scene_id, h.period_no + 1 as period_no,
    arg_min(h.rest_ms * 10 // (h.viewers * 6 - (h.place - 1) * 10), h.place) as load_ms
  from heaviest h
  where h.viewers * 6 > (h.place - 1) * 10
    and h.rest_ms * 10 // (h.viewers * 6 - (h.place - 1) * 10) >= h.load_ms
  group by h.scene_id, h.period_no + 1
)
select s.scene_id as scene_id, m.period_no as period_no,
  case when m.period_no = 0 then 60000 else greatest(1, coalesce(q.load_ms, 60000)) end as load_ms
from (select distinct scene_id from exposure) s cross join periods m
left join solved q on q.scene_id = s.scene_id and q.period_no = m.period_no;

create table redrawn (
  place_no bigint, scene_id varchar, period_no bigint, is_second_half boolean, is_story boolean,
  touches bigint, viewers_micro bigint, watch_micro bigint
);
