-- One more world with the same exposures and other outcomes: replica $replica.
insert into redrawn
with drawn as (
  select e.*, w.watch_16 as watch_16, w.click_10 as click_10, draw(1000 + $replica, e.touch_id) as h
  from exposure e join showing w on w.place_no = e.place_no
),
watched as (
  select d.*, d.watch_16 * d.ease > part(d.h, 0, 16) * 4096 as is_watched,
    part(d.h, 16, 10) < d.click_10 as is_clicked
  from drawn d
),
weighed as (
  select w.*,
    case when w.is_story then case when w.is_told_click then greatest(w.told_ms, 5000) else w.told_ms end
      else greatest(
        case when w.is_watched then long_dwell(part(w.h, 26, 10)) * case when w.is_live then 2 else 1 end
          else short_dwell(part(w.h, 26, 10)) end,
        case when w.is_clicked then 5000 else 0 end) end as weight_ms,
    case when w.is_story then w.told_ms >= 10000 else w.is_watched end as is_valid
  from watched w
),
loads as (
  select viewer_id, scene_id, period_no, cast(sum(weight_ms) as bigint) as load_ms from weighed group by all
)
select w.place_no as place_no, w.scene_id as scene_id, w.period_no as period_no,
  w.is_second_half as is_second_half, w.is_story as is_story, count(*) as touches,
  cast(sum(t.trust_ppm * w.weight_ms // greatest(l.load_ms, f.load_ms)) as bigint) as viewers_micro,
  cast(sum(case when w.is_valid then t.trust_ppm * w.weight_ms // greatest(l.load_ms, f.load_ms) else 0 end)
    as bigint) as watch_micro
from weighed w
join loads l on l.viewer_id = w.viewer_id and l.scene_id = w.scene_id and l.period_no = w.period_no
join full_load f on f.scene_id = w.scene_id and f.period_no = w.period_no
join trusted t on t.viewer_id = w.viewer_id
group by all;
