-- Expected evidence of each payee, scene and month: means over the replicas, exact chances otherwise.
create table truth_value as
with means as (
  select r.place_no as place_no, r.scene_id as scene_id, r.period_no as period_no,
    r.is_second_half as is_second_half,
    cast(max(r.touches) as bigint) as touches,
    cast(sum(r.viewers_micro) as bigint) // $replicas as viewers_micro,
    cast(sum(r.watch_micro) as bigint) // $replicas as watch_micro,
    case when r.is_story then 1 else 0 end as story
  from redrawn r group by r.place_no, r.scene_id, r.period_no, r.is_second_half, r.is_story
),
rates as (
  select m.*, p.creator_id as creator_id, w.save_20 as save_20, w.share_20 as share_20, w.follow_20 as follow_20,
    w.dislike_20 as dislike_20,
    -- The factor of the default policy: four qualities and its 30 % penalty on machine work.
    q.originality_ppm * q.completeness_ppm // 1000000 * q.media_quality_ppm // 1000000
      * q.review_ppm // 1000000 * (1000000 - q.ai_share_ppm * 3 // 10) // 1000000 as factor_ppm
  from means m join piece p on p.place_no = m.place_no
  join showing w on w.place_no = m.place_no
  join piece_row q on q.piece_id = p.piece_id
),
summed as (
  select r.creator_id as creator_id, r.scene_id as scene_id, r.period_no as period_no,
    r.is_second_half as is_second_half,
    cast(sum(r.touches) as bigint) as touches, cast(sum(r.viewers_micro) as bigint) as viewers_micro,
    cast(sum(r.watch_micro * r.factor_ppm // 1000000) as bigint) as watch_micro,
    cast(sum(r.viewers_micro * r.factor_ppm // 1000000 * r.save_20 // 1048576 * (1 + 3 * r.story)) as bigint)
      as save_micro,
    cast(sum(r.viewers_micro * r.factor_ppm // 1000000 * r.share_20 // 1048576) as bigint) as share_micro,
    cast(sum(r.viewers_micro * r.factor_ppm // 1000000 * r.follow_20 // 1048576 * (1 + r.story)) as bigint)
      as follow_micro,
    cast(sum(r.viewers_micro * r.dislike_20 // 1048576) as bigint) as disliked_micro,
    cast(sum(r.viewers_micro * r.story) as bigint) as bound_micro
  from rates r group by r.creator_id, r.scene_id, r.period_no, r.is_second_half
)
select o.payee_id as payee_id, s.scene_id as scene_id, m.period as period,
  cast(sum(s.touches) as bigint) as touches, cast(sum(s.viewers_micro) as bigint) as viewers_micro,
  cast(sum(s.watch_micro) as bigint) as watch_micro, cast(sum(s.save_micro) as bigint) as save_micro,
  cast(sum(s.share_micro) as bigint) as share_micro, cast(sum(s.follow_micro) as bigint) as follow_micro,
  cast(sum(s.disliked_micro) as bigint) as disliked_micro, cast(sum(s.bound_micro) as bigint) as bound_micro,
  -- Default weights, a floor of 10 % on every event.
  cast(sum(s.viewers_micro // 10 + (4 * s.watch_micro + 2 * s.save_micro + 2 * s.share_micro
    + 2 * s.follow_micro) * 9 // 100) as bigint) as quality_micro
from summed s
join periods m on m.period_no = s.period_no
join creator_payee o on o.creator_id = s.creator_id
  and case when s.is_second_half then o.valid_to > $middle_at else o.valid_from < $middle_at end
group by o.payee_id, s.scene_id, m.period;
