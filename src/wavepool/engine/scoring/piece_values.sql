-- The period's evidence of each piece: this month's touches plus what settled lines granted.
-- Touches bound to a line wait for it: of experience they get the floor now. The others are
-- free, and bad feedback takes away one of the piece's free viewers each. It is not counted per
-- touch: empty touches would wash it away.
with bound as (
    select t.piece_id as piece_id, t.creator_id as creator_id, t.payee_id as payee_id,
        t.scene_no as scene_no, cast(sum(t.influence) as bigint) as bound_micro
    from new_touches as t
    where t.is_experience = 1
    group by t.piece_id, t.creator_id, t.payee_id, t.scene_no
),
complaints as (
    select f.piece_id as piece_id, cast(sum(f.bad_ppm) as bigint) as bad_ppm
    from piece_feedback as f
    group by f.piece_id
),
own as (
    select s.piece_id as piece_id, s.creator_id as creator_id, s.payee_id as payee_id,
        s.scene_no as scene_no, s.touches as touches, s.viewers_micro as viewers_micro,
        s.viewers_micro // 1000000 * $floor_ppm + s.viewers_micro % 1000000 * $floor_ppm // 1000000
            + (s.signal_micro // 1000000 * s.factor_ppm + s.signal_micro % 1000000 * s.factor_ppm // 1000000)
                // 1000000 * (1000000 - $floor_ppm)
            + (s.signal_micro // 1000000 * s.factor_ppm + s.signal_micro % 1000000 * s.factor_ppm // 1000000)
                % 1000000 * (1000000 - $floor_ppm) // 1000000 as quality_micro,
        s.liked_micro - coalesce(b.bound_micro, 0) as free_micro,
        s.viewers_micro - s.liked_micro + coalesce(b.bound_micro, 0) as waiting_micro
    from piece_sums as s
    left join bound as b
        on b.piece_id = s.piece_id and b.creator_id = s.creator_id
        and b.payee_id = s.payee_id and b.scene_no = s.scene_no
),
audience as (
    select o.piece_id as piece_id,
        greatest(cast(sum(o.free_micro) as bigint), 1) as free_micro,
        least(coalesce(max(c.bad_ppm), 0), cast(sum(o.free_micro) as bigint)) as bad_micro
    from own as o
    left join complaints as c on c.piece_id = o.piece_id
    group by o.piece_id
),
heard as (
    select a.piece_id as piece_id,
        $floor_ppm + (1000000 - $floor_ppm) * (1000000 - a.bad_micro * 1000 // a.free_micro * 1000
            - a.bad_micro * 1000 % a.free_micro * 1000 // a.free_micro) // 1000000 as free_ppm
    from audience as a
),
rows_now as (
    select o.piece_id as piece_id, o.creator_id as creator_id, o.payee_id as payee_id,
        o.scene_no as scene_no, o.touches as touches, o.viewers_micro as viewers_micro,
        o.quality_micro as quality_micro,
        o.free_micro // 1000000 * h.free_ppm + o.free_micro % 1000000 * h.free_ppm // 1000000
            + o.waiting_micro // 1000000 * $floor_ppm
            + o.waiting_micro % 1000000 * $floor_ppm // 1000000 as experience_micro,
        o.viewers_micro // 1000000 * $floor_ppm
            + o.viewers_micro % 1000000 * $floor_ppm // 1000000 as commerce_micro
    from own as o
    join heard as h on h.piece_id = o.piece_id
    union all
    select l.piece_id as piece_id, l.creator_id as creator_id, l.payee_id as payee_id,
        l.scene_no as scene_no, cast(0 as bigint) as touches, cast(0 as bigint) as viewers_micro,
        cast(0 as bigint) as quality_micro, l.experience_micro as experience_micro,
        l.commerce_micro as commerce_micro
    from lifts as l
)
select r.piece_id as piece_id, r.creator_id as creator_id, r.payee_id as payee_id,
    n.scene_id as scene_id,
    cast(sum(r.touches) as bigint) as touches,
    cast(sum(r.viewers_micro) as bigint) as viewers_micro,
    cast(sum(r.quality_micro) as bigint) as quality_micro,
    cast(sum(r.experience_micro) as bigint) as experience_micro,
    cast(sum(r.commerce_micro) as bigint) as commerce_micro
from rows_now as r
join scenes_in_force as n on n.scene_no = r.scene_no
group by r.piece_id, r.creator_id, r.payee_id, n.scene_id
